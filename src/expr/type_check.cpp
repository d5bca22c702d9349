// SPDX-License-Identifier: Apache-2.0
#include "expr/functions.hpp"

#include <tcptune/base/diagnostic_codes.hpp>
#include <tcptune/base/text.hpp>
#include <tcptune/expr/expression.hpp>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

namespace tcptune::expr {

namespace {

using facts::Type;

bool is_numeric(Type type) {
    return type == Type::integer || type == Type::real;
}

/// "a list", "an integer".
std::string with_article(Type type) {
    const std::string_view word = facts::to_string(type);
    return fmt::format("{} {}", type == Type::integer ? "an" : "a", word);
}

std::string_view kind_words(Kind kind) {
    switch (kind) {
        case Kind::integer:
            return "an integer";
        case Kind::list:
            return "a list";
        case Kind::boolean:
            return "true or false";
        default:
            return "a number";
    }
}

std::string_view sign_of(Op op) {
    switch (op) {
        case Op::add:
            return "+";
        case Op::subtract:
            return "-";
        case Op::multiply:
            return "*";
        case Op::divide:
            return "/";
        case Op::modulo:
            return "%";
        case Op::less:
            return "<";
        case Op::less_equal:
            return "<=";
        case Op::greater:
            return ">";
        case Op::greater_equal:
            return ">=";
        default:
            return "==";
    }
}

/// Names are as long as their author likes; a message is one line.
std::string_view shortened(std::string_view name) {
    return name.substr(0, 80);
}

class TypeChecker {
public:
    TypeChecker(const Names& names, ExpressionError& error) : names_(names), error_(error) {}

    std::optional<Type> type_of(const Node& node) {
        switch (node.op) {
            case Op::literal:
                return literal(node);
            case Op::name:
                return name(node);
            case Op::call:
                return function_call(node);
            case Op::index:
                return indexed(node);
            case Op::negate:
                return number(node.children[0], "-");
            case Op::add:
            case Op::subtract:
            case Op::multiply:
            case Op::divide:
            case Op::modulo:
                return computed(node);
            default:
                return compared(node);
        }
    }

private:
    static Type literal(const Node& node) {
        if (std::holds_alternative<bool>(node.literal)) return Type::boolean;
        if (std::holds_alternative<std::int64_t>(node.literal)) return Type::integer;
        if (std::holds_alternative<double>(node.literal)) return Type::real;
        if (std::holds_alternative<KernelVersion>(node.literal)) return Type::version;
        return Type::text;
    }

    std::optional<Type> name(const Node& node) {
        if (is_counter(node))
            return fail(codes::expression_type, node,
                        fmt::format("{} is a counter: its total since boot says nothing about now",
                                    shortened(node.name)),
                        "use rate() or delta()");
        return known_name(node);
    }

    std::optional<Type> known_name(const Node& node) {
        if (names_.type_of)
            if (const auto type = names_.type_of(node.name)) return type;
        return fail(codes::unknown_name, node, fmt::format("unknown name {}", shortened(node.name)),
                    name_hint(node));
    }

    std::string name_hint(const Node& node) const {
        if (const auto near = nearest(node.name, names_.known))
            return fmt::format("did you mean {}?", *near);
        if (find_function(node.name))
            return fmt::format("a function's arguments stand in parentheses: {}(...)", node.name);
        if (node.name.find('-') != std::string::npos)
            return "a '-' before a letter belongs to the name: subtraction is written with spaces";
        if (node.name.find('.') == std::string::npos) return "text stands in quotes";
        return {};
    }

    bool is_counter(const Node& node) const {
        return node.op == Op::name && names_.is_counter && names_.is_counter(node.name);
    }

    std::optional<Type> function_call(const Node& node) {
        const Function* function = find_function(node.name);
        if (!function) {
            std::vector<std::string> known;
            for (const FunctionInfo& info : functions())
                known.emplace_back(info.name);
            const auto near = nearest(node.name, known);
            return fail(codes::unknown_function, node,
                        fmt::format("unknown function {}()", shortened(node.name)),
                        near ? fmt::format("did you mean {}()?", *near)
                             : "the functions are: " + join(known, ", "));
        }
        const std::size_t count = node.children.size();
        if (count < function->arity || (count > function->arity && !function->repeats))
            return fail(codes::expression_type, node,
                        fmt::format("{}() takes {}{} argument{}, not {}", node.name,
                                    function->repeats ? "at least " : "", function->arity,
                                    function->arity == 1 ? "" : "s", count),
                        std::string(signature(node.name)));
        bool integers = true;
        for (std::size_t i = 0; i < count; ++i) {
            const Kind kind = function->parameters[std::min(i, function->arity - 1)];
            const auto type = argument(node, node.children[i], kind);
            if (!type) return type;
            integers = integers && *type == Type::integer;
        }
        return result_type(*function, integers);
    }

    static Type result_type(const Function& function, bool integers) {
        switch (function.result) {
            case Kind::boolean:
                return Type::boolean;
            case Kind::list:
                return Type::list;
            case Kind::integer:
                return Type::integer;
            case Kind::real:
                return Type::real;
            default:
                return integers ? Type::integer : Type::real;
        }
    }

    static std::string_view signature(std::string_view name) {
        const auto found = std::ranges::find(functions(), name, &FunctionInfo::name);
        return found->signature;
    }

    std::optional<Type> argument(const Node& call, const Node& node, Kind kind) {
        if (kind == Kind::counter_name) return counter_argument(call, node);
        if (kind == Kind::fact_name) {
            if (node.op != Op::name)
                return fail(codes::expression_type, node,
                            fmt::format("{}() takes the name of a fact", call.name),
                            std::string(signature(call.name)));
            return is_counter(node) ? Type::integer : known_name(node);
        }
        const auto type = type_of(node);
        if (!type) return type;
        const bool fits = kind == Kind::list ? *type == Type::list : is_numeric(*type);
        if (fits) return type;
        return fail(codes::expression_type, node,
                    fmt::format("{}() takes {} here, not {}", call.name, kind_words(kind),
                                with_article(*type)),
                    std::string(signature(call.name)));
    }

    std::optional<Type> counter_argument(const Node& call, const Node& node) {
        if (is_counter(node)) return Type::integer;
        if (node.op == Op::name && std::string_view(node.name).substr(0, 8) == "counter.")
            return known_name(node);
        return fail(codes::expression_type, node,
                    fmt::format("{}() takes the name of a counter", call.name),
                    fmt::format("for example {}(counter.TcpExt.TWRecycled)", call.name));
    }

    std::optional<Type> indexed(const Node& node) {
        const auto list = type_of(node.children[0]);
        if (!list) return list;
        if (*list != Type::list)
            return fail(
                codes::expression_type, node.children[0],
                fmt::format("only a list has members, and this is {}", with_article(*list)));
        const auto index = type_of(node.children[1]);
        if (!index || *index == Type::integer) return index;
        return fail(codes::expression_type, node.children[1],
                    fmt::format("an index is an integer, not {}", with_article(*index)));
    }

    std::optional<Type> number(const Node& node, std::string_view sign) {
        const auto type = type_of(node);
        if (!type || is_numeric(*type)) return type;
        return fail(codes::expression_type, node,
                    fmt::format("'{}' takes numbers, not {}", sign, with_article(*type)));
    }

    std::optional<Type> computed(const Node& node) {
        const auto left = number(node.children[0], sign_of(node.op));
        if (!left) return left;
        const auto right = number(node.children[1], sign_of(node.op));
        if (!right) return right;
        if (node.op == Op::divide) return Type::real;
        const bool integers = *left == Type::integer && *right == Type::integer;
        if (node.op == Op::modulo && !integers)
            return fail(codes::expression_type, node.children[*left == Type::integer ? 1 : 0],
                        "'%' takes integers, not a real", "floor() makes an integer");
        return integers ? Type::integer : Type::real;
    }

    std::optional<Type> compared(const Node& node) {
        const auto left = type_of(node.children[0]);
        if (!left) return left;
        const auto right = type_of(node.children[1]);
        if (!right) return right;
        if (is_numeric(*left) && is_numeric(*right)) return Type::boolean;
        if (*left != *right)
            return fail(codes::expression_type, node.children[1],
                        fmt::format("{} cannot be compared with {}", with_article(*left),
                                    with_article(*right)),
                        version_hint(node, *left, *right));
        const bool ordered = node.op != Op::equal && node.op != Op::not_equal;
        if (ordered && *left != Type::version)
            return fail(codes::expression_type, node,
                        fmt::format("'{}' compares numbers and versions, not {}", sign_of(node.op),
                                    with_article(*left)),
                        "use == or !=");
        return Type::boolean;
    }

    static std::string version_hint(const Node& node, Type left, Type right) {
        if (left != Type::version && right != Type::version) return {};
        const Node& other = node.children[left == Type::version ? 1 : 0];
        return other.op == Op::literal ? "versions are written v4.12" : "";
    }

    std::nullopt_t fail(std::string_view code, const Node& node, std::string message,
                        std::string hint = {}) {
        error_ = {std::string(code), node.begin, std::move(message), std::move(hint)};
        return std::nullopt;
    }

    const Names& names_;
    ExpressionError& error_;
};

}  // namespace

bool type_check(Expression& expression, const Names& names, ExpressionError& error) {
    error = {};
    const auto type = TypeChecker(names, error).type_of(expression.root);
    if (type) expression.type = *type;
    return type.has_value();
}

}  // namespace tcptune::expr

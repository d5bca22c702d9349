// SPDX-License-Identifier: Apache-2.0
#include "expr/lexer.hpp"

#include <tcptune/base/diagnostic_codes.hpp>
#include <tcptune/expr/expression.hpp>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

namespace tcptune::expr {

namespace {

constexpr int depth_limit = 64;
constexpr std::size_t length_limit = 4096;

/// A node with the height of its tree: whoever walks it later recurses that deep.
struct Subtree {
    Node node;
    int height = 1;
};

struct OperatorOf {
    TokenKind token;
    Op op;
};

constexpr OperatorOf comparisons[] = {
    {TokenKind::equal, Op::equal},     {TokenKind::not_equal, Op::not_equal},
    {TokenKind::less, Op::less},       {TokenKind::less_equal, Op::less_equal},
    {TokenKind::greater, Op::greater}, {TokenKind::greater_equal, Op::greater_equal},
};
constexpr OperatorOf sums[] = {{TokenKind::plus, Op::add}, {TokenKind::minus, Op::subtract}};
constexpr OperatorOf products[] = {
    {TokenKind::star, Op::multiply},
    {TokenKind::slash, Op::divide},
    {TokenKind::percent, Op::modulo},
};

const OperatorOf* find_operator(std::span<const OperatorOf> operators, TokenKind token) {
    const auto found = std::ranges::find(operators, token, &OperatorOf::token);
    return found == operators.end() ? nullptr : &*found;
}

class Parser {
public:
    Parser(std::string_view text, ExpressionError& error)
        : text_(text), lexer_(text), error_(error) {}

    bool whole(Node& root) {
        if (!advance()) return false;
        if (token_.kind == TokenKind::end) return fail("the expression is empty");
        Subtree tree;
        if (!expression(tree)) return false;
        if (token_.kind != TokenKind::end) return trailing();
        root = std::move(tree.node);
        return true;
    }

private:
    bool expression(Subtree& out) {
        if (!sum(out)) return false;
        const OperatorOf* found = find_operator(comparisons, token_.kind);
        if (!found) return true;
        Subtree right;
        if (!advance() || !sum(right) || !join(out, found->op, right)) return false;
        if (find_operator(comparisons, token_.kind))
            return fail("comparisons cannot be chained", "write two lines: a < b and b < c");
        return true;
    }

    bool sum(Subtree& out) {
        if (!product(out)) return false;
        while (const OperatorOf* found = find_operator(sums, token_.kind)) {
            Subtree right;
            if (!advance() || !product(right) || !join(out, found->op, right)) return false;
        }
        return true;
    }

    bool product(Subtree& out) {
        if (!unary(out)) return false;
        while (const OperatorOf* found = find_operator(products, token_.kind)) {
            Subtree right;
            if (!advance() || !unary(right) || !join(out, found->op, right)) return false;
        }
        return true;
    }

    /// Every way to nest passes through here, so that the recursion is counted here.
    bool unary(Subtree& out) {
        if (++depth_ > depth_limit) return too_deep(token_.begin);
        const bool good = token_.kind == TokenKind::minus ? negation(out) : postfix(out);
        --depth_;
        return good;
    }

    bool negation(Subtree& out) {
        out.node.begin = token_.begin;
        Subtree operand;
        if (!advance() || !unary(operand)) return false;
        out.node.op = Op::negate;
        out.node.end = operand.node.end;
        return adopt(out, std::move(operand));
    }

    bool postfix(Subtree& out) {
        if (!primary(out)) return false;
        while (token_.kind == TokenKind::open_bracket) {
            Subtree index;
            if (!advance() || !sum(index)) return false;
            const std::uint32_t end = token_.end;
            if (!expect(TokenKind::close_bracket, "']'")) return false;
            if (!join(out, Op::index, index)) return false;
            out.node.end = end;
        }
        return true;
    }

    bool primary(Subtree& out) {
        out.node.begin = token_.begin;
        out.node.end = token_.end;
        switch (token_.kind) {
            case TokenKind::literal:
            case TokenKind::text:
                out.node.literal = std::move(token_.value);
                return advance();
            case TokenKind::name:
                return named(out);
            case TokenKind::open_paren: {
                const std::uint32_t begin = token_.begin;
                if (!advance() || !expression(out)) return false;
                out.node.begin = begin;
                out.node.end = token_.end;
                return expect(TokenKind::close_paren, "')'");
            }
            default:
                return fail(fmt::format("a value is missing before {}", found()));
        }
    }

    bool named(Subtree& out) {
        const std::string_view name = text_.substr(token_.begin, token_.end - token_.begin);
        if (!advance()) return false;
        if (token_.kind == TokenKind::open_paren) {
            out.node.op = Op::call;
            out.node.name = name;
            return advance() && arguments(out);
        }
        if (name == "true" || name == "false") {
            out.node.literal = name == "true";
            return true;
        }
        out.node.op = Op::name;
        out.node.name = name;
        return true;
    }

    bool arguments(Subtree& out) {
        bool more = token_.kind != TokenKind::close_paren;
        while (more) {
            Subtree argument;
            if (!sum(argument) || !adopt(out, std::move(argument))) return false;
            more = token_.kind == TokenKind::comma;
            if (more && !advance()) return false;
        }
        out.node.end = token_.end;
        return expect(TokenKind::close_paren, "',' or ')'");
    }

    /// `left` becomes `left op right`.
    bool join(Subtree& left, Op op, Subtree& right) {
        Subtree parent;
        parent.node.op = op;
        parent.node.begin = left.node.begin;
        parent.node.end = right.node.end;
        parent.node.children.reserve(2);
        if (!adopt(parent, std::move(left)) || !adopt(parent, std::move(right))) return false;
        left = std::move(parent);
        return true;
    }

    bool adopt(Subtree& parent, Subtree&& child) {
        parent.height = std::max(parent.height, child.height + 1);
        if (parent.height > depth_limit) return too_deep(child.node.begin);
        parent.node.children.push_back(std::move(child.node));
        return true;
    }

    bool advance() { return lexer_.next(token_, error_); }

    bool expect(TokenKind kind, std::string_view what) {
        if (token_.kind == kind) return advance();
        return fail(fmt::format("{} is missing before {}", what, found()));
    }

    bool trailing() {
        const std::string_view word = text_.substr(token_.begin, token_.end - token_.begin);
        if (word == "and" || word == "or" || word == "not")
            return fail(fmt::format("there is no '{}' in expressions", word),
                        "write one line each into all, any or none");
        return fail(fmt::format("an operator is missing before {}", found()));
    }

    std::string found() const {
        if (token_.kind == TokenKind::end) return "the end";
        if (token_.kind == TokenKind::text) return "a text in quotes";
        // A name can be as long as the whole text; a message is one line.
        return fmt::format("'{}'",
                           text_.substr(token_.begin, std::min(token_.end - token_.begin, 80U)));
    }

    bool fail(std::string message, std::string hint = {}) {
        error_ = {std::string(codes::expression_syntax), token_.begin, std::move(message),
                  std::move(hint)};
        return false;
    }

    bool too_deep(std::uint32_t offset) {
        error_ = {std::string(codes::expression_depth), offset,
                  fmt::format("the expression is nested deeper than {}", depth_limit),
                  "name a part of it as evidence"};
        return false;
    }

    std::string_view text_;
    Lexer lexer_;
    ExpressionError& error_;
    Token token_;
    int depth_ = 0;
};

void collect_names(const Node& node, std::set<std::string>& names) {
    if (node.op == Op::name) names.insert(node.name);
    for (const Node& child : node.children)
        collect_names(child, names);
}

}  // namespace

std::optional<Expression> parse(std::string_view text, ExpressionError& error) {
    error = {};
    if (text.size() > length_limit) {
        error = {std::string(codes::expression_depth), length_limit,
                 fmt::format("the expression is longer than {} bytes", length_limit),
                 "name a part of it as evidence"};
        return std::nullopt;
    }
    Expression expression;
    expression.text = text;
    if (!Parser(text, error).whole(expression.root)) return std::nullopt;
    return expression;
}

std::set<std::string> names_in(const Expression& expression) {
    std::set<std::string> names;
    collect_names(expression.root, names);
    return names;
}

}  // namespace tcptune::expr

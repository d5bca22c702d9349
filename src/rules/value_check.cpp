// SPDX-License-Identifier: Apache-2.0
#include "rules/value_check.hpp"

#include <tcptune/base/diagnostic_codes.hpp>

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>
#include <variant>

namespace tcptune::rules {

namespace {

using facts::FactValue;
using facts::Type;
using sysctl::ValueType;

/// What one expression may be; a list parameter also takes one expression per number.
bool fits(ValueType parameter, Type type) {
    switch (parameter) {
        case ValueType::boolean:
            return type == Type::boolean || type == Type::integer;
        case ValueType::integer:
        case ValueType::enumerated:
            return type == Type::integer || type == Type::real;
        case ValueType::integer_list:
        case ValueType::port_set:
            return type == Type::list;
        case ValueType::name:
            return type == Type::text;
    }
    return false;
}

std::string wanted(const sysctl::Parameter& parameter) {
    switch (parameter.type) {
        case ValueType::boolean:
            return "true or false";
        case ValueType::integer:
        case ValueType::enumerated:
            return "one number";
        case ValueType::integer_list:
            return std::to_string(parameter.length) + " numbers";
        case ValueType::port_set:
            return "one list of ports";
        case ValueType::name:
            return "one word";
    }
    return "";
}

bool is_constant(const expr::Node& node) {
    return node.op != expr::Op::name && std::ranges::all_of(node.children, is_constant);
}

std::optional<FactValue> constant_of(const expr::Expression& expression) {
    // A constant that a person writes is short; a long one may be lists of lists of ports.
    constexpr std::size_t longest = 100;
    if (expression.text.size() > longest || !is_constant(expression.root)) return std::nullopt;
    const expr::Environment nothing{
        [](std::string_view) -> FactValue { return facts::Unknown{"no facts here"}; },
        [](std::string_view, double&) -> FactValue { return facts::Unknown{"no facts here"}; },
    };
    FactValue value = expr::evaluate(expression, nothing);
    // A whole real is that integer, as it is when a plan is made.
    if (const auto* real = std::get_if<double>(&value);
        real && std::abs(*real) < 9e15 && std::floor(*real) == *real)
        value = static_cast<std::int64_t>(*real);
    return value;
}

std::optional<sysctl::Value> to_value(ValueType type, const FactValue& fact) {
    const auto* number = std::get_if<std::int64_t>(&fact);
    if (type == ValueType::boolean && number && (*number == 0 || *number == 1)) return *number == 1;
    if (type == ValueType::integer_list && number) return sysctl::List{*number};
    if (const auto* flag = std::get_if<bool>(&fact)) return *flag;
    if (number) return *number;
    if (const auto* list = std::get_if<facts::List>(&fact)) return *list;
    if (const auto* text = std::get_if<std::string>(&fact)) return *text;
    return std::nullopt;
}

/// Why a constant cannot be the parameter's value, or "".
std::string refusal(const FactValue& fact, const sysctl::Parameter& parameter) {
    if (const auto* unknown = std::get_if<facts::Unknown>(&fact))
        return "this is never a value: " + unknown->reason;
    const auto value = to_value(parameter.type, fact);
    if (!value)
        return parameter.key.text() + " takes " + wanted(parameter) + ", not " +
               facts::to_string(fact);
    return sysctl::check_value(parameter, *value).value_or(std::string());
}

/// One number of several: only the bounds of each can be checked.
std::string member_refusal(const FactValue& fact, const sysctl::Parameter& parameter) {
    if (const auto* unknown = std::get_if<facts::Unknown>(&fact))
        return "this is never a value: " + unknown->reason;
    const auto* number = std::get_if<std::int64_t>(&fact);
    if (number && *number >= parameter.min.value_or(*number) &&
        *number <= parameter.max.value_or(*number))
        return {};
    return parameter.key.text() + " does not take " + facts::to_string(fact);
}

void check_constants(const std::vector<LocatedText>& set,
                     const std::vector<expr::Expression>& compiled,
                     const sysctl::Parameter& parameter, ExpressionScope& scope) {
    const auto refused = [&](const LocatedText& at, const std::string& why) {
        if (!why.empty()) scope.report(codes::value_out_of_bounds, at.location, why);
        return !why.empty();
    };
    if (compiled.size() == 1) {
        if (const auto constant = constant_of(compiled.front()))
            refused(set.front(), refusal(*constant, parameter));
        return;
    }
    facts::List numbers;
    for (std::size_t i = 0; i < compiled.size(); ++i) {
        const auto constant = constant_of(compiled[i]);
        if (!constant) continue;
        if (refused(set[i], member_refusal(*constant, parameter))) return;
        numbers.push_back(std::get<std::int64_t>(*constant));
    }
    if (numbers.size() == compiled.size())
        refused(set.front(), refusal(FactValue(std::move(numbers)), parameter));
}

}  // namespace

std::vector<expr::Expression> compile_value(const std::vector<LocatedText>& set,
                                            const sysctl::Parameter& parameter, Visible visible,
                                            ExpressionScope& scope) {
    std::vector<expr::Expression> compiled;
    compiled.reserve(set.size());
    for (const LocatedText& text : set)
        if (auto expression = scope.compile(text, visible))
            compiled.push_back(*std::move(expression));
    if (compiled.size() != set.size() || set.empty()) return {};

    const bool by_number = parameter.type == ValueType::integer_list &&
                           set.size() == parameter.length &&
                           (set.size() > 1 || compiled.front().type != Type::list);
    if (!by_number && set.size() != 1) {
        scope.report(codes::value_out_of_bounds, set.front().location,
                     parameter.key.text() + " takes " + wanted(parameter) + ", not " +
                         std::to_string(set.size()));
        return {};
    }
    for (std::size_t i = 0; i < set.size(); ++i) {
        const Type type = compiled[i].type;
        if (by_number ? fits(ValueType::integer, type) : fits(parameter.type, type)) continue;
        scope.report(codes::expression_type, set[i].location,
                     parameter.key.text() + " takes " + wanted(parameter) + ", this is " +
                         std::string(facts::to_string(type)));
        return {};
    }
    check_constants(set, compiled, parameter, scope);
    return compiled;
}

void check_default(const LocatedText& text, const sysctl::Parameter& parameter,
                   ExpressionScope& scope) {
    const auto expression = scope.compile(text, Visible::facts);
    if (!expression || fits(parameter.type, expression->type)) return;
    scope.report(codes::expression_type, text.location,
                 "the default of " + parameter.key.text() + " is " + wanted(parameter) +
                     ", this is " + std::string(facts::to_string(expression->type)));
}

}  // namespace tcptune::rules

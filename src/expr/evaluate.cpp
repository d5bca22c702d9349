// SPDX-License-Identifier: Apache-2.0
#include "expr/arithmetic.hpp"
#include "expr/functions.hpp"

#include <tcptune/expr/expression.hpp>

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

namespace tcptune::expr {

namespace {

using facts::AtMost;
using facts::FactValue;
using facts::List;
using facts::Unknown;

/// Infinities and NaN would make comparisons lie; a fact that holds one is not known.
FactValue only_finite(FactValue value) {
    const auto* real = std::get_if<double>(&value);
    const auto* bound = std::get_if<AtMost>(&value);
    if ((real && !std::isfinite(*real)) || (bound && !std::isfinite(bound->value)))
        return unknown("not a finite number");
    return value;
}

class Evaluator {
public:
    Evaluator(const Environment& environment, Trace* trace)
        : environment_(environment), trace_(trace) {}

    FactValue value_of(const Node& node) {
        switch (node.op) {
            case Op::literal:
                return node.literal;
            case Op::name:
                return noted(node.name, lookup(node.name));
            case Op::call:
                return called(node);
            case Op::negate:
                return negate(value_of(node.children[0]));
            case Op::index: {
                const FactValue list = value_of(node.children[0]);
                return member(list, value_of(node.children[1]));
            }
            default: {
                const FactValue left = value_of(node.children[0]);
                return apply(node.op, left, value_of(node.children[1]));
            }
        }
    }

private:
    FactValue lookup(std::string_view name) const {
        if (!environment_.value_of) return unknown("no facts");
        return only_finite(environment_.value_of(name));
    }

    FactValue called(const Node& node) {
        const Function* function = find_function(node.name);
        const std::size_t count = node.children.size();
        // Only an expression that was never type-checked can get here with a wrong shape.
        if (!function || count < function->arity || (count > function->arity && !function->repeats))
            return unknown("not a function call that type-checks");
        const Node& first = node.children[0];
        const Kind takes = function->parameters[0];
        if (takes == Kind::fact_name || takes == Kind::counter_name) {
            if (first.op != Op::name) return unknown("not a function call that type-checks");
            if (takes == Kind::fact_name)
                return facts::is_known(noted(first.name, lookup(first.name)));
            return noted(fmt::format("{}({})", node.name, first.name),
                         increase(first.name, function->id == FunctionId::rate));
        }
        std::vector<FactValue> arguments;
        arguments.reserve(count);
        for (const Node& child : node.children)
            arguments.push_back(value_of(child));
        return call(function->id, arguments);
    }

    FactValue increase(std::string_view counter, bool per_second) const {
        if (!environment_.counter_delta) return unknown("no counters");
        double seconds = 0;
        const FactValue delta = only_finite(environment_.counter_delta(counter, seconds));
        if (!per_second || std::holds_alternative<Unknown>(delta)) return delta;
        if (!std::isfinite(seconds) || seconds <= 0) return unknown("the window has no length");
        return apply(Op::divide, delta, seconds);
    }

    static FactValue member(const FactValue& list, const FactValue& index) {
        for (const FactValue* value : {&list, &index})
            if (std::holds_alternative<Unknown>(*value)) return *value;
        const auto* members = std::get_if<List>(&list);
        if (!members) return wrong_type(list, "a list");
        const auto* position = std::get_if<std::int64_t>(&index);
        if (!position) return wrong_type(index, "an integer");
        if (*position < 0 || static_cast<std::uint64_t>(*position) >= members->size())
            return Unknown{
                fmt::format("index {} is outside of a list of {}", *position, members->size())};
        return (*members)[static_cast<std::size_t>(*position)];
    }

    FactValue noted(std::string_view text, FactValue value) {
        if (trace_ && std::ranges::find(*trace_, text, &TraceEntry::text) == trace_->end())
            trace_->push_back({std::string(text), value});
        return value;
    }

    const Environment& environment_;
    Trace* trace_;
};

}  // namespace

FactValue evaluate(const Expression& expression, const Environment& environment, Trace* trace) {
    return Evaluator(environment, trace).value_of(expression.root);
}

}  // namespace tcptune::expr

// SPDX-License-Identifier: Apache-2.0
#include <tcptune/plan/condition.hpp>

#include <utility>

namespace tcptune::plan {

namespace {

using facts::FactValue;
using facts::Unknown;

/// Increase of a counter within the window. A counter that still reads zero has never moved, so
/// one reading is enough to know that; any other total says nothing about now.
FactValue counter_increase(const facts::FactSet& facts, std::string_view name, double& seconds) {
    constexpr std::string_view prefix = "counter.";
    if (name.starts_with(prefix)) name.remove_prefix(prefix.size());
    seconds = facts.window_s > 0 ? facts.window_s : 1;
    const auto found = facts.counters.find(name);
    if (found == facts.counters.end())
        return Unknown{"counter " + std::string(name) + " was not read or does not exist here"};
    const facts::CounterReading& reading = found->second;
    if (reading.second && facts.window_s > 0) {
        if (*reading.second < reading.first)
            return Unknown{"counter " + std::string(name) + " went backwards"};
        std::int64_t increase = 0;
        if (__builtin_sub_overflow(*reading.second, reading.first, &increase))
            return Unknown{"counter " + std::string(name) + " is out of range"};
        return increase;
    }
    if (reading.first == 0) return std::int64_t{0};
    return Unknown{"counter " + std::string(name) + " needs two readings (--window)"};
}

Truth truth_of(const FactValue& value, std::string& reason) {
    if (const auto* flag = std::get_if<bool>(&value)) return *flag ? Truth::yes : Truth::no;
    const auto* unknown = std::get_if<Unknown>(&value);
    reason = unknown ? unknown->reason : "only an upper bound is known";
    return Truth::unknown;
}

const char* symbol(expr::Op op) {
    switch (op) {
        case expr::Op::equal:
            return " == ";
        case expr::Op::not_equal:
            return " != ";
        case expr::Op::less:
            return " < ";
        case expr::Op::less_equal:
            return " <= ";
        case expr::Op::greater:
            return " > ";
        case expr::Op::greater_equal:
            return " >= ";
        default:
            return nullptr;
    }
}

}  // namespace

ConditionReader::ConditionReader(const facts::FactSet& facts, Lookup lookup)
    : facts_(facts), lookup_(std::move(lookup)) {}

FactValue ConditionReader::value_of(const expr::Expression& expression, expr::Trace* trace) const {
    const expr::Environment environment{
        lookup_,
        [this](std::string_view name, double& seconds) {
            return counter_increase(facts_, name, seconds);
        },
    };
    return expr::evaluate(expression, environment, trace);
}

Reading ConditionReader::read(const expr::Expression& expression) const {
    Reading reading;
    reading.expression = expression.text;
    const FactValue result = value_of(expression, &reading.trace);
    reading.verdict = truth_of(result, reading.reason);
    if (const char* sign = symbol(expression.root.op);
        sign && expression.root.children.size() == 2) {
        // The two sides as numbers; a sub-tree is an expression of its own.
        const expr::Expression left{expression.text, expression.root.children[0], {}};
        const expr::Expression right{expression.text, expression.root.children[1], {}};
        reading.value = facts::to_string(value_of(left)) + sign + facts::to_string(value_of(right));
    } else {
        reading.value = facts::to_string(result);
    }
    return reading;
}

Truth ConditionReader::holds(const rules::Condition& condition,
                             std::vector<Reading>* readings) const {
    const auto verdicts = [&](const std::vector<expr::Expression>& lines, bool wanted = true) {
        std::vector<Truth> result;
        for (const expr::Expression& line : lines) {
            Reading reading = read(line);
            reading.wanted = wanted;
            result.push_back(reading.verdict);
            if (readings) readings->push_back(std::move(reading));
        }
        return result;
    };
    Truth result = all_of(verdicts(condition.all));
    if (!condition.any.empty()) result = both(result, any_of(verdicts(condition.any)));
    if (!condition.none.empty()) result = both(result, none_of(verdicts(condition.none, false)));
    return result;
}

}  // namespace tcptune::plan

// SPDX-License-Identifier: Apache-2.0
#include <tcptune/plan/evaluation.hpp>

#include <algorithm>
#include <cmath>
#include <utility>

namespace tcptune::plan {

namespace {

using facts::FactValue;
using facts::Unknown;

bool starts_with(std::string_view text, std::string_view prefix) {
    return text.substr(0, prefix.size()) == prefix;
}

/// Increase of a counter within the window. A counter that still reads zero has never moved, so
/// one reading is enough to know that; any other total says nothing about now.
FactValue counter_increase(const facts::FactSet& facts, std::string_view name, double& seconds) {
    constexpr std::string_view prefix = "counter.";
    if (starts_with(name, prefix)) name.remove_prefix(prefix.size());
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

RuleContext::RuleContext(const rules::Rule& rule, const facts::FactSet& facts,
                         const rules::Policy* policy, const Planned* planned,
                         const sysctl::Value* value)
    : rule_(rule), facts_(facts), policy_(policy), planned_(planned), value_(value) {}

FactValue RuleContext::lookup(std::string_view name) const {
    if (name == "value") return value_ ? to_fact(*value_) : Unknown{"no planned value"};
    if (starts_with(name, "threshold.")) {
        const std::string_view bare = name.substr(std::string_view("threshold.").size());
        if (policy_) {
            if (const auto key = policy_->thresholds.find(rule_.key());
                key != policy_->thresholds.end())
                if (const auto own = key->second.find(std::string(bare)); own != key->second.end())
                    return own->second;
        }
        if (const auto number = rule_.threshold(bare)) return *number;
        return Unknown{"no threshold " + std::string(bare)};
    }
    if (starts_with(name, "evidence.")) {
        const rules::Evidence* evidence =
            rule_.find_evidence(name.substr(std::string_view("evidence.").size()));
        return evidence ? value_of(evidence->expr) : FactValue{Unknown{"no such evidence"}};
    }
    if (planned_ && starts_with(name, "sysctl."))
        if (const auto found = planned_->find(name.substr(std::string_view("sysctl.").size()));
            found != planned_->end())
            return to_fact(found->second);
    return facts_.get(name);
}

FactValue RuleContext::value_of(const expr::Expression& expression, expr::Trace* trace) const {
    const expr::Environment environment{
        [this](std::string_view name) { return lookup(name); },
        [this](std::string_view name, double& seconds) {
            return counter_increase(facts_, name, seconds);
        },
    };
    return expr::evaluate(expression, environment, trace);
}

Reading RuleContext::read(const expr::Expression& expression) const {
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

Truth RuleContext::holds(const rules::Condition& condition, std::vector<Reading>* readings) const {
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

std::optional<sysctl::Value> RuleContext::proposed(const sysctl::Parameter& parameter,
                                                   const std::vector<expr::Expression>& set,
                                                   std::string& reason) const {
    facts::List numbers;
    FactValue single = Unknown{"nothing to set"};
    for (const expr::Expression& expression : set) {
        single = value_of(expression);
        if (const auto* unknown = std::get_if<Unknown>(&single)) {
            reason = unknown->reason;
            return std::nullopt;
        }
        // Thresholds are reals; a sysctl is not: a whole real is that integer.
        if (const auto* real = std::get_if<double>(&single);
            real && std::abs(*real) < 9e15 && std::floor(*real) == *real)
            single = static_cast<std::int64_t>(*real);
        if (const auto* number = std::get_if<std::int64_t>(&single)) numbers.push_back(*number);
    }
    const bool as_list = parameter.type == sysctl::ValueType::integer_list && set.size() > 1;
    auto value = to_sysctl_value(parameter.type, as_list ? FactValue{std::move(numbers)} : single);
    if (!value) {
        reason = "the rule's value " + facts::to_string(single) + " does not fit the key";
        return std::nullopt;
    }
    if (const auto refused = sysctl::check_value(parameter, *value)) {
        reason = *refused;
        return std::nullopt;
    }
    return value;
}

}  // namespace tcptune::plan

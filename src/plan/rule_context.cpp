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

ConditionReader RuleContext::reader() const {
    return {facts_, [this](std::string_view name) { return lookup(name); }};
}

FactValue RuleContext::value_of(const expr::Expression& expression, expr::Trace* trace) const {
    return reader().value_of(expression, trace);
}

Reading RuleContext::read(const expr::Expression& expression) const {
    return reader().read(expression);
}

Truth RuleContext::holds(const rules::Condition& condition, std::vector<Reading>* readings) const {
    return reader().holds(condition, readings);
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

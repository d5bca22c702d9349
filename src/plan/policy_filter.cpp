// SPDX-License-Identifier: Apache-2.0
#include "plan/draft.hpp"

#include <algorithm>

namespace tcptune::plan {

namespace {

bool denies(const std::string& pattern, const std::string& key) {
    if (!pattern.empty() && pattern.back() == '*')
        return key.compare(0, pattern.size() - 1, pattern, 0, pattern.size() - 1) == 0;
    return pattern == key;
}

bool outside(const sysctl::Value& value, const rules::Bound& bound) {
    const auto bad = [&](std::int64_t number) {
        return (bound.min && number < *bound.min) || (bound.max && number > *bound.max);
    };
    if (const auto* number = std::get_if<std::int64_t>(&value)) return bad(*number);
    if (const auto* list = std::get_if<sysctl::List>(&value))
        return std::ranges::any_of(*list, bad);
    if (const auto* flag = std::get_if<bool>(&value)) return bad(*flag ? 1 : 0);
    return false;
}

}  // namespace

std::string place(const SourceLocation& location) {
    return location.file.empty() ? std::string()
                                 : location.file + ":" + std::to_string(location.line);
}

std::string waived_text(const rules::Waiver& waiver) {
    return "waived by " + waiver.owner + " until " + waiver.expires + ": " + waiver.reason;
}

bool concerns(const rules::Waiver& waiver, const std::string& key, const std::string& rule_id) {
    return (waiver.key.empty() || waiver.key == key) &&
           (waiver.finding.empty() || waiver.finding == rule_id);
}

std::optional<Refusal> refused_by_policy(const rules::Policy& policy, const std::string& today,
                                         const Judged& step) {
    const std::string& key = step.parameter.key.text();
    const sysctl::ValueType type = step.parameter.type;
    const auto refuse = [&](std::string reason, const std::string& where) {
        return Refusal{key, step.rule_id, std::move(reason), true, where};
    };
    for (const LocatedText& pattern : policy.deny)
        if (denies(pattern.text, key))
            return refuse("policy " + policy.name + " denies changes of this key",
                          place(pattern.location));
    if (const auto bound = policy.bounds.find(key);
        bound != policy.bounds.end() && outside(step.value, bound->second))
        return refuse("policy " + policy.name + " sets a bound that " +
                          sysctl::display_text(type, step.value) + " is outside of",
                      place(bound->second.location));
    if (step.pinned) return std::nullopt;
    for (const rules::Pin& pin : policy.pins)
        if (pin.key == key && sysctl::parse_value(type, pin.value) != step.value)
            return refuse("policy " + policy.name + " pins this key to " + pin.value,
                          place(pin.location));
    for (const rules::Waiver& waiver : policy.waivers)
        // Both are ISO dates: the order of their text is the order of the days.
        if (waiver.expires >= today && concerns(waiver, key, step.rule_id))
            return refuse(waived_text(waiver), place(waiver.location));
    if (step.risk > policy.max_risk)
        return refuse("risk " + std::string(rules::to_string(step.risk)) +
                          " is above max_risk = " + std::string(rules::to_string(policy.max_risk)) +
                          " of policy " + policy.name,
                      policy.file);
    if (step.confidence && *step.confidence < policy.min_confidence)
        return refuse("confidence " + std::string(rules::to_string(*step.confidence)) +
                          " is below min_confidence = " +
                          std::string(rules::to_string(policy.min_confidence)) + " of policy " +
                          policy.name,
                      policy.file);
    return std::nullopt;
}

std::optional<Refusal> refused_by_policy(const Ground& ground, const Step& step) {
    std::optional<rules::Level> confidence;
    if (step.recommendation) confidence = step.recommendation->confidence;
    return refused_by_policy(ground.policy, ground.today,
                             {.parameter = step.rule->parameter,
                              .value = step.value,
                              .rule_id = step.rule_id,
                              .risk = step.risk,
                              .confidence = confidence,
                              .pinned = step.pinned});
}

void weigh(const Ground& ground, const Planned& planned, Step& step) {
    const RuleContext context(*step.rule, ground.facts, &ground.policy, &planned, &step.value);
    step.hazards.clear();
    for (const rules::Hazard& hazard : step.rule->hazards) {
        if (hazard.for_value && *hazard.for_value != step.value) continue;
        const Truth truth = context.holds(hazard.condition);
        if (truth == Truth::no) continue;
        step.hazards.push_back({hazard.id, hazard.severity, truth, hazard.text});
        if (truth == Truth::yes && !hazard.condition.empty())
            step.risk = std::max(step.risk, hazard.severity);
    }
}

}  // namespace tcptune::plan

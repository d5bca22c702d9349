// SPDX-License-Identifier: Apache-2.0
#include "plan/draft.hpp"

#include <tcptune/plan/policy_check.hpp>

#include <algorithm>
#include <utility>

namespace tcptune::plan {

namespace {

/// The recommendation of a step's rule id, "KEY/ID"; a step that another one requires has none.
std::optional<rules::Level> confidence_of(const rules::Rule& rule, const std::string& rule_id) {
    for (const rules::Recommendation& recommendation : rule.recommendations)
        if (rule_id == rule.key() + "/" + recommendation.id) return recommendation.confidence;
    return std::nullopt;
}

/// A pin counts as long as the policy has it.
bool still_pinned(const SavedChange& change, const rules::Policy& policy, sysctl::ValueType type,
                  const sysctl::Value& value) {
    return change.pinned && std::ranges::any_of(policy.pins, [&](const rules::Pin& pin) {
               return pin.key == change.key && sysctl::parse_value(type, pin.value) == value;
           });
}

std::optional<Refusal> refused_step(const SavedChange& change, const rules::RuleSet& rules,
                                    const rules::Policy& policy, const std::string& today) {
    const auto refuse = [&](std::string reason) {
        return Refusal{change.key, change.rule_id, std::move(reason), false, ""};
    };
    const rules::Rule* rule = rules.find(change.key);
    if (!rule) return refuse("no rule file declares this key");
    const sysctl::Parameter& parameter = rule->parameter;
    if (parameter.access == sysctl::Access::advise) return refuse("tcptune never writes this key");
    const auto value = sysctl::parse_value(parameter.type, change.after_runtime);
    if (!value) return refuse("\"" + change.after_runtime + "\" is not a value of this key");
    return refused_by_policy(policy, today,
                             {.parameter = parameter,
                              .value = *value,
                              .rule_id = change.rule_id,
                              .risk = change.risk,
                              .confidence = confidence_of(*rule, change.rule_id),
                              .pinned = still_pinned(change, policy, parameter.type, *value)});
}

/// A step that a waiver kept out of the plan would be in it today.
std::optional<Refusal> expired_since(const Refusal& kept_out, const rules::Policy& policy,
                                     const std::string& today) {
    for (const rules::Waiver& waiver : policy.waivers) {
        const bool relied_upon = concerns(waiver, kept_out.key, kept_out.rule_id) &&
                                 kept_out.reason == waived_text(waiver);
        if (relied_upon && waiver.expires < today)
            return Refusal{kept_out.key, kept_out.rule_id,
                           "the plan relies on a waiver that has expired: " + waived_text(waiver),
                           true, place(waiver.location)};
    }
    return std::nullopt;
}

}  // namespace

std::vector<Refusal> refused_now(const SavedPlan& plan, const rules::RuleSet& rules,
                                 const rules::Policy& policy, const std::string& today) {
    std::vector<Refusal> refusals;
    for (const SavedChange& change : plan.changes)
        if (auto refusal = refused_step(change, rules, policy, today))
            refusals.push_back(std::move(*refusal));
    for (const Refusal& kept_out : plan.refusals)
        if (auto refusal = expired_since(kept_out, policy, today))
            refusals.push_back(std::move(*refusal));
    return refusals;
}

}  // namespace tcptune::plan

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <tcptune/plan/plan.hpp>

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace tcptune::plan {

/// One step while the plan is being made.
struct Step {
    const rules::Rule* rule = nullptr;
    const rules::Recommendation* recommendation = nullptr;  ///< none when pulled in or pinned
    sysctl::Value value;
    std::string reason;
    std::string rule_id;
    std::string effect;
    std::vector<std::string> finding_ids;
    std::set<std::string> required_by;
    std::vector<HazardInForce> hazards;
    rules::Level risk = rules::Level::low;
    bool pinned = false;
};

/// Steps by key: one file declares one parameter, so a key has at most one step.
using Draft = std::map<std::string, Step, std::less<>>;

[[nodiscard]] Planned planned_values(const Draft& draft);

/// What the planner works with; all of it outlives the draft.
struct Ground {
    const rules::RuleSet& rules;
    const facts::FactSet& facts;  ///< with the derived facts
    const rules::Policy& policy;
    const std::string& today;  ///< ISO date, for waivers
};

/// Why the policy keeps a step out, and the line that says so; nothing when it does not.
[[nodiscard]] std::optional<Refusal> refused_by_policy(const Ground& ground, const Step& step);

/// What a policy looks at of a step.
struct Judged {
    const sysctl::Parameter& parameter;
    const sysctl::Value& value;
    const std::string& rule_id;
    rules::Level risk = rules::Level::low;
    std::optional<rules::Level> confidence;  ///< of a recommendation
    bool pinned = false;
};
[[nodiscard]] std::optional<Refusal> refused_by_policy(const rules::Policy& policy,
                                                       const std::string& today,
                                                       const Judged& step);

/// The line of a waiver: "waived by ops until 2027-01-31: reason".
[[nodiscard]] std::string waived_text(const rules::Waiver& waiver);
[[nodiscard]] bool concerns(const rules::Waiver& waiver, const std::string& key,
                            const std::string& rule_id);
/// "FILE:LINE", or "" when not known.
[[nodiscard]] std::string place(const SourceLocation& location);

/// Fills hazards and risk for the step's value over the planned state: a hazard whose condition
/// was given and holds raises the risk to its own severity, an unconditional one is only said.
void weigh(const Ground& ground, const Planned& planned, Step& step);

/// Pulls in what the steps require, and drops the steps whose requirement or constraint cannot be
/// met (with those that were only there for them), until nothing changes.
[[nodiscard]] std::vector<Refusal> complete(const Ground& ground, Draft& draft);

/// Takes a step out, with what stood in the draft only for it.
void remove_step(Draft& draft, const std::string& key);

/// Keys in the order in which they can be written: what a step's requirements read comes first,
/// otherwise by key.
[[nodiscard]] std::vector<std::string> write_order(const Draft& draft);

/// The display text of a key's running value, or "" when not known.
[[nodiscard]] std::string running_text(const Ground& ground, const rules::Rule& rule);

/// Adds the smallest set of steps that reaches what the profile expects, if one does.
[[nodiscard]] std::vector<GoalResult> reach_goals(const Ground& ground,
                                                  const rules::Profile& profile, Draft& draft,
                                                  std::vector<Refusal>& refusals);

}  // namespace tcptune::plan

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <tcptune/plan/evaluation.hpp>

#include <optional>
#include <string>
#include <vector>

namespace tcptune::plan {

/// One expression that was looked at, as the plan file shows it.
struct PlanEvidence {
    std::string expression, value, verdict;
    bool operator==(const PlanEvidence&) const = default;
};

/// Something that is wrong, worth knowing or not known on this host.
struct PlanFinding {
    std::string id, key, title, explanation;
    rules::Severity severity = rules::Severity::info;
    FindingStatus status = FindingStatus::recommended;
    std::vector<PlanEvidence> evidence;
    rules::Remedy remedy = rules::Remedy::none;
    bool operator==(const PlanFinding&) const = default;
};

/// The rate limit of one tuple before and after, for the expected effect.
struct Effect {
    std::string text;  ///< one sentence
    std::optional<double> ceiling_before_per_s, ceiling_after_per_s;
    std::optional<double> slow_above_before_per_s, slow_above_after_per_s;
    std::string note;  ///< "a limit of ports; the processor ends earlier", the cliff, ...
    bool operator==(const Effect&) const = default;
};

/// One step: what `apply` hands to the helper, and why.
struct PlanChange {
    std::string key;
    std::string before_runtime;                    ///< display text
    std::optional<std::string> before_configured;  ///< what a file says, if any
    std::optional<std::string> before_boot;        ///< what the next boot would give, if known
    std::string after_runtime;
    std::string takes_effect;
    int order = 0;  ///< from 1; every intermediate state is safe
    rules::Level risk = rules::Level::low;
    std::string reason, rule_id;
    std::vector<std::string> finding_ids;
    std::vector<std::string> required_by;  ///< keys of the steps that need this one
    std::vector<HazardInForce> hazards;
    Effect expected_effect;
    bool pinned = false;
};

/// Advice that is no step; also what is not advised and why.
struct PlanAdvice {
    std::string id, key, title, text, reason;
    rules::Remedy remedy = rules::Remedy::application;
    rules::Severity severity = rules::Severity::info;
};

/// A recommendation that stays out of the plan: policy, requirement, constraint, or a line that
/// only an administrator can delete.
struct Refusal {
    std::string key, rule_id, reason;
    bool by_policy = false;
    std::string where;  ///< file:line of the policy line, if any
};

/// A file whose value would win over the planned one at the next boot, or differs from it now.
struct Conflict {
    std::string key, file, value, text;
    std::uint32_t line = 0;
    bool clears = false;  ///< the line is in the way of a step, and lint can take it out
};

struct PlanDestination {
    facts::Destination destination;
    capacity::Forecast before;
    std::optional<capacity::Forecast> after;  ///< when the plan changes something for it
};

/// What a profile expects, and whether the plan reaches it.
struct GoalResult {
    std::string destination;
    double rate_per_s = 0;
    std::optional<double> ceiling_before_per_s, ceiling_after_per_s;
    std::optional<double> slow_above_after_per_s;
    bool known = true;  ///< false: a fact is missing, `text` says which; the rest means nothing
    bool met_before = false, met_after = false;
    std::string text;
};

struct Plan {
    facts::HostIdentity host;
    std::string profile, policy;
    std::vector<PlanFinding> findings;
    std::vector<PlanChange> changes;
    std::vector<PlanAdvice> advice;
    std::vector<PlanAdvice> not_advised;  ///< keys people would reach for here, and why not
    std::vector<Refusal> refusals;
    std::vector<Conflict> conflicts;
    std::vector<PlanDestination> destinations;
    std::vector<GoalResult> goals;
    std::optional<capacity::PortBudget> budget;  ///< of a fresh tuple, as the host is
    std::vector<std::string> unknowns;           ///< what could not be judged, and why
    std::vector<facts::NamespaceSummary> namespaces;
    facts::SocketMethod method = facts::SocketMethod::none;
    bool persist = true;
    std::string digest;  ///< SHA-256 over what a saved plan holds; see plan_file.hpp
};

struct PlanInputs {
    rules::Policy policy;
    rules::Profile profile;
    std::string today;  ///< "2026-11-21", for waivers; the core has no clock
};

/// Filters by policy, pulls in requirements, checks constraints, orders, looks for the smallest
/// set that reaches the profile's expected rates, and collects what is not advised and why.
[[nodiscard]] Plan make_plan(const rules::RuleSet& rules, const facts::FactSet& facts,
                             const PlanInputs& inputs);

/// 0 nothing to do, 2 steps exist (as `plan --detailed-exitcode` exits).
[[nodiscard]] int detailed_exit_code(const Plan& plan);

/// How full the ports are, in words, as far as it was seen: `fullest` is the fullest destination,
/// null when there is none.
[[nodiscard]] std::string fullest_words(facts::SocketMethod method,
                                        const std::optional<capacity::PortBudget>& budget,
                                        const capacity::Forecast* fullest);

/// The one sentence that the text report ends with; true of the host.
[[nodiscard]] std::string verdict_sentence(const Plan& plan);

}  // namespace tcptune::plan

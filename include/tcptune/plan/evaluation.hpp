// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <tcptune/facts/fact_set.hpp>
#include <tcptune/plan/condition.hpp>
#include <tcptune/plan/host_state.hpp>
#include <tcptune/plan/truth.hpp>
#include <tcptune/rules/policy_file.hpp>
#include <tcptune/rules/profile_file.hpp>
#include <tcptune/rules/rule_set.hpp>

#include <optional>
#include <string>
#include <vector>

namespace tcptune::plan {

enum class FindingStatus { recommended, already_set, blocked, not_applicable, unknown };
[[nodiscard]] const char* to_string(FindingStatus status);

struct HazardInForce {
    std::string id;
    rules::Level severity = rules::Level::medium;
    Truth verdict = Truth::yes;  ///< yes or unknown
    std::string text;
};

/// What a rule's first matching recommendation says of this host.
struct Finding {
    std::string
        id;  ///< "net.ipv4.tcp_tw_reuse/enable-for-outgoing-churn", or KEY when none matched
    std::string key;
    FindingStatus status = FindingStatus::not_applicable;
    const rules::Recommendation* recommendation = nullptr;  ///< the one that matched or is unknown
    std::optional<sysctl::Value> value;                     ///< proposed
    bool unset = false;
    std::string reason;  ///< of blocked (requirement or constraint) and unknown (missing fact)
    std::string blocked_by;
    std::vector<Reading> readings;
    std::vector<HazardInForce> hazards;
};

/// An [[advice]] entry that holds, or might.
struct AdviceGiven {
    std::string id;  ///< "KEY/ID"
    std::string key;
    const rules::Advice* advice = nullptr;
    Truth verdict = Truth::yes;  ///< yes or unknown
    std::string reason;
    std::vector<Reading> readings;
};

struct Evaluation {
    facts::FactSet facts;           ///< with the derived facts
    std::vector<Finding> findings;  ///< one per rule, ordered by key
    std::vector<AdviceGiven> advice;
};

/// What bends the rules' numbers for a site and a workload.
struct Inputs {
    const rules::Policy* policy = nullptr;
    const rules::Profile* profile = nullptr;
};

/// The rule set must outlive the evaluation.
[[nodiscard]] Evaluation evaluate(const rules::RuleSet& rules, const facts::FactSet& facts,
                                  const Inputs& inputs);

/// The tools of `evaluate`, for the planner and for explanations: one rule's conditions over the
/// facts with planned values laid over and `value` bound.
class RuleContext {
public:
    RuleContext(const rules::Rule& rule, const facts::FactSet& facts, const rules::Policy* policy,
                const Planned* planned = nullptr, const sysctl::Value* value = nullptr);

    [[nodiscard]] facts::FactValue value_of(const expr::Expression& expression,
                                            expr::Trace* trace = nullptr) const;
    [[nodiscard]] Truth holds(const rules::Condition& condition,
                              std::vector<Reading>* readings = nullptr) const;
    [[nodiscard]] Reading read(const expr::Expression& expression) const;
    /// The value of a list of `set` expressions, checked against the parameter; otherwise nothing
    /// and the reason.
    [[nodiscard]] std::optional<sysctl::Value> proposed(const sysctl::Parameter& parameter,
                                                        const std::vector<expr::Expression>& set,
                                                        std::string& reason) const;

private:
    [[nodiscard]] facts::FactValue lookup(std::string_view name) const;
    [[nodiscard]] ConditionReader reader() const;
    const rules::Rule& rule_;
    const facts::FactSet& facts_;
    const rules::Policy* policy_;
    const Planned* planned_;
    const sysctl::Value* value_;
};

}  // namespace tcptune::plan

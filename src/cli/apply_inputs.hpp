// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cli/options.hpp"

#include <tcptune/facts/fact_set.hpp>
#include <tcptune/plan/plan.hpp>
#include <tcptune/plan/plan_file.hpp>
#include <tcptune/report/apply_report.hpp>
#include <tcptune/rules/rule_set.hpp>
#include <tcptune/txn/request.hpp>

#include <optional>
#include <vector>

namespace tcptune::cli {

/// What `apply` is about to do, and all that speaks against it.
struct ApplyInputs {
    rules::RuleSet rules;
    plan::PlanInputs inputs;
    std::optional<plan::Plan> made;  ///< when no saved plan was given
    plan::SavedPlan plan;
    bool persist = false;
    std::vector<txn::Change> changes;  ///< empty: everything is as wanted
    /// Of one kind only, the first that there is: stale, then policy, then boot_conflict.
    std::vector<report::Objection> objections;
    std::vector<std::string> warnings;
};

/// Reads the plan or makes one, and compares it with the host, the site's policy and the files that
/// the next boot reads. Throws Error (no_input) and InputError.
[[nodiscard]] ApplyInputs apply_inputs(const ApplyOptions& options);

}  // namespace tcptune::cli

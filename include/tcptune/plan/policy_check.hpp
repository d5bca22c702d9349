// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <tcptune/plan/plan_file.hpp>
#include <tcptune/rules/policy_file.hpp>
#include <tcptune/rules/rule_set.hpp>

#include <string>
#include <vector>

namespace tcptune::plan {

/// What the site's policy of today refuses of a plan, which may have been made under another one:
/// denied keys, bounds, pins, waivers in force, risk, confidence; and each waiver that kept a step
/// out of the plan and has expired since. The risk is that of the plan. `today` is an ISO date.
[[nodiscard]] std::vector<Refusal> refused_now(const SavedPlan& plan, const rules::RuleSet& rules,
                                               const rules::Policy& policy,
                                               const std::string& today);

}  // namespace tcptune::plan

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cli/interrupt.hpp"
#include "cli/progress.hpp"

#include <tcptune/facts/fact_set.hpp>
#include <tcptune/plan/plan.hpp>
#include <tcptune/report/watch_report.hpp>
#include <tcptune/rules/rule_set.hpp>

#include <span>
#include <string>

namespace tcptune::cli {

/// The window before a change, for a watch of that length after it: at most ten seconds.
[[nodiscard]] double window_before(double watch_s);

/// Counters, twice that far apart, and the sockets of this namespace. Ends early with a signal;
/// `what` goes before the seconds on a terminal.
[[nodiscard]] facts::FactSet watched_facts(const rules::RuleSet& rules, double seconds,
                                           const std::string& what, const Interrupts& interrupts,
                                           Progress& progress);

/// What both looks say: rates, the fullest destinations, and the guards of these keys.
[[nodiscard]] report::WatchReport compare_watched(const rules::RuleSet& rules,
                                                  const plan::PlanInputs& inputs,
                                                  std::span<const std::string> keys,
                                                  const facts::FactSet& before,
                                                  const facts::FactSet& after);

}  // namespace tcptune::cli

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "plan/draft.hpp"

namespace tcptune::plan {

/// The parts of a plan, each filled from the finished draft.

/// Findings, advice, what is not advised, and what could not be judged.
void add_findings(const Ground& ground, const Evaluation& evaluation, const PlanInputs& inputs,
                  Plan& plan);
/// Steps in the order of writing, with the limit of new connections before and after each.
void add_changes(const Ground& ground, const Draft& draft, Plan& plan);
/// Destinations under the settings as they are and as they would be.
void add_destinations(const Ground& ground, const Draft& draft, Plan& plan);
/// Lines in configuration files that would win over a step at the next boot, or that already
/// disagree with the running value.
void add_conflicts(const Ground& ground, const Draft& draft, Plan& plan);

}  // namespace tcptune::plan

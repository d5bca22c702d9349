// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <tcptune/facts/fact_set.hpp>
#include <tcptune/plan/plan_file.hpp>
#include <tcptune/plan/rehearsal.hpp>
#include <tcptune/sysctl/catalog.hpp>

namespace tcptune::cli {

/// Tries the steps of a plan in a new network namespace that first gets the values of `now`. A plan
/// of another host starts from the values that it expects there. Throws Error (unavailable).
[[nodiscard]] plan::Rehearsal rehearse(const plan::SavedPlan& plan, const facts::FactSet& now,
                                       const sysctl::ParameterCatalog& catalog);

}  // namespace tcptune::cli

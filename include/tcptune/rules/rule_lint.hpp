// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <tcptune/rules/rule_set.hpp>

namespace tcptune::rules {

/// Beyond correctness (TT6xx): no reference, evidence or threshold that nothing uses, a
/// recommendation never shown firing, never shown not firing, or never with a missing fact.
/// Needs rules loaded with Parts::all.
[[nodiscard]] Diagnostics lint(const Rule& rule);

}  // namespace tcptune::rules

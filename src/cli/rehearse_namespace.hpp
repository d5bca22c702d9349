// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cli/rehearse_values.hpp"

#include <vector>

namespace tcptune::cli {

struct Trials {
    std::vector<Trial> present;  ///< one for each value that the namespace was given first
    std::vector<Trial> steps;
};

/// Gives a new network namespace these present values, then writes the steps in order, all of them
/// whatever becomes of each. It is done by a child process that leaves for a user and a network
/// namespace of its own before it opens anything, needs no privilege, and ends with them. Throws
/// Error (unavailable) when there can be no such namespaces.
[[nodiscard]] Trials try_in_new_namespace(const std::vector<TrialValue>& present,
                                          const std::vector<TrialValue>& steps);

}  // namespace tcptune::cli

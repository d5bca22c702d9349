// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <tcptune/plan/plan_file.hpp>

namespace tcptune::plan {

/// read_plan() without the look at the digest.
[[nodiscard]] std::optional<SavedPlan> read_unsealed(const std::string& file, std::string_view text,
                                                     Diagnostics& diagnostics);

}  // namespace tcptune::plan

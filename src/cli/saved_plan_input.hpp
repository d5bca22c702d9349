// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <tcptune/plan/plan_file.hpp>

#include <string>

namespace tcptune::cli {

/// The plan in a file, or in standard input for "-". Throws Error (no_input) and InputError.
[[nodiscard]] plan::SavedPlan load_plan(const std::string& file);

}  // namespace tcptune::cli

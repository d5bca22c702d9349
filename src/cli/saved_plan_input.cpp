// SPDX-License-Identifier: Apache-2.0
#include "cli/saved_plan_input.hpp"

#include "cli/files.hpp"
#include "cli/input_error.hpp"

#include <cstddef>
#include <optional>
#include <utility>

namespace tcptune::cli {
namespace {

/// The reader of plans refuses more than this (TT103).
constexpr std::size_t plan_limit = std::size_t{64} << 20U;

}  // namespace

plan::SavedPlan load_plan(const std::string& file) {
    Diagnostics diagnostics;
    std::optional<plan::SavedPlan> plan = plan::read_plan(
        file == "-" ? "standard input" : file, read_input(file, plan_limit), diagnostics);
    if (!plan || has_errors(diagnostics))
        throw InputError(file, "cannot be used", std::move(diagnostics));
    return std::move(*plan);
}

}  // namespace tcptune::cli

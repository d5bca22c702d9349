// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cli/boot_inputs.hpp"
#include "cli/exit_status.hpp"
#include "cli/expected_values.hpp"

namespace tcptune::cli {

/// The rows, and how a command that compares them ends. Takes the scene out of the inputs.
[[nodiscard]] report::VerifyReport compared(BootInputs& inputs, ExpectedValues expected,
                                            bool boot_only);
[[nodiscard]] Exit exit_of(const report::VerifyReport& report);

}  // namespace tcptune::cli

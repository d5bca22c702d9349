// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cli/interrupt.hpp"

#include <tcptune/report/apply_report.hpp>

#include <functional>
#include <string>

namespace tcptune::cli {

/// So much of a check's output is kept: its end.
inline constexpr std::size_t check_output_limit = std::size_t{64} << 10U;

/// Runs `command` by the shell as the caller: nothing to read, a process group of its own, the
/// transaction in TCPTUNE_TRANSACTION. After `limit_s` the group is killed; with a signal for us
/// too. `tick` is called several times a second with the seconds that are left.
[[nodiscard]] report::CheckResult run_check(const std::string& command, double limit_s,
                                            const std::string& transaction,
                                            const Interrupts& interrupts,
                                            const std::function<void(double)>& tick);

}  // namespace tcptune::cli

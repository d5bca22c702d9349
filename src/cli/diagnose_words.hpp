// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cli/exit_status.hpp"
#include "cli/options.hpp"

#include <tcptune/diagnosis/diagnosis.hpp>
#include <tcptune/report/diagnosis_report.hpp>

#include <functional>
#include <optional>
#include <string>
#include <vector>

/// What stands between the command line of `diagnose` and a diagnosis.
namespace tcptune::cli {

/// --dest and --pid. Throws Error (usage; no_input when there is no such process; not_authorized).
[[nodiscard]] diagnosis::Focus focus_of(const DiagnoseOptions& options);

/// What --errno asks; "-" is standard input. Throws Error (usage, with the messages that there
/// are).
[[nodiscard]] diagnosis::Question question_of(const std::string& words,
                                              const std::vector<rules::Message>& messages);

/// The words that a second call needs to look at the same thing again.
[[nodiscard]] report::DiagnoseInvocation invocation_of(const DiagnoseOptions& options);

/// 2 when a finding is at or above `fail_on`, 1 when it is asked for and the verdict is unknown:
/// who watches must not take "could not look" for "fine".
[[nodiscard]] Exit exit_of(const diagnosis::Diagnosis& diagnosis,
                           const std::optional<rules::Severity>& fail_on);

/// Sleeps, and on a terminal says for how long.
[[nodiscard]] std::function<double(double)> wait_with_progress();

/// "17:25:03", local time.
[[nodiscard]] std::string clock_time();
/// The verdict and the worst destination as one line.
[[nodiscard]] std::string summary_line(const diagnosis::Diagnosis& diagnosis);

}  // namespace tcptune::cli

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <tcptune/base/kernel_version.hpp>
#include <tcptune/lint/finding.hpp>
#include <tcptune/report/style.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// The forms of `tcptune lint`.
namespace tcptune::report {

/// An input that could not be judged, and why.
struct UnreadInput {
    std::string file;
    std::string reason;
    bool operator==(const UnreadInput&) const = default;
};

/// All that one run found.
struct LintOutcome {
    lint::Report report;
    /// The line of each finding, in the order of report.findings; "" where there is none.
    std::vector<std::string> source_lines;
    std::vector<UnreadInput> unread;
    KernelVersion kernel;  ///< that the files were judged for
    /// The least severity that fails; nothing: none does.
    std::optional<lint::Severity> fail_on = lint::Severity::error;
    int exit_code = 0;
    std::string next = {};  ///< the command to run next; ""
};

[[nodiscard]] bool fails(const LintOutcome& outcome, const lint::Finding& finding);

/// Each finding in GNU form, "FILE:LINE:COLUMN: error: TITLE [CATEGORY]", with its line, a caret,
/// why, and the mend; then one line of summary. Nothing foreign reaches the screen unescaped. A
/// reason that was given already is not repeated.
[[nodiscard]] std::string text_lint(const LintOutcome& outcome, const TextStyle& style);

/// kind "lint_report". ASCII.
[[nodiscard]] std::string lint_json(const LintOutcome& outcome);

/// SARIF 2.1.0 (OASIS), for code scanning. Paths are percent-encoded; fingerprints do not depend on
/// where in its file a line stands. ASCII.
[[nodiscard]] std::string lint_sarif(const LintOutcome& outcome);

/// JUnit XML as CI readers take it: a suite per file, a test case per finding, which fails from
/// the severity that fails the run; a file without findings is one that passed.
[[nodiscard]] std::string lint_junit(const LintOutcome& outcome);

}  // namespace tcptune::report

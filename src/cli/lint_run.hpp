// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cli/lint_inputs.hpp"
#include "cli/lint_write.hpp"

#include <tcptune/lint/lint.hpp>
#include <tcptune/report/lint_report.hpp>

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace tcptune::cli {

struct LintWish {
    bool fix = false;        ///< make the mended texts
    bool of_mended = false;  ///< report what is left in them
};

struct LintRun {
    report::LintOutcome outcome;  ///< fail_on, exit_code and next are the caller's
    std::vector<Rewrite> rewrites;
    std::string diff;  ///< of all of them, for patch(1)
};

/// Reads and judges every source. Only a few texts are held at a time, besides those that change.
[[nodiscard]] LintRun lint_sources(const LintSources& sources, const lint::Standard& standard,
                                   const LintWish& wish);

/// How many lines differ, of two texts with as many lines.
[[nodiscard]] std::size_t changed_lines(std::string_view before, std::string_view after);

}  // namespace tcptune::cli

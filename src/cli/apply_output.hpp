// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cli/interrupt.hpp"
#include "cli/options.hpp"
#include "cli/progress.hpp"

#include <tcptune/report/apply_report.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace tcptune::cli {

/// What apply and checkpoint say while they run. Nothing of it may decide about the transaction:
/// when standard output is closed or full, the rest is not said.
class ApplyOutput {
public:
    /// `kind`: "apply" or "checkpoint".
    ApplyOutput(std::string_view kind, StreamFormat format, ColourChoice colour,
                const ReachOptions& reach);

    [[nodiscard]] bool is_text() const { return format_ == StreamFormat::text; }
    [[nodiscard]] const report::TextStyle& style() const { return style_; }
    [[nodiscard]] double seconds() const { return seconds_now() - start_; }
    [[nodiscard]] Progress& progress() { return progress_; }

    /// Only in the text form.
    void text(const std::string& text);
    /// Only in the form of lines.
    void event(const std::string& line);
    /// Standard error, in every form.
    void error(const std::string& object, const std::string& reason);
    /// The last words in each form.
    void end(const report::ApplyReport& report);

private:
    void put(const std::string& text);

    std::string kind_;
    StreamFormat format_;
    report::TextStyle style_;
    double start_;
    Progress progress_;
    bool broken_ = false;
};

/// A question on the terminal, with a countdown when `seconds` is not 0. Nothing without an answer
/// in time or when a signal came; false at the end of input.
[[nodiscard]] std::optional<bool> ask(const std::string& question, double seconds,
                                      const Interrupts& interrupts);

}  // namespace tcptune::cli

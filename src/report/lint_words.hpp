// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <tcptune/lint/finding.hpp>
#include <tcptune/report/lint_report.hpp>

#include <array>
#include <cstddef>
#include <string>
#include <string_view>

/// What the forms of a lint report share.
namespace tcptune::report {

inline constexpr std::array<lint::Category, 11> lint_categories{
    lint::Category::removed_key,
    lint::Category::unknown_key,
    lint::Category::syntax,
    lint::Category::invalid_value,
    lint::Category::harmful_value,
    lint::Category::myth,
    lint::Category::same_parity_port_range,
    lint::Category::duplicate,
    lint::Category::no_effect,
    lint::Category::dependency_missing,
    lint::Category::not_linux,
};

/// What a category is about, one sentence.
[[nodiscard]] std::string_view category_sentence(lint::Category category);

/// No sysctl file: nothing was judged in it.
[[nodiscard]] bool left_alone(const lint::FileReport& file);

/// Title, explanation and mend as sentences in one line.
[[nodiscard]] std::string finding_sentences(const lint::Finding& finding);

/// The line that a finding is about; "" where there is none.
[[nodiscard]] std::string_view line_of_finding(const LintOutcome& outcome, std::size_t index);

/// Whether all of it is valid UTF-8: only then do columns count code points.
[[nodiscard]] bool is_utf8(std::string_view text);

/// The byte at which a column of the line begins.
[[nodiscard]] std::size_t byte_of_column(std::string_view line, std::uint32_t column);

}  // namespace tcptune::report

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "lint/document.hpp"

#include <tcptune/lint/finding.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace tcptune::lint {

/// What a finding says, without where.
struct Note {
    Category category = Category::syntax;
    Severity severity = Severity::error;
    std::string rule_id = {};  ///< "lint/..." or of a rule
    std::string title = {};
    std::string explanation = {};
    std::string mend = {};
    Fix fix = {};
};

[[nodiscard]] inline Fix take_out() {
    return {Fix::Kind::remove, {}};
}
/// The line with `part`, a view into it, replaced. Nothing when an editor would not show the line
/// as this one.
[[nodiscard]] Fix replace_part(const TextLine& line, std::string_view part, std::string_view by);
[[nodiscard]] Fix replace_line(const TextLine& line, std::string by);

void add_note(const Document& document, std::size_t line, std::uint32_t column, std::string key,
              Note note, std::vector<Finding>& findings);
void add_note(const Document& document, const Setting& setting, Note note,
              std::vector<Finding>& findings);

}  // namespace tcptune::lint

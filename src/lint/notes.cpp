// SPDX-License-Identifier: Apache-2.0
#include "lint/notes.hpp"

#include <utility>

namespace tcptune::lint {

Fix replace_part(const TextLine& line, std::string_view part, std::string_view by) {
    const std::size_t begin = offset_in(line.text, part);
    std::string whole(line.text.substr(0, begin));
    whole += by;
    whole += line.text.substr(begin + part.size());
    return replace_line(line, std::move(whole));
}

Fix replace_line(const TextLine& line, std::string by) {
    if (!line.whole) return {};
    return {Fix::Kind::replace, std::move(by)};
}

void add_note(const Document& document, std::size_t line, std::uint32_t column, std::string key,
              Note note, std::vector<Finding>& findings) {
    Finding finding;
    finding.file = document.file;
    finding.line = document.lines.empty() ? 0 : document.lines[line].number;
    finding.column = column;
    finding.key = std::move(key);
    finding.category = note.category;
    finding.severity = note.severity;
    finding.rule_id = note.rule_id;
    finding.title = std::move(note.title);
    finding.explanation = std::move(note.explanation);
    finding.mend = std::move(note.mend);
    if (document.lines.empty() || document.lines[line].whole) finding.fix = std::move(note.fix);
    findings.push_back(std::move(finding));
}

void add_note(const Document& document, const Setting& setting, Note note,
              std::vector<Finding>& findings) {
    if (!setting.fixable) note.fix = {};
    add_note(document, setting.line, setting.name_column, setting.key, std::move(note), findings);
}

}  // namespace tcptune::lint

// SPDX-License-Identifier: Apache-2.0
#include "report/lint_words.hpp"

#include <tcptune/base/diagnostic.hpp>
#include <tcptune/base/text.hpp>
#include <tcptune/base/utf8.hpp>

#include <algorithm>

namespace tcptune::report {
namespace {

std::string as_sentence(std::string_view text) {
    const std::string_view trimmed = trim(text);
    if (trimmed.empty()) return {};
    std::string sentence(trimmed);
    if (std::string_view(".!?:;").find(sentence.back()) == std::string_view::npos) sentence += '.';
    return sentence;
}

}  // namespace

bool fails(const LintOutcome& outcome, const lint::Finding& finding) {
    return outcome.fail_on && finding.severity >= *outcome.fail_on;
}

std::string_view category_sentence(lint::Category category) {
    switch (category) {
        case lint::Category::removed_key:
            return "The kernel no longer has this key.";
        case lint::Category::unknown_key:
            return "No Linux kernel has a key of this name.";
        case lint::Category::syntax:
            return "A loader drops the line or reads it otherwise than it looks.";
        case lint::Category::invalid_value:
            return "The kernel refuses the value, or makes something else of it.";
        case lint::Category::harmful_value:
            return "The kernel takes the value, and it does harm.";
        case lint::Category::myth:
            return "The key does not do what the comment says.";
        case lint::Category::same_parity_port_range:
            return "Both ends of the port range are even, or both odd.";
        case lint::Category::duplicate:
            return "The key is set more than once in this file.";
        case lint::Category::no_effect:
            return "The kernel takes the value and does nothing with it.";
        case lint::Category::dependency_missing:
            return "The value needs something else that is not set here.";
        case lint::Category::not_linux:
            return "The file is not for Linux's sysctl.";
    }
    return {};
}

bool left_alone(const lint::FileReport& file) {
    return file.kind == lint::TextKind::other || file.kind == lint::TextKind::not_linux;
}

std::string finding_sentences(const lint::Finding& finding) {
    std::string out = as_sentence(finding.title);
    for (const std::string& part : {as_sentence(finding.explanation), as_sentence(finding.mend)})
        if (!part.empty()) out += (out.empty() ? "" : " ") + part;
    return out;
}

std::string_view line_of_finding(const LintOutcome& outcome, std::size_t index) {
    if (index >= outcome.source_lines.size()) return {};
    return outcome.source_lines[index];
}

bool is_utf8(std::string_view text) {
    while (!text.empty()) {
        const std::size_t length = first_code_point(text).length;
        if (length == 0) return false;
        text.remove_prefix(length);
    }
    return true;
}

std::size_t byte_of_column(std::string_view line, std::uint32_t column) {
    if (is_utf8(line)) return line.size() - skip_columns(line, column).size();
    return std::min<std::size_t>(column == 0 ? 0 : column - 1, line.size());
}

}  // namespace tcptune::report

// SPDX-License-Identifier: Apache-2.0
#include "report/lint_words.hpp"
#include "report/source_line.hpp"
#include "report/text_layout.hpp"

#include <tcptune/base/text.hpp>
#include <tcptune/report/lint_report.hpp>

#include <algorithm>
#include <map>
#include <optional>

#include <fmt/format.h>

namespace tcptune::report {
namespace {

/// A title that quotes a file must not fill a screen.
constexpr std::size_t longest_title = 400;
/// A reason of this size or less is shorter than to say where it stands already.
constexpr std::size_t short_reason = 100;
constexpr std::size_t lint_indent = 4;
constexpr std::size_t lint_label_width = 6;

std::string shown_place(const lint::Finding& finding, const TextStyle& style) {
    std::string place = safe_text(finding.file, style);
    if (finding.line > 0) place += fmt::format(":{}", finding.line);
    if (finding.line > 0 && finding.column > 0) place += fmt::format(":{}", finding.column);
    return place;
}

std::string_view colour_code(lint::Severity severity) {
    switch (severity) {
        case lint::Severity::error:
            return "1;31";
        case lint::Severity::warning:
            return "33";
        case lint::Severity::info:
            break;
    }
    return "36";
}

/// Where each long reason was given first.
using ReasonsGiven = std::map<std::string, std::string, std::less<>>;

/// The same mistake in a hundred files is explained once.
std::string reason_text(const lint::Finding& finding, ReasonsGiven& given, const TextStyle& style) {
    if (finding.explanation.size() <= short_reason) return finding.explanation;
    const auto [first, is_new] = given.emplace(finding.explanation, shown_place(finding, style));
    return is_new ? finding.explanation : "as at " + first->second;
}

std::string counted_words(std::size_t count, std::string_view one, std::string_view many) {
    return with_thousands(static_cast<std::int64_t>(count)) + ' ' +
           std::string(count == 1 ? one : many);
}

std::string finding_counts(const lint::Report& report) {
    std::vector<std::string> parts;
    const auto add = [&](lint::Severity severity, std::string_view one, std::string_view many) {
        if (const std::size_t count = report.count(severity); count > 0)
            parts.push_back(counted_words(count, one, many));
    };
    add(lint::Severity::error, "error", "errors");
    add(lint::Severity::warning, "warning", "warnings");
    add(lint::Severity::info, "info", "infos");
    return parts.empty() ? "no findings" : join(parts, ", ");
}

std::string summary_text(const LintOutcome& outcome) {
    std::size_t alone = 0;
    std::size_t not_judged = 0;
    for (const lint::FileReport& file : outcome.report.files) {
        alone += left_alone(file) ? 1U : 0U;
        not_judged += file.not_judged;
    }
    std::string text = fmt::format("{} in {}, judged for Linux {}", finding_counts(outcome.report),
                                   counted_words(outcome.report.files.size(), "file", "files"),
                                   outcome.kernel.to_string());
    if (alone > 0) {
        text += "; " + counted_words(alone, "file left alone: not a Linux sysctl file",
                                     "files left alone: not Linux sysctl files");
    }
    if (not_judged > 0) {
        text += "; " + counted_words(not_judged, "line of a template not judged",
                                     "lines of templates not judged");
    }
    if (!outcome.unread.empty())
        text += "; " + counted_words(outcome.unread.size(), "input", "inputs") + " not read";
    return text;
}

}  // namespace

std::string text_lint(const LintOutcome& outcome, const TextStyle& style) {
    std::string out;
    ReasonsGiven given;
    for (std::size_t i = 0; i < outcome.report.findings.size(); ++i) {
        const lint::Finding& finding = outcome.report.findings[i];
        out += painted("1", shown_place(finding, style) + ":", style) + ' ';
        out += painted(colour_code(finding.severity),
                       std::string(lint::to_string(finding.severity)), style);
        out += fmt::format(": {} [{}]\n", clip(safe_text(finding.title, style), longest_title),
                           lint::to_string(finding.category));
        if (const std::string_view line = line_of_finding(outcome, i); !line.empty()) {
            std::optional<std::size_t> caret;
            if (finding.column > 0) caret = byte_of_column(line, finding.column);
            out += source_line(line, caret, style);
        }
        Page page(style);
        const std::string reason = reason_text(finding, given, style);
        if (!reason.empty()) page.item(lint_indent, "why:", lint_label_width, reason);
        if (!finding.mend.empty()) page.item(lint_indent, "mend:", lint_label_width, finding.mend);
        out += page.text() + '\n';
    }
    Page end(style);
    end.paragraph(0, summary_text(outcome), Ink::strong);
    if (!outcome.next.empty()) end.command("Next:", outcome.next);
    return out + end.text();
}

}  // namespace tcptune::report

// SPDX-License-Identifier: Apache-2.0
// What is said once about a text: that it is none, and how its lines end.
#include "lint/hidden.hpp"
#include "lint/passes.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace tcptune::lint {

namespace {

// LONG_LINE_MAX of systemd.
constexpr std::size_t longest_line = std::size_t{1} << 20;

std::optional<std::size_t> first_with(const Document& document, LineEnd end) {
    const auto found = std::ranges::find(document.lines, end, &TextLine::end);
    if (found == document.lines.end()) return std::nullopt;
    return static_cast<std::size_t>(found - document.lines.begin());
}

void note_crlf(const Document& document, Findings& findings) {
    const auto line = first_with(document, LineEnd::crlf);
    if (!line) return;
    const bool shell = document.kind == TextKind::shell;
    add_note(
        document, *line, document.lines[*line].column_at(document.lines[*line].text.size()), {},
        {.category = Category::syntax,
         .severity = shell ? Severity::error : Severity::info,
         .rule_id = "lint/crlf",
         .title = "Lines end with CR LF, as on Windows",
         .explanation =
             shell ? "A shell takes the CR as part of the last word: as part of a value, or of "
                     "a file's name."
                   : "systemd-sysctl, sysctl -p and busybox take the CR off. A shell that "
                     "copies such a value to /proc/sys does not.",
         .mend = "Write the file with LF alone."},
        findings);
}

void note_lone_cr(const Document& document, Findings& findings) {
    const auto line = first_with(document, LineEnd::cr);
    if (!line) return;
    add_note(
        document, *line, document.lines[*line].column_at(document.lines[*line].text.size()), {},
        {.category = Category::syntax,
         .severity = Severity::error,
         .rule_id = "lint/lone-cr",
         .title = "A CR stands inside a line",
         .explanation = "systemd-sysctl begins a new line there. sysctl -p and busybox do not: "
                        "to them all up to the LF is one value.",
         .mend = "End each line with LF."},
        findings);
}

void note_nul(const Document& document, Findings& findings) {
    const auto line = first_with(document, LineEnd::nul);
    if (!line) return;
    add_note(document, *line, document.lines[*line].column_at(document.lines[*line].text.size()),
             {},
             {.category = Category::syntax,
              .severity = Severity::error,
              .rule_id = "lint/nul",
              .title = "A NUL byte stands inside a line",
              .explanation = "systemd-sysctl begins a new line there; sysctl -p and busybox do not "
                             "see what follows up to the LF.",
              .mend = "Take the NUL bytes out, or write the file as UTF-8 if it is UTF-16."},
             findings);
}

void note_byte_order_mark(const Document& document, Findings& findings) {
    if (!document.byte_order_mark || document.lines.empty()) return;
    const Form form = document.forms.front().form;
    const bool key = form == Form::assignment || form == Form::exclusion;
    add_note(
        document, 0, 1, {},
        {.category = Category::syntax,
         .severity = key ? Severity::error : Severity::warning,
         .rule_id = "lint/byte-order-mark",
         .title = "The text begins with a byte order mark",
         .explanation = key ? "No loader takes it off: it becomes part of the first key, which "
                              "then does not exist. The first line sets nothing."
                            : "No loader takes it off: the first line is neither a comment nor "
                              "an assignment to them, and systemd-sysctl.service ends as failed.",
         .mend = "Save the file as UTF-8 without a byte order mark.",
         .fix = replace_line(document.lines.front(), std::string(document.lines.front().text))},
        findings);
}

void note_long_line(const Document& document, Findings& findings) {
    const auto found = std::ranges::find_if(
        document.lines, [](const TextLine& line) { return line.text.size() >= longest_line; });
    if (found == document.lines.end()) return;
    add_note(
        document, static_cast<std::size_t>(found - document.lines.begin()), 1, {},
        {.category = Category::syntax,
         .severity = Severity::error,
         .rule_id = "lint/long-line",
         .title = "The line is longer than systemd-sysctl reads",
         .explanation = "At a line of 1 MiB or more systemd-sysctl gives the file up: this line "
                        "and all after it set nothing. sysctl -p reads on.",
         .mend = "Shorten the line."},
        findings);
}

}  // namespace

void note_kind(const Document& document, Findings& findings) {
    const bool foreign = document.kind == TextKind::not_linux;
    Finding finding;
    finding.file = document.file;
    finding.category = Category::not_linux;
    finding.severity = foreign ? Severity::error : Severity::info;
    finding.rule_id = foreign ? "lint/not-linux" : "lint/no-sysctl-file";
    if (foreign) {
        finding.title = fmt::format("The keys are those of {}, not of Linux", document.system);
        finding.explanation = fmt::format(
            "Linux has no such keys: every line of {} would be refused, and what it is meant to "
            "tune has other names there. The lines were not judged.",
            document.system);
        finding.mend = "Do not load this file on Linux.";
    } else {
        finding.title = "This is no sysctl file";
        finding.explanation = "Hardly any line sets a sysctl of Linux. The lines were not judged.";
        finding.mend = "Nothing to do, unless the file should be one.";
    }
    findings.push_back(std::move(finding));
}

void note_encoding(const Document& document, Findings& findings) {
    note_byte_order_mark(document, findings);
    note_crlf(document, findings);
    note_lone_cr(document, findings);
    note_nul(document, findings);
    note_long_line(document, findings);
}

}  // namespace tcptune::lint

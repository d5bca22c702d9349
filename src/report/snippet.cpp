// SPDX-License-Identifier: Apache-2.0
#include "report/text_layout.hpp"

#include <tcptune/base/escape.hpp>
#include <tcptune/report/snippet.hpp>

#include <algorithm>

#include <fmt/format.h>

namespace tcptune::report {
namespace {

constexpr std::string_view margin = "    ";

/// A message that quotes a file must not fill a screen.
constexpr std::size_t longest_message = 600;

bool is_continuation(char byte) {
    return (static_cast<unsigned char>(byte) & 0xC0U) == 0x80U;
}

/// Bytes of `text` from `begin` on, moved to the start of a character.
std::size_t character_start(std::string_view text, std::size_t begin) {
    while (begin > 0 && begin < text.size() && is_continuation(text[begin]))
        --begin;
    return begin;
}

/// Tabs become one space: the caret stands below its column on every terminal.
std::string printable(std::string_view text, const TextStyle& style) {
    std::string out;
    std::string plain(text);
    std::ranges::replace(plain, '\t', ' ');
    // safe_text folds white space; a source line keeps its own.
    std::size_t at = 0;
    while (at < plain.size()) {
        const std::size_t space = std::min(plain.find(' ', at), plain.size());
        out += safe_text(std::string_view(plain).substr(at, space - at), style);
        if (space < plain.size()) out += ' ';
        at = space + 1;
    }
    return out;
}

/// The end of `text` in at most `width` columns; a cut is marked.
std::string keep_end(const std::string& text, std::size_t width) {
    if (display_width(text) <= width) return text;
    std::size_t begin = text.size() > width ? text.size() - width + 3 : 3;
    while (begin < text.size() && is_continuation(text[begin]))
        ++begin;
    return "..." + text.substr(begin);
}

std::string paint(std::string_view code, const std::string& text, const TextStyle& style) {
    return style.colour ? fmt::format("\x1b[{}m{}\x1b[0m", code, text) : text;
}

}  // namespace

std::string snippet(const Diagnostic& diagnostic, const TextStyle& style) {
    const bool is_error = diagnostic.severity == DiagnosticSeverity::error;
    std::string place;
    if (!diagnostic.location.file.empty()) place = safe_text(diagnostic.location.file, style);
    if (diagnostic.location.line > 0) place += fmt::format(":{}", diagnostic.location.line);
    if (diagnostic.location.line > 0 && diagnostic.location.column > 0) {
        place += fmt::format(":{}", diagnostic.location.column);
    }
    if (!place.empty()) place += ": ";

    std::string out = paint("1", place, style);
    out += paint(is_error ? "1;31" : "33", is_error ? "error" : "warning", style);
    out += fmt::format(" {}: {}\n", safe_text(diagnostic.code, style),
                       clip(safe_text(diagnostic.message, style), longest_message));

    const std::size_t width = std::max<std::size_t>(style.width, 40) - margin.size();
    const std::string_view line = diagnostic.source_line;
    if (!line.empty() && diagnostic.location.column > 0) {
        const std::size_t at = line.size() - skip_columns(line, diagnostic.location.column).size();
        // A line of a hostile file may be long: only what can be shown is escaped.
        const std::size_t begin = character_start(line, at > 2 * width ? at - 2 * width : 0);
        const std::string before = keep_end(
            (begin > 0 ? "..." : "") + printable(line.substr(begin, at - begin), style), width / 2);
        const std::string after =
            clip(printable(line.substr(at, 2 * width), style), width - display_width(before));
        out += fmt::format("{}{}{}\n{}{}{}\n", margin, before, after, margin,
                           std::string(display_width(before), ' '), paint("1;32", "^", style));
    } else if (!line.empty()) {
        out +=
            fmt::format("{}{}\n", margin, clip(printable(line.substr(0, 2 * width), style), width));
    }
    if (!diagnostic.hint.empty()) {
        out += fmt::format("{}hint: {}\n", margin,
                           clip(safe_text(diagnostic.hint, style), longest_message));
    }
    return out;
}

std::string snippets(const Diagnostics& diagnostics, const TextStyle& style) {
    std::string out;
    for (const Diagnostic& diagnostic : diagnostics)
        out += snippet(diagnostic, style);
    return out;
}

}  // namespace tcptune::report

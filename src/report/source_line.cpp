// SPDX-License-Identifier: Apache-2.0
#include "report/source_line.hpp"

#include "report/text_layout.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace tcptune::report {
namespace {

constexpr std::string_view margin = "    ";

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

}  // namespace

std::string painted(std::string_view code, const std::string& text, const TextStyle& style) {
    return style.colour ? fmt::format("\x1b[{}m{}\x1b[0m", code, text) : text;
}

std::string source_line(std::string_view line, std::optional<std::size_t> caret,
                        const TextStyle& style) {
    const std::size_t width = std::max<std::size_t>(style.width, 40) - margin.size();
    if (!caret) {
        const std::string text = clip(printable(line.substr(0, 2 * width), style), width);
        return fmt::format("{}{}\n", margin, text);
    }
    const std::size_t at = std::min(*caret, line.size());
    // A line of a hostile file may be long: only what can be shown is escaped.
    const std::size_t begin = character_start(line, at > 2 * width ? at - 2 * width : 0);
    const std::string before = keep_end(
        (begin > 0 ? "..." : "") + printable(line.substr(begin, at - begin), style), width / 2);
    const std::string after =
        clip(printable(line.substr(at, 2 * width), style), width - display_width(before));
    return fmt::format("{}{}{}\n{}{}{}\n", margin, before, after, margin,
                       std::string(display_width(before), ' '), painted("1;32", "^", style));
}

}  // namespace tcptune::report

// SPDX-License-Identifier: Apache-2.0
#include "report/text_layout.hpp"

#include <tcptune/base/escape.hpp>
#include <tcptune/base/text.hpp>

#include <algorithm>
#include <array>
#include <cstdint>
#include <utility>

#include <fmt/format.h>

namespace tcptune::report {
namespace {

/// Below this a line cannot hold a key; a narrower screen wraps by itself.
constexpr std::size_t narrowest = 20;
constexpr std::size_t continuation_indent = 6;

struct Point {
    std::uint32_t code = 0;
    std::size_t bytes = 1;
};

/// The code point at `at`. The text is valid UTF-8 after escape_line; a stray byte stands for
/// itself.
Point point_at(std::string_view text, std::size_t at) {
    const auto byte = [&](std::size_t i) {
        return static_cast<std::uint32_t>(static_cast<unsigned char>(text[i]));
    };
    const std::uint32_t lead = byte(at);
    std::size_t bytes = 1;
    std::uint32_t code = lead;
    if (lead >= 0xF0) {
        bytes = 4;
        code = lead & 0x07U;
    } else if (lead >= 0xE0) {
        bytes = 3;
        code = lead & 0x0FU;
    } else if (lead >= 0xC0) {
        bytes = 2;
        code = lead & 0x1FU;
    }
    if (at + bytes > text.size()) return {.code = lead, .bytes = 1};
    for (std::size_t i = 1; i < bytes; ++i)
        code = (code << 6U) | (byte(at + i) & 0x3FU);
    return {.code = code, .bytes = bytes};
}

/// Zero for combining marks, two for the blocks that terminals draw wide, one otherwise.
std::size_t columns_of(std::uint32_t code) {
    if ((code >= 0x0300 && code <= 0x036F) || (code >= 0xFE00 && code <= 0xFE0F)) return 0;
    constexpr std::array<std::pair<std::uint32_t, std::uint32_t>, 9> wide{{{0x1100, 0x115F},
                                                                           {0x2E80, 0x303E},
                                                                           {0x3041, 0xA4CF},
                                                                           {0xAC00, 0xD7A3},
                                                                           {0xF900, 0xFAFF},
                                                                           {0xFE30, 0xFE6F},
                                                                           {0xFF00, 0xFF60},
                                                                           {0x1F300, 0x1FAFF},
                                                                           {0x20000, 0x3FFFD}}};
    const bool is_wide = std::ranges::any_of(
        wide, [&](const auto& block) { return code >= block.first && code <= block.second; });
    return is_wide ? 2 : 1;
}

/// Bytes of the longest beginning of `text` that fits `width`; at least one code point.
std::size_t fitting(std::string_view text, std::size_t width) {
    std::size_t at = 0;
    std::size_t columns = 0;
    while (at < text.size()) {
        const Point point = point_at(text, at);
        columns += columns_of(point.code);
        if (columns > width && at > 0) break;
        at += point.bytes;
    }
    return at;
}

/// Words of a text with single spaces; a number keeps its percent sign.
std::vector<std::string_view> unbroken_words(std::string_view text) {
    std::vector<std::string_view> words;
    for (const std::string_view word : split_words(text)) {
        const bool next_to_last = !words.empty() && words.back().end() + 1 == word.begin();
        if (word.starts_with('%') && next_to_last) {
            words.back() = {words.back().begin(), word.end()};
        } else {
            words.push_back(word);
        }
    }
    return words;
}

}  // namespace

std::size_t display_width(std::string_view text) {
    std::size_t columns = 0;
    for (std::size_t at = 0; at < text.size();) {
        const Point point = point_at(text, at);
        columns += columns_of(point.code);
        at += point.bytes;
    }
    return columns;
}

std::string safe_text(std::string_view text, const TextStyle& style) {
    std::string folded;
    for (const std::string_view word : split_words(text)) {
        if (!folded.empty()) folded += ' ';
        folded += word;
    }
    std::string escaped = escape_line(folded);
    if (style.unicode) return escaped;
    std::string ascii;
    for (std::size_t at = 0; at < escaped.size();) {
        const Point point = point_at(escaped, at);
        if (point.code < 0x80) {
            ascii += escaped[at];
        } else {
            ascii += fmt::format("\\u{{{:x}}}", point.code);
        }
        at += point.bytes;
    }
    return ascii;
}

std::string clip(std::string_view text, std::size_t width) {
    if (display_width(text) <= width) return std::string(text);
    if (width <= 3) return std::string(text.substr(0, fitting(text, width)));
    return std::string(text.substr(0, fitting(text, width - 3))) + "...";
}

std::vector<std::string> wrap(std::string_view text, std::size_t width) {
    width = std::max<std::size_t>(width, 1);
    std::vector<std::string> lines;
    std::string current;
    std::size_t used = 0;
    const auto flush = [&] {
        lines.push_back(std::exchange(current, {}));
        used = 0;
    };
    for (std::string_view word : unbroken_words(text)) {
        std::size_t columns = display_width(word);
        if (used > 0 && used + 1 + columns > width) flush();
        while (columns > width) {
            const std::size_t bytes = fitting(word, width);
            current = word.substr(0, bytes);
            // Not measured again as a whole: a word may have a million characters.
            columns -= display_width(current);
            flush();
            word.remove_prefix(bytes);
        }
        if (word.empty()) continue;
        if (used > 0) {
            current += ' ';
            ++used;
        }
        current += word;
        used += columns;
    }
    if (used > 0) flush();
    return lines;
}

std::string pad_right(std::string text, std::size_t width) {
    const std::size_t columns = display_width(text);
    if (columns < width) text.append(width - columns, ' ');
    return text;
}

std::string pad_left(std::string text, std::size_t width) {
    const std::size_t columns = display_width(text);
    if (columns < width) text.insert(0, width - columns, ' ');
    return text;
}

std::size_t Page::room(std::size_t indent) const {
    const std::size_t width = std::max(style_.width, narrowest);
    return width > indent + narrowest / 2 ? width - indent : narrowest / 2;
}

std::string Page::inked(std::string_view text, Ink ink) const {
    if (!style_.colour || ink == Ink::plain || text.empty()) return std::string(text);
    std::string_view code;
    switch (ink) {
        case Ink::strong:
            code = "1";
            break;
        case Ink::dim:
            code = "2";
            break;
        case Ink::good:
            code = "32";
            break;
        case Ink::caution:
            code = "33";
            break;
        case Ink::alarm:
            code = "1;31";
            break;
        case Ink::plain:
            break;
    }
    return fmt::format("\x1b[{}m{}\x1b[0m", code, text);
}

void Page::put(std::size_t indent, std::string_view text, Ink ink) {
    out_.append(indent, ' ');
    out_ += inked(text, ink);
    out_ += '\n';
}

void Page::blank() {
    if (!out_.empty() && !out_.ends_with("\n\n")) out_ += '\n';
}

void Page::heading(std::string_view text) {
    blank();
    for (const std::string& piece : wrap(safe_text(text, style_), room(0))) {
        put(0, piece, Ink::strong);
    }
}

void Page::paragraph(std::size_t indent, std::string_view text, Ink ink) {
    for (const std::string& piece : wrap(safe_text(text, style_), room(indent))) {
        put(indent, piece, ink);
    }
}

void Page::item(std::size_t indent, std::string_view label, std::size_t label_width,
                std::string_view text, Ink label_ink, Ink text_ink) {
    const std::string tag = safe_text(label, style_);
    const std::size_t column = indent + label_width;
    std::vector<std::string> pieces = wrap(safe_text(text, style_), room(column));
    if (pieces.empty()) pieces.emplace_back();
    if (display_width(tag) >= label_width) {
        paragraph(indent, label, label_ink);
    } else {
        out_.append(indent, ' ');
        out_ += inked(tag, label_ink);
        if (!pieces.front().empty()) out_.append(label_width - display_width(tag), ' ');
        out_ += inked(pieces.front(), text_ink);
        out_ += '\n';
        pieces.erase(pieces.begin());
    }
    for (const std::string& piece : pieces)
        put(column, piece, text_ink);
}

void Page::line(std::size_t indent, std::string_view text, Ink ink) {
    put(indent, clip(safe_text(text, style_), room(indent)), ink);
}

void Page::row(std::size_t indent, std::string_view text, Ink ink) {
    std::string kept(text.substr(0, text.find_last_not_of(' ') + 1));
    put(indent, clip(escape_line(kept), room(indent)), ink);
}

namespace {

/// Words of a shell: spaces between quotes belong to their word.
std::vector<std::string> shell_words(std::string_view command) {
    std::vector<std::string> words(1);
    bool quoted = false;
    for (const char c : command) {
        if (c == '\'') quoted = !quoted;
        if (c == ' ' && !quoted)
            words.emplace_back();
        else
            words.back() += c;
    }
    return words;
}

}  // namespace

void Page::command(std::string_view label, std::string_view command) {
    // Files are mended without the helper in any case.
    const bool direct = style_.direct && !command.starts_with("tcptune lint ");
    const std::string safe = safe_text(command, style_) + (direct ? " --direct" : "");
    const std::size_t width = room(continuation_indent) - 2;
    std::vector<std::string> pieces{safe};
    const std::vector<std::string> words = shell_words(safe);
    const auto fits = [&](std::string_view word) { return display_width(word) <= width; };
    if (display_width(safe) + display_width(label) + 1 > std::max(style_.width, narrowest) &&
        std::ranges::all_of(words, fits)) {
        pieces.assign(1, words.front());
        for (std::size_t i = 1; i < words.size(); ++i) {
            if (display_width(pieces.back()) + 1 + display_width(words[i]) <= width)
                pieces.back() += " " + words[i];
            else
                pieces.push_back(words[i]);
        }
    }
    for (std::size_t i = 0; i + 1 < pieces.size(); ++i)
        pieces[i] += " \\";
    out_ += inked(label, Ink::strong) + ' ' + inked(pieces.front(), Ink::strong) + '\n';
    for (std::size_t i = 1; i < pieces.size(); ++i) {
        put(continuation_indent, pieces[i], Ink::strong);
    }
}

}  // namespace tcptune::report

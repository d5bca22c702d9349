// SPDX-License-Identifier: Apache-2.0
#include "lint/text_lines.hpp"

#include <tcptune/base/utf8.hpp>

#include <algorithm>
#include <limits>

namespace tcptune::lint {

namespace {

constexpr std::string_view byte_order_mark = "\xef\xbb\xbf";

bool is_utf8(std::string_view text) {
    while (!text.empty()) {
        // Most bytes of most files are ASCII.
        if (static_cast<unsigned char>(text.front()) < 0x80) {
            text.remove_prefix(1);
            continue;
        }
        const CodePoint point = first_code_point(text);
        if (point.length == 0) return false;
        text.remove_prefix(point.length);
    }
    return true;
}

/// The end of the piece that begins at `begin`: at a NUL, or at a CR that something follows.
std::size_t end_of_piece(std::string_view line, std::size_t begin) {
    return std::min(line.find_first_of(std::string_view("\r\0", 2), begin), line.size());
}

void add_pieces(std::string_view line, std::uint32_t number, bool ended,
                std::vector<TextLine>& lines) {
    TextLine piece;
    piece.number = number;
    piece.utf8 = is_utf8(line);
    const bool crlf = line.ends_with('\r');
    if (crlf) line.remove_suffix(1);
    const LineEnd last_end = crlf ? LineEnd::crlf : ended ? LineEnd::lf : LineEnd::none;
    std::size_t begin = 0;
    while (true) {
        const std::size_t end = end_of_piece(line, begin);
        piece.text = line.substr(begin, end - begin);
        piece.whole = begin == 0 && end == line.size();
        const bool last = end == line.size();
        piece.end = last ? last_end : line[end] == '\r' ? LineEnd::cr : LineEnd::nul;
        lines.push_back(piece);
        if (last) return;
        piece.column += columns_of(piece.text, piece.utf8) + 1;
        begin = end + 1;
    }
}

}  // namespace

std::uint32_t columns_of(std::string_view text, bool utf8) {
    const auto starts_a_character = [](char c) {
        return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U;
    };
    const auto count = utf8 ? std::ranges::count_if(text, starts_a_character) : std::ssize(text);
    return static_cast<std::uint32_t>(
        std::min<std::ptrdiff_t>(count, std::numeric_limits<std::int32_t>::max()));
}

std::string_view without_mark(std::string_view text) {
    if (text.starts_with(byte_order_mark)) text.remove_prefix(byte_order_mark.size());
    return text;
}

std::vector<TextLine> lines_of(std::string_view text) {
    text = without_mark(text);
    std::vector<TextLine> lines;
    std::uint32_t number = 0;
    while (!text.empty()) {
        const std::size_t end = text.find('\n');
        const bool ended = end != std::string_view::npos;
        add_pieces(text.substr(0, end), ++number, ended, lines);
        text.remove_prefix(ended ? end + 1 : text.size());
    }
    return lines;
}

}  // namespace tcptune::lint

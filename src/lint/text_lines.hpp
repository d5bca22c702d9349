// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

namespace tcptune::lint {

/// Columns are counted in code points, in bytes where the line is not UTF-8.
[[nodiscard]] std::uint32_t columns_of(std::string_view text, bool utf8);

enum class LineEnd { lf, crlf, cr, nul, none };

/// One line as systemd-sysctl sees it. A lone CR or a NUL ends a line for systemd-sysctl alone:
/// such pieces of one line have the same number.
struct TextLine {
    std::uint32_t number = 0;  ///< from 1, counted by LF
    std::uint32_t column = 1;  ///< of the first byte
    bool utf8 = true;          ///< the whole line up to LF is UTF-8
    bool whole = true;         ///< it is no piece: an editor shows just this text
    LineEnd end = LineEnd::lf;
    std::string_view text;

    [[nodiscard]] std::uint32_t column_at(std::size_t offset) const {
        return column + columns_of(text.substr(0, offset), utf8);
    }
};

/// The text without a byte order mark at its start.
[[nodiscard]] std::string_view without_mark(std::string_view text);

/// A mark at the start is in no line.
[[nodiscard]] std::vector<TextLine> lines_of(std::string_view text);

}  // namespace tcptune::lint

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <tcptune/report/style.hpp>

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

/// How text reports are laid out. Everything that enters a Page is folded to single spaces and
/// escaped, so that no caller can forget it.
namespace tcptune::report {

enum class Ink { plain, strong, dim, good, caution, alarm };

/// Columns that `text` takes on a terminal.
[[nodiscard]] std::size_t display_width(std::string_view text);

/// White space folded, control characters and (without `unicode`) non-ASCII escaped.
[[nodiscard]] std::string safe_text(std::string_view text, const TextStyle& style);

/// At most `width` columns; a cut is marked by "...".
[[nodiscard]] std::string clip(std::string_view text, std::size_t width);

/// Lines of at most `width` columns, broken at spaces; a word wider than a line is broken.
[[nodiscard]] std::vector<std::string> wrap(std::string_view text, std::size_t width);

[[nodiscard]] std::string pad_right(std::string text, std::size_t width);
[[nodiscard]] std::string pad_left(std::string text, std::size_t width);

class Page {
public:
    explicit Page(const TextStyle& style) : style_(style) {}

    [[nodiscard]] const TextStyle& style() const { return style_; }
    void blank();
    void heading(std::string_view text);
    void paragraph(std::size_t indent, std::string_view text, Ink ink = Ink::plain);
    /// `label` in a column of `label_width`, the text wrapped beside it.
    void item(std::size_t indent, std::string_view label, std::size_t label_width,
              std::string_view text, Ink label_ink = Ink::plain, Ink text_ink = Ink::plain);
    /// One line, cut at the width.
    void line(std::size_t indent, std::string_view text, Ink ink = Ink::plain);
    /// One line of columns that were padded already: spaces are kept. Not for foreign text.
    void row(std::size_t indent, std::string_view text, Ink ink = Ink::plain);

    /// `label` and a command that can be pasted; a long one goes on after a backslash. A
    /// word that is wider than the page stays whole: half a file name is worth nothing.
    void command(std::string_view label, std::string_view command);

    [[nodiscard]] const std::string& text() const { return out_; }

private:
    void put(std::size_t indent, std::string_view text, Ink ink);
    [[nodiscard]] std::string inked(std::string_view text, Ink ink) const;
    [[nodiscard]] std::size_t room(std::size_t indent) const;

    TextStyle style_;
    std::string out_;
};

}  // namespace tcptune::report

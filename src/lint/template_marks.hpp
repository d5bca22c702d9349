// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace tcptune::lint {

/// What the marks of a template (Jinja2, Go, Mustache, ERB) make of one line.
struct Marks {
    bool marked = false;        ///< has a mark, or is inside one that goes over several lines
    bool before_value = false;  ///< a mark stands before the '=': any key may be set here
    /// Which branch of which block the line is in; 0: it is always there. Two lines with the same
    /// number are there together.
    std::uint32_t branch = 0;
};

/// Reads a text line by line.
class MarkReader {
public:
    explicit MarkReader(std::string_view text);
    [[nodiscard]] Marks read(std::string_view line);
    /// Whether there was any mark so far.
    [[nodiscard]] bool seen() const { return seen_; }

private:
    struct Opening {
        std::size_t at = std::string_view::npos;
        std::size_t kind = 0;
    };
    [[nodiscard]] Opening next_opening(std::string_view line, std::size_t from) const;
    void close();
    void enter();
    void turn();
    void leave();

    std::array<const char*, 4> last_closing_{};  ///< the last "}}", "%}", "#}", "%>" of the text
    std::string head_, tail_;                    ///< begin and end of the open mark's inside
    std::size_t open_ = 0;                       ///< kind of the open mark
    bool inside_ = false;
    bool seen_ = false;
    std::vector<std::uint32_t> blocks_;
    std::uint32_t branches_ = 0;
};

}  // namespace tcptune::lint

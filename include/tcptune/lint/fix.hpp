// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <tcptune/lint/finding.hpp>

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace tcptune::lint {

/// The text with every fix of these findings (of this file) applied. Bytes that no fix touches stay
/// as they are: line ends, encoding, a missing final newline. A removed line stays as a comment
/// that names the rule, so that nothing is lost; doing it twice changes nothing more.
[[nodiscard]] std::string fixed(std::string_view text, std::span<const Finding> findings);

/// What the finding's fix makes of its line; nothing when the line has to stay as it is. A line
/// with a carriage return or a NUL inside is never touched: a loader that ends lines there would
/// still read what follows. A byte order mark before a line that is touched goes: left there, it
/// would turn a comment into an assignment.
[[nodiscard]] std::optional<std::string> fixed_line(std::string_view line, const Finding& finding);

/// Both texts as a unified diff with three lines of context and "a" and "b" before the name; ""
/// when they are equal. Not escaped: patch(1) reads it. Line by line where both have as many lines;
/// else one block from the first difference to the last.
[[nodiscard]] std::string unified_diff(std::string_view file, std::string_view before,
                                       std::string_view after);

}  // namespace tcptune::lint

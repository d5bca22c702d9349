// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <tcptune/report/style.hpp>

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace tcptune::report {

/// A line of a foreign file, indented and escaped, with a caret below the byte at `caret`. A long
/// line is cut around the caret; without one, at its end.
[[nodiscard]] std::string source_line(std::string_view line, std::optional<std::size_t> caret,
                                      const TextStyle& style);

/// `text` in the colour of that SGR code, where the style has colours.
[[nodiscard]] std::string painted(std::string_view code, const std::string& text,
                                  const TextStyle& style);

}  // namespace tcptune::report

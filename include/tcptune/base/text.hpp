// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace tcptune {

/// ASCII white space off both ends.
[[nodiscard]] std::string_view trim(std::string_view text);

/// Words separated by runs of ASCII white space.
[[nodiscard]] std::vector<std::string_view> split_words(std::string_view text);

/// "1 \t 2\n" -> "1 2": the kernel and people separate numbers differently, and mean the same.
[[nodiscard]] std::string fold_spaces(std::string_view text);

/// Pieces between `separator`; an empty text gives one empty piece.
[[nodiscard]] std::vector<std::string_view> split(std::string_view text, char separator);

/// A whole decimal integer with an optional sign, no white space, no locale, no overflow.
[[nodiscard]] std::optional<std::int64_t> parse_integer(std::string_view text);

/// A whole finite decimal number.
[[nodiscard]] std::optional<double> parse_real(std::string_view text);

[[nodiscard]] std::string join(std::span<const std::string> parts, std::string_view separator);

/// The candidate nearest to `word` by edit distance, if near enough to be a typing slip (distance
/// of at most a third of the length); for "did you mean".
[[nodiscard]] std::optional<std::string> nearest(std::string_view word,
                                                 std::span<const std::string> candidates);

/// 28232 -> "28,232". For people; JSON has plain numbers.
[[nodiscard]] std::string with_thousands(std::int64_t number);

}  // namespace tcptune

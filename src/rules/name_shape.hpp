// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

/// What the names of sysctls are made of, and how far two of them are apart.
namespace tcptune::rules {

using Components = std::vector<std::string_view>;

/// The components of a dotted key; nothing when it has more than any key has, or an empty one.
[[nodiscard]] std::optional<Components> components_of(std::string_view key);
[[nodiscard]] std::string dotted(std::span<const std::string_view> components);
[[nodiscard]] std::string_view last_component(std::string_view key);
/// The key without its last component, or "".
[[nodiscard]] std::string_view directory_of(std::string_view key);

/// Lower case, and '_' for '-'.
[[nodiscard]] std::string folded_name(std::string_view key);
/// One bit for each letter, digit and sign that stands in it.
[[nodiscard]] std::uint64_t letters_of(std::string_view text);

/// Whether `pattern` has a component '*', which stands for exactly one.
[[nodiscard]] bool is_name_pattern(std::string_view pattern);
[[nodiscard]] bool matches_name(std::string_view pattern, std::string_view key);

/// How many slips of typing lie between the two: a character too many, missing, wrong, or two
/// swapped; nothing when more than `limit`.
[[nodiscard]] std::optional<std::size_t> slips_between(std::string_view a, std::string_view b,
                                                       std::size_t limit);

}  // namespace tcptune::rules

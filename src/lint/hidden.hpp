// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace tcptune::lint {

/// A character that looks like nothing or like a space and is neither to a loader.
struct HiddenCharacter {
    std::size_t offset = 0;
    char32_t value = 0;
    bool is_space = false;  ///< looks like a space: U+00A0, U+3000
};

[[nodiscard]] std::optional<HiddenCharacter> first_hidden(std::string_view text);

/// "U+200B, a zero-width space"
[[nodiscard]] std::string name_of(const HiddenCharacter& character);

/// What the eye sees: spaces for what looks like one, the rest taken out.
[[nodiscard]] std::string without_hidden(std::string_view text);

}  // namespace tcptune::lint

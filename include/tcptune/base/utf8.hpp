// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string_view>

namespace tcptune {

struct CodePoint {
    char32_t value = 0;
    std::size_t length = 0;  ///< bytes; 0: the bytes here are not valid UTF-8
};

/// The first code point of a text that is not empty. Overlong forms, surrogates and values above
/// U+10FFFF are not valid.
[[nodiscard]] CodePoint first_code_point(std::string_view text);

}  // namespace tcptune

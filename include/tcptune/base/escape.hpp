// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace tcptune {

/// Foreign text (host names, file names, values read from files) made safe for one line of a
/// terminal or a log: control characters, bytes that are not valid UTF-8, and the Unicode
/// characters that reorder or hide text (bidirectional controls, zero-width) become "\x1b" or
/// "\u{202e}" forms; everything else stays.
[[nodiscard]] std::string escape_line(std::string_view text);

/// The same for a text of JSON that is ASCII but for DEL, which JSON allows in strings.
[[nodiscard]] std::string escape_delete(std::string json);

}  // namespace tcptune

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <tcptune/base/diagnostic.hpp>

#include <cstdint>
#include <string>
#include <string_view>

namespace tcptune {

/// What must hold before a text is handed to toml++: at most 1 MiB, valid UTF-8 without NUL, and
/// nothing where toml++ 3.3 and 3.4 run into undefined behaviour (characters outside ASCII beyond
/// strings and comments, headers without a name, broken values and dates) or overflow the stack
/// (keys of very many dotted parts). Dates outside quotes are refused altogether: no format of
/// ours has them. Reports the first reason why not; true when there is none.
[[nodiscard]] bool fit_for_toml(const std::string& file, std::string_view text,
                                Diagnostics& diagnostics);

/// Line `number` for a diagnostic's snippet; empty when it is too long to show.
[[nodiscard]] std::string snippet_line(std::string_view text, std::uint32_t number);

}  // namespace tcptune

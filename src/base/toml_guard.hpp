// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <tcptune/base/diagnostic.hpp>

#include <string_view>

namespace tcptune {

/// What must hold before a text is handed to toml++: at most 1 MiB, valid UTF-8 without NUL, and
/// nothing but ASCII outside strings and comments (toml++ 3.3 and 3.4 run into undefined behaviour
/// on non-ASCII bare keys). Reports the first reason why not; true when there is none.
[[nodiscard]] bool fit_for_toml(const std::string& file, std::string_view text,
                                Diagnostics& diagnostics);

}  // namespace tcptune

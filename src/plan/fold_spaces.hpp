// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace tcptune::plan {

/// "1 \t 2" -> "1 2": the kernel and people separate numbers differently, and mean the same.
[[nodiscard]] std::string fold_spaces(std::string_view text);

}  // namespace tcptune::plan

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

namespace tcptune::report {

/// The release; the same number stands in the top CMakeLists.txt, which a test compares.
inline constexpr std::string_view tool_version = "0.1.0";

}  // namespace tcptune::report

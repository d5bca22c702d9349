// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace tcptune::cli {

/// "2026-11-21" in UTC: a waiver ends on the same day everywhere.
[[nodiscard]] std::string today();

}  // namespace tcptune::cli

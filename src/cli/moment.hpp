// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

namespace tcptune::cli {

/// Seconds since 1970, for people only.
[[nodiscard]] std::int64_t unix_now();

/// "2026-11-21 14:03:22" in local time.
[[nodiscard]] std::string local_moment(std::int64_t unix_s);

}  // namespace tcptune::cli

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "load_options.hpp"

#include <cstdint>
#include <vector>

namespace port_load {

/// What a worker has made; the descriptors keep it alive.
struct Held {
    std::int64_t made = 0;
    std::int64_t failed = 0;
    int first_error = 0;
    std::vector<UniqueFd> descriptors;
};

[[nodiscard]] Held hold(const Options& options);
/// Runs for `seconds`; prints "ready" when it listens.
[[nodiscard]] int serve(const Options& options);
/// Runs for `seconds` and prints one JSON line.
[[nodiscard]] int load(const Options& options);

}  // namespace port_load

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "network.hpp"

#include <tcptune/capacity/forecast.hpp>

#include <cmath>
#include <cstdint>
#include <initializer_list>

namespace tcptune::netns_test {

/// `size` ports from `low` on, without reuse.
[[nodiscard]] inline capacity::PortSettings ports_from(std::int64_t low, std::int64_t size) {
    capacity::PortSettings settings;
    settings.low = low;
    settings.high = low + size - 1;
    settings.tw_reuse = 0;
    return settings;
}

inline void add(capacity::PortSet& set, std::initializer_list<std::uint16_t> ports) {
    for (const std::uint16_t port : ports)
        set.set(port);
}

/// How many connections the ceiling allows until the first port comes back.
[[nodiscard]] inline std::int64_t connections_in_one_hold(const capacity::PortSettings& settings,
                                                          const capacity::Usage& usage) {
    const capacity::Ceiling limit = capacity::ceiling(settings, running_model(), usage);
    return limit.per_s ? std::llround(*limit.per_s * limit.hold_s) : -1;
}

[[nodiscard]] inline std::int64_t slow_after(const capacity::PortSettings& settings,
                                             const capacity::Usage& usage) {
    const capacity::Ceiling limit = capacity::ceiling(settings, running_model(), usage);
    return limit.slow_above_per_s ? std::llround(*limit.slow_above_per_s * limit.hold_s) : -1;
}

}  // namespace tcptune::netns_test

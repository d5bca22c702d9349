// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bitset>
#include <cstdint>
#include <span>
#include <vector>

namespace tcptune::capacity {

using PortSet = std::bitset<65536>;

/// The ports that connect() may choose from on this host, and the settings that say how soon a
/// port in TIME_WAIT can serve again.
struct PortSettings {
    std::int64_t low = 32768;
    std::int64_t high = 60999;
    PortSet reserved;  ///< ip_local_reserved_ports
    PortSet bound;     ///< ports with a bind() user: listeners on any address, bound-only sockets
    std::int64_t tw_reuse = 2;
    bool timestamps = true;
    double reuse_delay_s = 1;  ///< of this kernel and setting; see KernelModel
    /// TcpExt.TWRecycled is zero since boot, or stood still while connections were made: no port in
    /// TIME_WAIT serves again here.
    bool never_recycled = false;
};

/// How this kernel behaves, from the rules' [[behaviour]] tables.
struct KernelModel {
    double time_wait_s = 60;
    /// How much later the timer frees a port that somebody waits for: 1.44 on a kernel whose timer
    /// wheel rounds a minute up (to 61.44 s at 100, 250, 300 and 1000 ticks a second alike).
    double time_wait_lag_s = 0;
    /// Below this free part of the preferred half connect() looks at so many taken ports first that
    /// it costs at least twice as much: slow, although a few are left.
    double slow_free_share = 0;
    /// connect() tries every port with the parity of the range's start before any other one.
    bool low_parity_first = true;
    /// A TIME_WAIT younger than this is never reused, whatever the delay says (clock ticks).
    double reuse_floor_s = 0;
};

/// Usable ports of one (local address, remote address, remote port). In a range with an odd number
/// of ports (both ends of the same parity) one connect() does not look at every port: the first
/// EADDRNOTAVAIL can come one port early.
struct PortBudget {
    std::int64_t range = 0;      ///< ports of the range, both ends inclusive
    std::int64_t reserved = 0;   ///< of them in ip_local_reserved_ports
    std::int64_t bound = 0;      ///< of the others, with a bind() user
    std::int64_t usable = 0;     ///< range - reserved - bound
    std::int64_t preferred = 0;  ///< usable ports that connect() tries first; = usable where the
                                 ///< kernel has no preference
    bool preferred_even = true;  ///< the parity of those ports
    bool operator==(const PortBudget&) const = default;
};

/// Numbers outside 0..65535 are no ports: such a part of a range is empty.
[[nodiscard]] PortBudget port_budget(const PortSettings& settings, const KernelModel& model);

/// Ports of the preferred half that can be taken before connect() is slow.
[[nodiscard]] std::int64_t ports_before_slow(const PortBudget& budget, const KernelModel& model);

/// Numbers that are no ports are left out.
[[nodiscard]] PortSet to_port_set(std::span<const std::uint16_t> ports);
[[nodiscard]] PortSet to_port_set(std::span<const std::int64_t> ports);

}  // namespace tcptune::capacity

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <tcptune/capacity/port_budget.hpp>
#include <tcptune/facts/socket_table.hpp>

#include <cstdint>
#include <optional>
#include <string_view>

namespace tcptune::capacity {

/// free: connect() finds a port at once. slow: the preferred half is taken, each connect() scans it
/// first, 20 to 90 times dearer, without an error. exhausted: EADDRNOTAVAIL.
enum class Stage { free, slow, exhausted };
[[nodiscard]] std::string_view to_string(Stage stage);

/// How one program uses ports towards one destination.
struct Usage {
    bool client_closes = true;  ///< this side closes first and gets TIME_WAIT
    bool loopback = false;      ///< tcp_tw_reuse = 2 acts
    bool binds_first = false;  ///< bind() before connect(): no reuse, one pool for all destinations
    double lifetime_s = 0;     ///< mean time a connection stays open
    /// Local addresses that the program takes in turn. Each has all ports of its own, also for
    /// bind(address, 0); only a program that binds to addresses can have more than one.
    std::int64_t source_addresses = 1;
};

/// The port limit of new connections per second and where it begins to hurt. A limit of ports: the
/// processor ends earlier (one core of the test machine at 13,363/s). Where binds_first, it is the
/// limit of all destinations together; listeners on other addresses, which do not hinder such a
/// program, are counted against it all the same.
struct Ceiling {
    PortBudget budget;
    bool reuse = false;  ///< ports in TIME_WAIT can serve again after `hold_s`
    double hold_s = 60;  ///< how long one connection keeps its port
    /// Connections per second that can be sustained; nothing when ports set no limit
    /// (the other side closes first and connections are short).
    std::optional<double> per_s;
    /// Above this rate connect() scans a full half; nothing as above, or where the kernel has no
    /// preferred half. bind(address, 0) takes the ports of the other parity first and is slow above
    /// their number.
    std::optional<double> slow_above_per_s;
};

[[nodiscard]] bool reuse_acts(const PortSettings& settings, const Usage& usage);
[[nodiscard]] Ceiling ceiling(const PortSettings& settings, const KernelModel& model,
                              const Usage& usage);
/// The same with port_budget(settings, model) at hand.
[[nodiscard]] Ceiling ceiling(const PortSettings& settings, const KernelModel& model,
                              const Usage& usage, const PortBudget& budget);

/// One destination under given settings.
struct Forecast {
    Ceiling ceiling;
    std::int64_t in_use = 0;
    /// Of in_use, those that connect() cannot take: all, but where reuse acts not the TIME_WAITs
    /// past the delay. Stage, seconds_left and ports_until_slow go by this number.
    std::int64_t held = 0;
    /// Reuse is set up and by all signs does not act: ports are taken beyond the preferred half
    /// while others have waited longer than the delay, and none has served again. The other side
    /// has no timestamps, or something between strips them. Everything here counts without reuse
    /// then. A pool of long connections that has just been closed looks the same for a minute.
    bool reuse_idle = false;
    double share = 0;  ///< in_use / usable; 1 when nothing is usable
    Stage stage = Stage::free;
    double rate_per_s = 0;  ///< closes per second, from the TIME_WAIT timers
    /// Until the first EADDRNOTAVAIL at this rate; nothing: not at this rate.
    std::optional<double> seconds_left;
    /// Ports left before connect() becomes slow; 0 once it is; nothing without a preferred half.
    std::optional<std::int64_t> ports_until_slow;
};

/// For a planned state give the planned settings: ports in use keep their place, so a wider range
/// with the same parity has its preferred half partly used, one with the other parity has not.
/// All ports in use are taken to lie inside the range; a planned range that does not contain the
/// present one is judged too severely for one TIME_WAIT.
[[nodiscard]] Forecast forecast(const facts::Destination& destination, const PortSettings& settings,
                                const KernelModel& model);
/// The same with port_budget(settings, model) at hand, for the many destinations of a host.
[[nodiscard]] Forecast forecast(const facts::Destination& destination, const PortSettings& settings,
                                const KernelModel& model, const PortBudget& budget);

}  // namespace tcptune::capacity

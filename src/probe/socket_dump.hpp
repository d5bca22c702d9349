// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "probe/netlink_socket.hpp"

#include <tcptune/probe/socket_summary.hpp>

#include <cstdint>
#include <optional>
#include <vector>

namespace tcptune::probe {

struct PortDump {
    DumpEnd end;
    Ports ports;
    std::int64_t sockets = 0;  ///< several can share a port
};

/// One TCP listener of this namespace.
struct ListenerRow {
    Address local{};
    std::uint16_t port = 0;
    std::uint32_t queue = 0;    ///< connections that wait for accept()
    std::uint32_t backlog = 0;  ///< so many may wait
    std::uint32_t inode = 0;
    [[nodiscard]] bool full() const { return queue > backlog; }
};

/// More listeners than this are counted, but not kept one by one.
inline constexpr std::size_t max_listener_rows = 16384;

struct ListenDump : PortDump {
    std::vector<ListenerRow> rows;
};
[[nodiscard]] ListenDump dump_listeners(const DumpLimits& limits);
/// The local ports of this namespace's UDP sockets. Two requests of 0.02 ms; reading
/// /proc/net/udp and udp6 costs three times as much.
[[nodiscard]] PortDump dump_udp_ports(const DumpLimits& limits);
/// Everything in `range` that is in one of the states of `mask`, into `summary`.
[[nodiscard]] DumpEnd dump_into(std::uint32_t mask, PortRange range, const DumpLimits& limits,
                                SocketSummary& summary);
/// Every row in one of the states of `mask`, on any port or in `range`.
[[nodiscard]] DumpEnd dump_rows(std::uint32_t mask, std::optional<PortRange> range,
                                const DumpLimits& limits, const RecordSink& sink);
/// FIN_WAIT_2 on any port.
[[nodiscard]] PortDump dump_fin_wait2(const DumpLimits& limits);

}  // namespace tcptune::probe

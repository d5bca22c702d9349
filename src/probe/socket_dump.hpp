// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "probe/netlink_socket.hpp"

#include <tcptune/probe/socket_summary.hpp>

#include <cstdint>

namespace tcptune::probe {

struct PortDump {
    DumpEnd end;
    Ports ports;
    std::int64_t sockets = 0;  ///< several can share a port
};

/// The local ports of this namespace's TCP listeners.
[[nodiscard]] PortDump dump_listeners(const DumpLimits& limits);
/// The local ports of this namespace's UDP sockets. Two requests of 0.02 ms; reading
/// /proc/net/udp and udp6 costs three times as much.
[[nodiscard]] PortDump dump_udp_ports(const DumpLimits& limits);
/// Everything in `range` that is in one of the states of `mask`, into `summary`.
[[nodiscard]] DumpEnd dump_into(std::uint32_t mask, PortRange range, const DumpLimits& limits,
                                SocketSummary& summary);
/// FIN_WAIT_2 on any port.
[[nodiscard]] PortDump dump_fin_wait2(const DumpLimits& limits);

}  // namespace tcptune::probe

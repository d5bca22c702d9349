// SPDX-License-Identifier: Apache-2.0
#include "probe/socket_dump.hpp"

#include <array>
#include <sys/socket.h>

namespace tcptune::probe {
namespace {

PortDump dump_ports(std::span<const std::byte> request, const DumpLimits& limits) {
    PortDump dump;
    dump.end = dump_sockets(request, limits, [&dump](const SocketRecord& record) {
        dump.ports.set(record.local_port);
        ++dump.sockets;
    });
    return dump;
}

}  // namespace

ListenDump dump_listeners(const DumpLimits& limits) {
    ListenDump dump;
    dump.end = dump_rows(
        tcp_state::bit(tcp_state::listen), std::nullopt, limits,
        [&dump](const SocketRecord& record) {
            dump.ports.set(record.local_port);
            ++dump.sockets;
            if (dump.rows.size() < max_listener_rows)
                dump.rows.push_back({record.local, record.local_port, record.receive_queue,
                                     record.send_queue, record.inode});
        });
    return dump;
}

DumpEnd dump_rows(std::uint32_t mask, std::optional<PortRange> range, const DumpLimits& limits,
                  const RecordSink& sink) {
    return dump_sockets(tcp_dump_request(mask, range), limits, sink);
}

PortDump dump_udp_ports(const DumpLimits& limits) {
    PortDump all = dump_ports(udp_dump_request(AF_INET), limits);
    if (!all.end.ok()) return all;
    const PortDump v6 = dump_ports(udp_dump_request(AF_INET6), limits);
    all.end = v6.end;
    all.ports |= v6.ports;
    all.sockets += v6.sockets;
    return all;
}

DumpEnd dump_into(std::uint32_t mask, PortRange range, const DumpLimits& limits,
                  SocketSummary& summary) {
    return dump_sockets(tcp_dump_request(mask, range), limits,
                        [&summary](const SocketRecord& record) { summary.add(record); });
}

PortDump dump_fin_wait2(const DumpLimits& limits) {
    return dump_ports(tcp_dump_request(tcp_state::bit(tcp_state::fin_wait2), std::nullopt), limits);
}

}  // namespace tcptune::probe

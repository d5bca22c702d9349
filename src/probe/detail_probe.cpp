// SPDX-License-Identifier: Apache-2.0
#include "probe/detail_probe.hpp"

#include "probe/address_text.hpp"
#include "probe/owner_probe.hpp"
#include "probe/waiting_probe.hpp"

#include <algorithm>

namespace tcptune::probe {
namespace {

// Fullest first; a host with more listeners is told by number.
constexpr std::size_t most_listeners = 256;

void set_listeners(const SocketLook& look, const std::optional<WaitingTally>& waiting,
                   facts::FactSet& facts) {
    facts::SocketTable& sockets = facts.sockets;
    const std::vector<ListenerRow>& rows = look.listeners.rows;
    const std::size_t kept = std::min(rows.size(), most_listeners);
    for (std::size_t i = 0; i < kept; ++i) {
        const ListenerRow& row = rows[i];
        sockets.listeners.push_back({.address = address_text(row.local),
                                     .port = row.port,
                                     .queue = row.queue,
                                     .backlog = row.backlog,
                                     .syn_received = waiting ? waiting->syn_received(row.port) : 0,
                                     .owners = {}});
    }
    sockets.more_listeners = static_cast<std::uint32_t>(std::min<std::int64_t>(
        look.listeners.sockets - static_cast<std::int64_t>(kept), UINT32_MAX));
    facts.values["socket.listeners_full"] = static_cast<std::int64_t>(
        std::count_if(rows.begin(), rows.end(), [](const ListenerRow& row) { return row.full(); }));
}

void give_up(facts::FactSet& facts, const std::string& reason) {
    for (const char* name :
         {"socket.listeners_full", "socket.tcp.close_wait", "socket.tcp.established",
          "socket.tcp.syn_received", "socket.tcp.time_wait", "socket.tcp.time_wait_inbound"})
        facts.values[name] = facts::Unknown{reason};
}

}  // namespace

void probe_details(const host::FileTree& tree, const SocketLook& look, std::int64_t only_pid,
                   const DumpLimits& limits, facts::FactSet& facts) {
    if (!look.listeners.end.ok()) {
        give_up(facts, look.listeners.end.detail + ": sock_diag");
        return;
    }
    const std::optional<WaitingTally> waiting = probe_waiting(tree, look, limits, facts);
    set_listeners(look, waiting, facts);
    probe_owners(look, waiting, only_pid, limits, facts);
}

}  // namespace tcptune::probe

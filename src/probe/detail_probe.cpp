// SPDX-License-Identifier: Apache-2.0
#include "probe/detail_probe.hpp"

#include "probe/address_text.hpp"
#include "probe/owner_probe.hpp"
#include "probe/waiting_probe.hpp"

#include <algorithm>
#include <map>
#include <tuple>

namespace tcptune::probe {
namespace {

// Fullest first; a host with more listeners is told by number.
constexpr std::size_t most_listeners = 256;

/// Unfinished handshakes of one listener. The kernel's rows name the port alone: several listeners
/// of a port (SO_REUSEPORT) share them evenly.
class SynCounts {
public:
    SynCounts(const std::vector<ListenerRow>& rows, const std::optional<WaitingTally>& waiting)
        : waiting_(waiting) {
        for (const ListenerRow& row : rows)
            ++listeners_[row.port];
    }
    [[nodiscard]] std::uint32_t of(const ListenerRow& row) const {
        return waiting_ ? waiting_->syn_received(row.port) / listeners_.at(row.port) : 0;
    }

private:
    const std::optional<WaitingTally>& waiting_;
    std::map<std::uint16_t, std::uint32_t> listeners_;
};

/// By fill of the worse of both queues, not by length: ten of eight is worse than a thousand of
/// four thousand.
void worst_first(std::vector<ListenerRow>& rows, const SynCounts& syns) {
    const auto fill = [&syns](const ListenerRow& row) {
        return static_cast<double>(std::max(row.queue, syns.of(row))) / (row.backlog + 1.0);
    };
    std::sort(rows.begin(), rows.end(), [&](const ListenerRow& a, const ListenerRow& b) {
        const double fill_a = fill(a);
        const double fill_b = fill(b);
        return std::tie(fill_b, a.port, a.local) < std::tie(fill_a, b.port, b.local);
    });
}

void set_listeners(const SocketLook& look, const SynCounts& syns, facts::FactSet& facts) {
    facts::SocketTable& sockets = facts.sockets;
    const std::vector<ListenerRow>& rows = look.listeners.rows;
    const std::size_t kept = std::min(rows.size(), most_listeners);
    for (std::size_t i = 0; i < kept; ++i) {
        const ListenerRow& row = rows[i];
        sockets.listeners.push_back({.address = address_text(row.local),
                                     .port = row.port,
                                     .queue = row.queue,
                                     .backlog = row.backlog,
                                     .syn_received = syns.of(row),
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

void probe_details(const host::FileTree& tree, SocketLook& look, const OwnerFocus& focus,
                   const DumpLimits& limits, facts::FactSet& facts) {
    if (!look.listeners.end.ok()) {
        give_up(facts, look.listeners.end.detail + ": sock_diag");
        return;
    }
    const std::optional<WaitingTally> waiting = probe_waiting(tree, look, limits, facts);
    const SynCounts syns(look.listeners.rows, waiting);
    worst_first(look.listeners.rows, syns);
    set_listeners(look, syns, facts);
    probe_owners(look, waiting, focus, limits, facts);
}

}  // namespace tcptune::probe

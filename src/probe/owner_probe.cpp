// SPDX-License-Identifier: Apache-2.0
#include "probe/owner_probe.hpp"

#include "probe/owner_search.hpp"

#include <tcptune/base/text.hpp>
#include <tcptune/facts/ip_address.hpp>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <map>
#include <set>
#include <string>
#include <tuple>
#include <vector>

namespace tcptune::probe {
namespace {

// Rows of live sockets to look at: a sample when there are more.
constexpr std::size_t most_live_rows = 8192;
// A prefork server has hundreds of processes on one listener.
constexpr std::size_t most_owners = 8;

using Tuple = std::tuple<Address, Address, std::uint16_t>;
using DestinationIndex = std::map<Tuple, std::int32_t>;

std::optional<Address> to_mapped(const std::string& text) {
    const auto parsed = facts::parse_address(text);
    if (!parsed) return std::nullopt;
    Address address = parsed->bytes;
    if (parsed->family == facts::IpFamily::v4) {
        address = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
        std::memcpy(address.data() + 12, parsed->bytes.data(), 4);
    }
    return address;
}

std::uint32_t live_ports(const facts::Destination& destination) {
    return destination.ports_in_use() - destination.count(facts::TcpState::time_wait);
}

/// A tenth of the range.
std::uint32_t shown_from(const SocketLook& look) {
    return look.range ? (look.range->high - look.range->low + 1U) / 10 : 0;
}

/// The destinations to ask about, by tuple.
DestinationIndex index_of(const SocketLook& look, const facts::SocketTable& sockets,
                          const OwnerFocus& focus) {
    DestinationIndex index;
    for (std::size_t i = 0; i < sockets.destinations.size(); ++i) {
        const facts::Destination& destination = sockets.destinations[i];
        const bool all = focus.pid != 0;
        if (!all && index.size() >= destinations_with_owners) break;
        // Fullest first: a report has no line for what is nearly empty.
        if (!focus.forced && destination.ports_in_use() < shown_from(look)) break;
        const auto local = to_mapped(destination.local_address);
        const auto remote = to_mapped(destination.remote_address);
        if (!local || !remote || live_ports(destination) == 0) continue;
        index.emplace(Tuple(*local, *remote, destination.remote_port),
                      static_cast<std::int32_t>(i));
    }
    return index;
}

/// How many rows of each destination were seen: a sample stands for more.
using Seen = std::map<std::int32_t, std::uint32_t>;

Seen add_live(const SocketLook& look, const DestinationIndex& index, bool all, DumpLimits limits,
              Holdings& wanted) {
    Seen seen;
    if (index.empty() || !look.range) return seen;
    if (!all) limits.rows = most_live_rows;
    (void)dump_rows(tcp_state::live, look.range, limits, [&](const SocketRecord& record) {
        const auto found = index.find({record.local, record.remote, record.remote_port});
        if (found == index.end()) return;
        ++seen[found->second];
        if (record.inode != 0) wanted[record.inode].destination = found->second;
    });
    return seen;
}

void add_full_listeners(const SocketLook& look, const facts::SocketTable& sockets,
                        Holdings& wanted) {
    for (std::size_t i = 0; i < look.listeners.rows.size() && i < sockets.listeners.size(); ++i) {
        const ListenerRow& row = look.listeners.rows[i];
        const facts::Listener& listener = sockets.listeners[i];
        const bool many_syns = listener.syn_received > 0 && listener.syn_received >= row.backlog;
        if ((row.full() || many_syns) && row.inode != 0)
            wanted[row.inode].listener = static_cast<std::int32_t>(i);
    }
}

std::uint32_t rounded(double number) {
    return static_cast<std::uint32_t>(std::clamp(std::round(number), 1.0, 4e9));
}

void keep_largest(std::vector<facts::Owner>& owners) {
    std::stable_sort(owners.begin(), owners.end(),
                     [](const auto& a, const auto& b) { return a.sockets > b.sockets; });
    if (owners.size() > most_owners) owners.resize(most_owners);
}

void hand_out(const OwnerSearch& search, const Seen& seen, facts::SocketTable& sockets) {
    for (const HoldingProcess& holder : search.processes) {
        for (const auto& [index, held] : holder.destinations) {
            facts::Destination& destination = sockets.destinations[static_cast<std::size_t>(index)];
            const double live = live_ports(destination);
            const double rows = seen.contains(index) ? seen.at(index) : live;
            const bool mostly_gone = destination.count(facts::TcpState::time_wait) > live;
            destination.owners.push_back({holder.pid,
                                          rounded(held * std::max(1.0, live / std::max(1.0, rows))),
                                          mostly_gone});
        }
        for (const std::int32_t index : holder.listeners)
            sockets.listeners[static_cast<std::size_t>(index)].owners.push_back(
                {holder.pid, 1, false});
    }
    for (facts::Destination& destination : sockets.destinations)
        keep_largest(destination.owners);
    for (facts::Listener& listener : sockets.listeners)
        keep_largest(listener.owners);
}

std::uint32_t rounded_or_zero(double number) {
    return number > 0 ? rounded(number) : 0;
}

/// Processes that somebody names as an owner, that leave connections unclosed or that only bind.
void describe(const OwnerSearch& search, double close_wait_factor, facts::SocketTable& sockets) {
    std::set<std::int64_t> owners;
    for (const facts::Destination& destination : sockets.destinations)
        for (const facts::Owner& owner : destination.owners)
            owners.insert(owner.pid);
    for (const facts::Listener& listener : sockets.listeners)
        for (const facts::Owner& owner : listener.owners)
            owners.insert(owner.pid);
    for (const HoldingProcess& holder : search.processes) {
        const std::uint32_t close_wait = rounded_or_zero(holder.close_wait * close_wait_factor);
        const std::uint32_t bound_only = rounded_or_zero(holder.bound_only);
        if (close_wait == 0 && bound_only == 0 && !owners.contains(holder.pid)) continue;
        facts::Process process = describe_process(holder.pid);
        process.close_wait = close_wait;
        process.bound_only = bound_only;
        sockets.processes.push_back(std::move(process));
    }
    std::sort(sockets.processes.begin(), sockets.processes.end(),
              [](const facts::Process& a, const facts::Process& b) { return a.pid < b.pid; });
}

}  // namespace

void probe_owners(const SocketLook& look, const std::optional<WaitingTally>& waiting,
                  const OwnerFocus& focus, const DumpLimits& limits, facts::FactSet& facts) {
    facts::SocketTable& sockets = facts.sockets;
    Holdings wanted;
    const DestinationIndex index = index_of(look, sockets, focus);
    const Seen seen = add_live(look, index, focus.pid != 0, limits, wanted);
    add_full_listeners(look, sockets, wanted);
    double close_wait_factor = 1;
    if (waiting && !waiting->close_wait_inodes().empty()) {
        for (const std::uint32_t inode : waiting->close_wait_inodes())
            wanted[inode].close_wait = true;
        close_wait_factor = static_cast<double>(waiting->held_close_wait()) /
                            static_cast<double>(waiting->close_wait_inodes().size());
    }
    // A few are every host's; so many take ports from everybody.
    if (look.bound_inodes.size() >= shown_from(look) / 2)
        for (const std::uint32_t inode : look.bound_inodes)
            wanted[inode].bound_only = true;
    if (wanted.empty()) return;
    const OwnerSearch search =
        focus.pid != 0 ? search_process(wanted, focus.pid) : search_owners(wanted, search_time);
    hand_out(search, seen, sockets);
    describe(search, close_wait_factor, sockets);
    sockets.owners_unknown = why_missing(search, wanted.size());
}

}  // namespace tcptune::probe

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "probe/netlink_socket.hpp"
#include "probe/socket_dump.hpp"
#include "probe/socket_facts.hpp"

#include <tcptune/facts/fact_set.hpp>
#include <tcptune/host/file_tree.hpp>

namespace tcptune::probe {

struct SocketOptions {
    bool live = true;
    bool force_dump = false;
    /// probe_details() follows and counts the rare states: nothing is looked at twice.
    bool details_follow = false;
    DumpLimits limits;
};

/// What was seen besides the facts, for those who look closer.
struct SocketLook {
    std::optional<SocketCounts> counts;
    ListenDump listeners;
    std::optional<PortRange> range;
    std::int64_t outbound_full = 0;   ///< full sockets in the dump, when one was made
    std::int64_t seen_time_wait = 0;  ///< TIME_WAITs and stand-ins in it
    std::int64_t seen_stand_ins = 0;
    std::vector<std::uint32_t> bound_inodes;  ///< of sockets that are only bound
};

/// socket.* and FactSet::sockets of the present network namespace.
///
/// In this order: sockstat; a dump of the listeners alone (0.02 ms, it walks a table of its own);
/// UDP; then, only when the counters cannot prove the namespace healthy or `force_dump` says so,
/// one dump of everything else that holds a port of the local range. `live` false: the tree is not
/// the running system's, the kernel is not asked and what needs it is unknown.
SocketLook probe_sockets(const host::FileTree& tree, const SocketOptions& options,
                         facts::FactSet& facts);

}  // namespace tcptune::probe

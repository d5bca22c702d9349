// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "probe/socket_probe.hpp"
#include "probe/waiting_tally.hpp"

#include <tcptune/facts/fact_set.hpp>
#include <tcptune/host/file_tree.hpp>

#include <cstdint>
#include <optional>

namespace tcptune::probe {

/// How many of the sockets that no dump has shown yet there are.
struct Unseen {
    std::int64_t full = 0;       ///< full sockets besides listeners
    std::int64_t stand_ins = 0;  ///< TIME_WAIT or stand-ins of FIN_WAIT_2
};
[[nodiscard]] Unseen unseen_sockets(const SocketLook& look, const facts::FactSet& facts);

/// Counts what is neither ESTABLISHED nor TIME_WAIT in both directions, where that can matter: a
/// leak of CLOSE_WAIT or a flood of SYNs is inbound and in no dump of outbound sockets. The pass
/// costs the walk over the host's table (0.08 us a socket); a host with few sockets and no sign
/// of trouble does without, and of a very busy server a sample of three in a hundred is looked at
/// first. Sets the facts socket.tcp.* of these states, and FactSet::sockets.by_state.
[[nodiscard]] std::optional<WaitingTally> probe_waiting(const host::FileTree& tree,
                                                        const SocketLook& look,
                                                        const DumpLimits& limits,
                                                        facts::FactSet& facts);

}  // namespace tcptune::probe

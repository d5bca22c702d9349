// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "probe/proc_text.hpp"

#include <tcptune/facts/value.hpp>
#include <tcptune/probe/inet_diag.hpp>
#include <tcptune/probe/socket_summary.hpp>

#include <cstdint>
#include <optional>

namespace tcptune::probe {

/// What sockstat says, with the IPv6 sockets that it counts in another file.
struct SocketCounts {
    SockStat tcp;
    std::int64_t inuse6 = 0;
    [[nodiscard]] std::int64_t inuse() const;
};

/// Ports of the range that one fresh destination can use at most: without the reserved ones and
/// the listeners.
[[nodiscard]] std::int64_t usable_ports(PortRange range, const Ports& reserved,
                                        const Ports& listening);

/// Whether the counters leave open that some destination holds 49 % of the usable ports: connect()
/// becomes slow a little before half.
///
/// Every socket that can hold a port of this namespace is either in TIME_WAIT or a stand-in for
/// it (`tw`, of this namespace) or allocated (`alloc`; of the host, so it is never too small; both
/// families, and also sockets that are only bound, which `inuse` and most dumps leave out). When
/// all of them together are fewer, no destination can have that many. Nor may sockets that are only
/// bound (`alloc` without `inuse`), which hold their ports for every destination, be able to hold
/// more than a twentieth of the ports.
[[nodiscard]] bool dump_is_needed(const SocketCounts& counts, std::int64_t usable);

/// Upper bounds from the counters alone.
///
/// TIME_WAIT of outbound connections: all that this namespace has.
[[nodiscard]] facts::FactValue bound_time_wait(const SocketCounts& counts);
/// FIN_WAIT_2: a stand-in is in `tw`, a full socket (the program has only shut down its side) is
/// hashed and so in `inuse` of this namespace, where the listeners are too.
[[nodiscard]] facts::FactValue bound_fin_wait2(const SocketCounts& counts,
                                               std::int64_t listening_sockets);
/// Bound only: allocated but not hashed. `alloc` is of the host and `inuse` of this namespace, so
/// on a host with other namespaces the bound is loose, but it is never too small.
[[nodiscard]] facts::FactValue bound_bound_only(const SocketCounts& counts);

/// Whether a dump should list the sockets that are only bound as well. The kernel walks one more
/// table for them, with every TIME_WAIT in it: a third of the cost of the whole dump. So not when
/// the counters prove that they hold less than half a percent of the ports.
[[nodiscard]] bool bound_rows_matter(const SocketCounts& counts, std::int64_t usable);

/// What a dump of the local port range leaves unseen of FIN_WAIT_2 on other ports.
struct UnseenFinWait2 {
    std::int64_t stand_ins = 0;  ///< at most this many among the other sockets of `tw`
    std::int64_t full = 0;       ///< at most this many among the other sockets of `inuse`
};
[[nodiscard]] UnseenFinWait2 unseen_fin_wait2(const SocketCounts& counts, const SocketSummary& seen,
                                              std::int64_t listening_sockets);
/// Whether the bound is too loose to be of use, so that one more pass for FIN_WAIT_2 alone pays.
[[nodiscard]] bool second_pass_pays(const UnseenFinWait2& unseen);
/// Exact when nothing is unseen, else an upper bound.
[[nodiscard]] facts::FactValue fin_wait2_value(const SocketSummary& seen,
                                               const UnseenFinWait2& unseen);

/// A count that is exact when it is zero.
[[nodiscard]] facts::FactValue at_most(std::int64_t count);

}  // namespace tcptune::probe

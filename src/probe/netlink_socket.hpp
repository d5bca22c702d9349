// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <tcptune/probe/inet_diag.hpp>

#include <chrono>
#include <cstddef>
#include <functional>
#include <span>
#include <string>

namespace tcptune::probe {

/// Where a dump stops by itself, with facts that are then unknown and not wrong. A million
/// TIME_WAIT rows are 96 MB and a quarter of a second; none of it is kept.
struct DumpLimits {
    std::chrono::milliseconds time{2000};
    std::size_t bytes = 256UL * 1024UL * 1024UL;
    /// Stops well after so many rows: the hash order makes them a sample. 0: all.
    std::size_t rows = 0;
};

enum class DumpStatus { ok, denied, absent, malformed, limit };

/// How a dump ended. Anything but ok: the rows that were seen are a part of the table.
struct DumpEnd {
    DumpStatus status = DumpStatus::ok;
    std::string detail;        ///< what went wrong
    bool interrupted = false;  ///< the table changed under the dump, by the kernel's own word
    bool sampled = false;      ///< ended at DumpLimits::rows: there may be more
    [[nodiscard]] bool ok() const { return status == DumpStatus::ok; }
};

using RecordSink = std::function<void(const SocketRecord&)>;

/// Sends one request to NETLINK_SOCK_DIAG of the present network namespace and gives every row to
/// `sink`. Each dump has a socket of its own: what an aborted one leaves behind is gone with it.
[[nodiscard]] DumpEnd dump_sockets(std::span<const std::byte> request, const DumpLimits& limits,
                                   const RecordSink& sink);

}  // namespace tcptune::probe

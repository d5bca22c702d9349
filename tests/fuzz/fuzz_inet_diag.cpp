// SPDX-License-Identifier: Apache-2.0
// A datagram as the kernel would answer a socket dump with, into the counts of a table.
#include <tcptune/probe/inet_diag.hpp>
#include <tcptune/probe/socket_summary.hpp>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <span>

using namespace tcptune::probe;

namespace {

void require(bool holds) {
    if (!holds) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    Ports listening;
    listening.set(50051);
    SocketSummary summary(listening, size);
    const auto* const bytes = static_cast<const std::byte*>(static_cast<const void*>(data));
    DiagReader reader(std::span(bytes, size));
    SocketRecord record;
    DiagReader::Step step = reader.next(record);
    std::size_t rows = 0;
    for (; step == DiagReader::Step::record; step = reader.next(record)) {
        summary.add(record);
        ++rows;
    }
    require(step != DiagReader::Step::failed || reader.error() > 0);
    // A row is at least a header and a message: no input can make more of them than it has room.
    require(rows <= size / 88);
    const SocketSummary::Destinations destinations = summary.take_destinations();
    std::size_t counted = destinations.more;
    for (const auto& destination : destinations.list) {
        require(destination.even_ports <= destination.ports_in_use());
        require(destination.closed_last_1s <= destination.closed_last_10s);
        require(!destination.local_address.empty() && !destination.remote_address.empty());
        counted += destination.ports_in_use();
    }
    require(counted <= rows);
    return 0;
}

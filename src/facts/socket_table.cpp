// SPDX-License-Identifier: Apache-2.0
#include <tcptune/facts/socket_table.hpp>

#include <algorithm>
#include <limits>
#include <numeric>

namespace tcptune::facts {

const char* to_string(TcpState state) {
    static constexpr std::array<const char*, tcp_state_count> words = {
        "established", "syn_sent",   "syn_recv", "fin_wait1", "fin_wait2",
        "time_wait",   "close_wait", "last_ack", "closing",
    };
    const auto index = static_cast<std::size_t>(state);
    return index < words.size() ? words[index] : "unknown";
}

const char* to_string(SocketMethod method) {
    switch (method) {
        case SocketMethod::dump:
            return "dump";
        case SocketMethod::counters:
            return "counters";
        case SocketMethod::none:
            break;
    }
    return "none";
}

std::uint32_t Destination::ports_in_use() const {
    // A facts file may hold any counts: their sum saturates instead of wrapping round.
    const std::uint64_t sum = std::accumulate(states.begin(), states.end(), std::uint64_t{0});
    constexpr std::uint64_t most = std::numeric_limits<std::uint32_t>::max();
    return static_cast<std::uint32_t>(std::min(sum, most));
}

}  // namespace tcptune::facts

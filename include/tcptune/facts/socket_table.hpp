// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

namespace tcptune::facts {

/// TCP states that hold a local port, as the kernel's tcp_states.h names them; the order is that
/// of the JSON member `states`.
enum class TcpState : std::uint8_t {
    established,
    syn_sent,
    syn_recv,
    fin_wait1,
    fin_wait2,
    time_wait,
    close_wait,
    last_ack,
    closing,
};
inline constexpr std::size_t tcp_state_count = 9;
[[nodiscard]] const char* to_string(TcpState state);

/// Outbound sockets of one (local address, remote address, remote port): the tuple inside which a
/// local port can be used once. Addresses are numeric text; IPv4-mapped ones are IPv4.
struct Destination {
    std::string local_address;
    std::string remote_address;
    std::uint16_t remote_port = 0;
    std::array<std::uint32_t, tcp_state_count> states{};
    std::uint32_t even_ports = 0;       ///< of all of them, those on an even local port
    std::uint32_t closed_last_1s = 0;   ///< TIME_WAITs that began within the last second
    std::uint32_t closed_last_10s = 0;  ///< and within the last ten
    bool loopback = false;              ///< an end in 127/8 or ::1: what tcp_tw_reuse = 2 acts on

    bool operator==(const Destination&) const = default;
    [[nodiscard]] std::uint32_t ports_in_use() const;
    [[nodiscard]] std::uint32_t count(TcpState state) const {
        return states[static_cast<std::size_t>(state)];
    }
};

/// How the table was looked at. `counters`: no dump was needed, because sockstat proves that no
/// destination can be past half of its ports; `none`: not looked at or not possible.
enum class SocketMethod { none, counters, dump };
[[nodiscard]] const char* to_string(SocketMethod method);

struct SocketTable {
    SocketMethod method = SocketMethod::none;
    std::vector<Destination> destinations;        ///< fullest first, then by address; bounded
    std::uint32_t more_destinations = 0;          ///< beyond the bound, not listed
    std::vector<std::uint16_t> listen_ports;      ///< TCP listeners of this namespace, sorted
    std::vector<std::uint16_t> bound_only_ports;  ///< bound, neither listening nor connected
    std::vector<std::uint16_t> udp_ports;         ///< UDP sockets' local ports, sorted

    bool operator==(const SocketTable&) const = default;
};

}  // namespace tcptune::facts

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace tcptune::probe {

/// 16 bytes in network order; IPv4 addresses are IPv4-mapped, so that an IPv6 socket to
/// ::ffff:a.b.c.d and an IPv4 socket to a.b.c.d, which compete for the same ports, are equal.
using Address = std::array<std::uint8_t, 16>;

/// One socket of a dump. `state` is the kernel's number (tcp_states.h).
struct SocketRecord {
    std::uint8_t state = 0;
    std::uint8_t timer = 0;  ///< 3: the TIME_WAIT timer runs
    std::uint16_t local_port = 0;
    std::uint16_t remote_port = 0;
    Address local{};
    Address remote{};
    std::uint32_t expires_ms = 0;     ///< until the timer ends
    std::uint32_t receive_queue = 0;  ///< bytes; of a listener: connections that wait for accept()
    std::uint32_t send_queue = 0;     ///< bytes; of a listener: how many may wait (its backlog)
    std::uint32_t inode = 0;          ///< of the descriptor; 0: no process holds it
    bool operator==(const SocketRecord&) const = default;
};

/// SocketRecord::timer of a TIME_WAIT, or of its stand-in for an orphan in FIN_WAIT_2.
inline constexpr std::uint8_t time_wait_timer = 3;

/// The kernel's state numbers and, as bits, what a dump may ask for.
namespace tcp_state {
inline constexpr std::uint8_t established = 1;
inline constexpr std::uint8_t syn_sent = 2;
inline constexpr std::uint8_t syn_recv = 3;
inline constexpr std::uint8_t fin_wait1 = 4;
inline constexpr std::uint8_t fin_wait2 = 5;
inline constexpr std::uint8_t time_wait = 6;
inline constexpr std::uint8_t closed = 7;  ///< in a dump: bound, and nothing else yet
inline constexpr std::uint8_t close_wait = 8;
inline constexpr std::uint8_t last_ack = 9;
inline constexpr std::uint8_t listen = 10;
inline constexpr std::uint8_t closing = 11;
/// Only a bit of the mask (6.8 and later; older kernels ignore it): its rows say `closed`.
inline constexpr std::uint8_t bound_inactive = 13;

[[nodiscard]] constexpr std::uint32_t bit(std::uint8_t state) {
    return 1U << state;
}

/// Everything that has a port towards some destination. Connection requests that no one has
/// accepted (12, NEW_SYN_RECV) are a listener's and not asked for.
inline constexpr std::uint32_t connected = bit(established) | bit(syn_sent) | bit(syn_recv) |
                                           bit(fin_wait1) | bit(fin_wait2) | bit(time_wait) |
                                           bit(close_wait) | bit(last_ack) | bit(closing);
/// The rare ones, which say that somebody waits: with few of them, a dump costs the walk alone.
inline constexpr std::uint32_t waiting = bit(syn_sent) | bit(syn_recv) | bit(fin_wait1) |
                                         bit(fin_wait2) | bit(close_wait) | bit(last_ack) |
                                         bit(closing);
/// Those that a process can still hold.
inline constexpr std::uint32_t live = connected & ~bit(time_wait);
/// Everything that can hold a local port against a new connection, but listeners.
inline constexpr std::uint32_t port_holders = connected | bit(bound_inactive);
}  // namespace tcp_state

/// Local ports that a dump asks for: from low to high, or all but these.
struct PortRange {
    std::uint16_t low = 0;
    std::uint16_t high = 0;
    bool outside = false;
    bool operator==(const PortRange&) const = default;
};

/// A dump of this namespace's TCP sockets in the states of `mask`, IPv4 and IPv6 in one pass (the
/// first version of the request, as ss(8) sends it; two dumps of the second version cost a
/// quarter more). `local_ports`: others are dropped in the kernel, before they cost anything.
[[nodiscard]] std::vector<std::byte> tcp_dump_request(std::uint32_t mask,
                                                      std::optional<PortRange> local_ports);
/// A dump of this namespace's UDP sockets of one family (AF_INET or AF_INET6).
[[nodiscard]] std::vector<std::byte> udp_dump_request(std::uint8_t family);

/// Reads the messages of one datagram that the kernel answered to such a request. Pure; any bytes
/// are safe to read.
class DiagReader {
public:
    enum class Step {
        record,     ///< one socket was read
        exhausted,  ///< this datagram has no more; another follows
        done,       ///< the dump is complete
        failed,     ///< the kernel refused: see error()
        malformed,
    };

    explicit DiagReader(std::span<const std::byte> datagram) : rest_(datagram) {}

    [[nodiscard]] Step next(SocketRecord& record);
    /// The errno of a refused request.
    [[nodiscard]] int error() const { return error_; }
    /// The kernel says that the table changed under the dump.
    [[nodiscard]] bool interrupted() const { return interrupted_; }

private:
    std::span<const std::byte> rest_;
    int error_ = 0;
    bool interrupted_ = false;
};

}  // namespace tcptune::probe

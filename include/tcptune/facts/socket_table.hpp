// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
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

/// Live sockets that a process holds. TIME_WAIT has no owner any more: who made those is inferred
/// from the live sockets of the same tuple.
struct Owner {
    std::int64_t pid = 0;       ///< of SocketTable::processes
    std::uint32_t sockets = 0;  ///< live ones; about so many when it was a sample
    bool inferred = false;      ///< most of the tuple's ports are TIME_WAITs
    bool operator==(const Owner&) const = default;
};

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
    /// The oldest and the youngest TIME_WAIT began so far apart.
    std::uint32_t time_wait_span_ms = 0;
    /// Live sockets more, per second, between two looks (--window); less than zero: fewer.
    std::optional<double> growth_per_s;
    bool loopback = false;      ///< an end in 127/8 or ::1: what tcp_tw_reuse = 2 acts on
    std::vector<Owner> owners;  ///< most sockets first; empty when none was found or looked for

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

/// A TCP listener of this namespace.
struct Listener {
    std::string address;  ///< numeric; "0.0.0.0" or "::" for any
    std::uint16_t port = 0;
    std::uint32_t queue = 0;         ///< connections that wait for accept()
    std::uint32_t backlog = 0;       ///< so many may wait; one more is dropped
    std::uint32_t syn_received = 0;  ///< handshakes that are not finished
    std::vector<Owner> owners;       ///< looked for only where the queue is full
    bool operator==(const Listener&) const = default;
};

/// A process that holds sockets of which a report speaks.
struct Process {
    std::int64_t pid = 0;
    std::string command;                     ///< /proc/PID/comm: what the process calls itself
    std::string unit;                        ///< systemd unit, "" when not known
    std::string container;                   ///< id of a container, "" when not known
    std::optional<std::int64_t> open_files;  ///< descriptors in use
    std::optional<std::int64_t> open_files_limit;  ///< soft limit (RLIMIT_NOFILE)
    std::uint32_t close_wait = 0;                  ///< its sockets in CLOSE_WAIT, both directions
    std::uint32_t bound_only = 0;                  ///< its sockets that are bound and nothing else
    bool operator==(const Process&) const = default;
};

struct SocketTable {
    SocketMethod method = SocketMethod::none;
    std::vector<Destination> destinations;        ///< fullest first, then by address; bounded
    std::uint32_t more_destinations = 0;          ///< beyond the bound, not listed
    std::vector<std::uint16_t> listen_ports;      ///< TCP listeners of this namespace, sorted
    std::vector<std::uint16_t> bound_only_ports;  ///< bound, neither listening nor connected
    std::vector<std::uint16_t> udp_ports;         ///< UDP sockets' local ports, sorted
    /// All TCP sockets of this namespace, of both directions, by state as netstat(8) tallies them:
    /// "LISTEN", "ESTABLISHED", "TIME_WAIT", ... A state that is not there was not told apart.
    std::map<std::string, std::int64_t> by_state;
    std::vector<Listener> listeners;  ///< fullest queue first, then by port; bounded
    std::uint32_t more_listeners = 0;
    std::vector<Process> processes;  ///< that own something above, by pid
    std::string owners_unknown;      ///< why owners are missing: "permission denied: 12 processes"

    bool operator==(const SocketTable&) const = default;
};

}  // namespace tcptune::facts

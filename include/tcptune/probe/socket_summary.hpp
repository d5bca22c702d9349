// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <tcptune/facts/socket_table.hpp>
#include <tcptune/probe/inet_diag.hpp>
#include <tcptune/probe/port_pool.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace tcptune::probe {

/// How many destinations are counted one by one; the rows of any further one are only counted.
inline constexpr std::size_t max_destinations = 65536;
/// Descriptors of sockets that are only bound; the rest is counted.
inline constexpr std::size_t max_bound_inodes = 4096;
/// How long the kernel keeps TIME_WAIT (TCP_TIMEWAIT_LEN): its timer starts from here.
inline constexpr std::uint32_t time_wait_ms = 60000;

/// The rows of a dump as counts per (local address, remote address, remote port). Bounded: about
/// 120 bytes for each destination, nothing for a row.
class SocketSummary {
public:
    /// `listening`: rows on these local ports are somebody else's connections to us. `seed`
    /// scatters the destinations in the table, so that nobody can choose addresses that collide.
    SocketSummary(const Ports& listening, std::uint64_t seed);

    void add(const SocketRecord& record);

    /// All rows of TIME_WAIT or FIN_WAIT_2 (also those on a listener's port).
    [[nodiscard]] std::int64_t seen_time_wait() const { return seen_time_wait_; }
    [[nodiscard]] std::int64_t seen_fin_wait2() const { return seen_fin_wait2_; }
    /// Of seen_fin_wait2, those with the TIME_WAIT timer: orphans that are kept as TIME_WAIT
    /// stand-ins and that sockstat counts as `tw`.
    [[nodiscard]] std::int64_t seen_stand_ins() const { return seen_stand_ins_; }
    /// Full sockets that are neither stand-ins nor bound only: what sockstat counts as `inuse`.
    [[nodiscard]] std::int64_t seen_full() const { return seen_full_; }
    /// TIME_WAITs of connections that this side made and closed first.
    [[nodiscard]] std::int64_t outbound_time_wait() const { return outbound_time_wait_; }
    [[nodiscard]] const Ports& bound_only() const { return bound_only_; }
    /// Their descriptors; the first of them when there are very many.
    [[nodiscard]] const std::vector<std::uint32_t>& bound_inodes() const { return bound_inodes_; }
    /// The local ports of all outbound rows, whatever their destination.
    [[nodiscard]] const PortPool& pool() const { return pool_; }

    struct Destinations {
        std::vector<facts::Destination> list;  ///< fullest first, then by address
        std::uint32_t more = 0;                ///< rows of destinations beyond the bound
    };
    /// Hands the counts over; the summary is empty afterwards.
    [[nodiscard]] Destinations take_destinations();

private:
    struct Group {
        Address local{};
        Address remote{};
        std::uint16_t remote_port = 0;
        std::array<std::uint32_t, facts::tcp_state_count> states{};
        std::uint32_t even_ports = 0;
        std::uint32_t closed_last_1s = 0;
        std::uint32_t closed_last_10s = 0;
        std::uint32_t youngest_ms = UINT32_MAX;  ///< ages of its TIME_WAITs
        std::uint32_t oldest_ms = 0;
    };

    [[nodiscard]] Group* find_or_add(const SocketRecord& record);
    [[nodiscard]] Group& group_at(std::size_t index);
    void grow();
    [[nodiscard]] std::size_t slot_of(const Address& local, const Address& remote,
                                      std::uint16_t port) const;
    [[nodiscard]] static facts::Destination to_destination(const Group& group);

    const Ports& listening_;
    std::uint64_t seed_;
    std::vector<std::vector<Group>> blocks_;
    std::size_t count_ = 0;             ///< groups in all blocks
    std::vector<std::uint32_t> slots_;  ///< open addressing; 0 is free, else index + 1
    std::uint32_t beyond_ = 0;
    std::int64_t seen_time_wait_ = 0;
    std::int64_t seen_fin_wait2_ = 0;
    std::int64_t seen_stand_ins_ = 0;
    std::int64_t seen_full_ = 0;
    std::int64_t outbound_time_wait_ = 0;
    Ports bound_only_;
    std::vector<std::uint32_t> bound_inodes_;
    PortPool pool_;
};

}  // namespace tcptune::probe

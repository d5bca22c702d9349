// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <tcptune/probe/inet_diag.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace tcptune::probe {

/// Counts of the rows of a dump of tcp_state::waiting: everything that is neither ESTABLISHED,
/// TIME_WAIT nor a listener, in both directions.
class WaitingTally {
public:
    WaitingTally();
    void add(const SocketRecord& record);

    [[nodiscard]] std::int64_t count(std::uint8_t state) const { return by_state_.at(state); }
    /// Of FIN_WAIT_2, those that no process holds any more: sockstat counts them in `tw`.
    [[nodiscard]] std::int64_t stand_ins() const { return stand_ins_; }
    /// Handshakes on that local port that their client has not finished.
    [[nodiscard]] std::uint32_t syn_received(std::uint16_t port) const { return syn_at_[port]; }
    /// Of CLOSE_WAIT, those that a process holds; the others wait for accept().
    [[nodiscard]] std::int64_t held_close_wait() const { return held_close_wait_; }
    /// Descriptors in CLOSE_WAIT; the first of them when there are very many.
    [[nodiscard]] const std::vector<std::uint32_t>& close_wait_inodes() const { return inodes_; }

private:
    std::array<std::int64_t, 16> by_state_{};
    std::int64_t stand_ins_ = 0;
    std::int64_t held_close_wait_ = 0;
    std::vector<std::uint32_t> syn_at_;
    std::vector<std::uint32_t> inodes_;
};

inline constexpr std::size_t max_close_wait_inodes = 8192;

}  // namespace tcptune::probe

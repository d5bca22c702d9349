// SPDX-License-Identifier: Apache-2.0
#include "probe/waiting_tally.hpp"

namespace tcptune::probe {
namespace {

constexpr std::size_t all_ports = 65536;

}  // namespace

WaitingTally::WaitingTally() : syn_at_(all_ports, 0) {}

void WaitingTally::add(const SocketRecord& record) {
    if (record.state >= by_state_.size()) return;
    ++by_state_.at(record.state);
    if (record.state == tcp_state::fin_wait2 && record.timer == time_wait_timer) ++stand_ins_;
    if (record.state == tcp_state::syn_recv) ++syn_at_[record.local_port];
    if (record.state != tcp_state::close_wait || record.inode == 0) return;
    ++held_close_wait_;
    if (inodes_.size() < max_close_wait_inodes) inodes_.push_back(record.inode);
}

}  // namespace tcptune::probe

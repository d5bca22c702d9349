// SPDX-License-Identifier: Apache-2.0
#include "probe/address_text.hpp"

#include <tcptune/probe/socket_summary.hpp>

#include <algorithm>
#include <cstring>
#include <optional>
#include <tuple>
#include <utility>

namespace tcptune::probe {
namespace {

constexpr std::size_t first_slots = 256;
// Large enough that the allocator gets a block from the system, page by page as it fills, and
// gives it back at once.
constexpr std::size_t block_size = 4096;

/// Nothing for the kernel states that hold no port towards a destination.
std::optional<facts::TcpState> to_state(std::uint8_t state) {
    switch (state) {
        case tcp_state::established:
            return facts::TcpState::established;
        case tcp_state::syn_sent:
            return facts::TcpState::syn_sent;
        case tcp_state::syn_recv:
            return facts::TcpState::syn_recv;
        case tcp_state::fin_wait1:
            return facts::TcpState::fin_wait1;
        case tcp_state::fin_wait2:
            return facts::TcpState::fin_wait2;
        case tcp_state::time_wait:
            return facts::TcpState::time_wait;
        case tcp_state::close_wait:
            return facts::TcpState::close_wait;
        case tcp_state::last_ack:
            return facts::TcpState::last_ack;
        case tcp_state::closing:
            return facts::TcpState::closing;
        default:
            return std::nullopt;
    }
}

/// Takes one more word into a hash; nothing is lost, but the high bits do not reach the low ones.
std::uint64_t combined(std::uint64_t hash, std::uint64_t word) {
    hash = (hash ^ word) * 0x9e3779b97f4a7c15ULL;
    return hash ^ (hash >> 32U);
}

/// Makes every bit depend on every bit (the finaliser of MurmurHash3): addresses that differ in
/// one byte must not lie side by side in the table.
std::uint64_t scattered(std::uint64_t hash) {
    hash = (hash ^ (hash >> 33U)) * 0xff51afd7ed558ccdULL;
    hash = (hash ^ (hash >> 33U)) * 0xc4ceb9fe1a85ec53ULL;
    return hash ^ (hash >> 33U);
}

std::uint64_t word_at(const Address& address, std::size_t offset) {
    std::uint64_t word = 0;
    std::memcpy(&word, address.data() + offset, sizeof word);
    return word;
}

bool is_before(const facts::Destination& a, const facts::Destination& b) {
    const std::uint32_t in_a = a.ports_in_use();
    const std::uint32_t in_b = b.ports_in_use();
    if (in_a != in_b) return in_a > in_b;
    return std::tie(a.remote_address, a.remote_port, a.local_address) <
           std::tie(b.remote_address, b.remote_port, b.local_address);
}

}  // namespace

SocketSummary::SocketSummary(const Ports& listening, std::uint64_t seed)
    : listening_(listening), seed_(seed), slots_(first_slots, 0) {}

void SocketSummary::add(const SocketRecord& record) {
    const bool inbound = listening_.test(record.local_port);
    if (record.state == tcp_state::closed) {
        if (inbound || record.remote_port != 0) return;
        bound_only_.set(record.local_port);
        if (record.inode != 0 && bound_inodes_.size() < max_bound_inodes)
            bound_inodes_.push_back(record.inode);
        return;
    }
    const std::optional<facts::TcpState> state = to_state(record.state);
    if (!state) return;
    const bool stand_in = *state == facts::TcpState::fin_wait2 && record.timer == time_wait_timer;
    if (*state == facts::TcpState::time_wait)
        ++seen_time_wait_;
    else if (!stand_in)
        ++seen_full_;
    if (*state == facts::TcpState::fin_wait2) ++seen_fin_wait2_;
    if (stand_in) ++seen_stand_ins_;
    if (inbound) return;
    if (*state == facts::TcpState::time_wait) ++outbound_time_wait_;
    pool_.add(record.local, record.local_port);
    Group* const group = find_or_add(record);
    if (group == nullptr) {
        ++beyond_;
        return;
    }
    ++group->states[static_cast<std::size_t>(*state)];
    if (record.local_port % 2 == 0) ++group->even_ports;
    if (*state == facts::TcpState::time_wait && record.timer == time_wait_timer) {
        // The row tells the time that is left; a timer of another length cannot be dated.
        if (record.expires_ms > time_wait_ms) return;
        const std::uint32_t age_ms = time_wait_ms - record.expires_ms;
        if (age_ms < 1000) ++group->closed_last_1s;
        if (age_ms < 10000) ++group->closed_last_10s;
        group->youngest_ms = std::min(group->youngest_ms, age_ms);
        group->oldest_ms = std::max(group->oldest_ms, age_ms);
    }
}

std::size_t SocketSummary::slot_of(const Address& local, const Address& remote,
                                   std::uint16_t port) const {
    std::uint64_t hash = combined(seed_, word_at(local, 0) ^ port);
    hash = combined(hash, word_at(local, 8));
    hash = combined(hash, word_at(remote, 0));
    hash = combined(hash, word_at(remote, 8));
    return static_cast<std::size_t>(scattered(hash)) & (slots_.size() - 1);
}

SocketSummary::Group& SocketSummary::group_at(std::size_t index) {
    return blocks_[index / block_size][index % block_size];
}

SocketSummary::Group* SocketSummary::find_or_add(const SocketRecord& record) {
    const std::size_t mask = slots_.size() - 1;
    std::size_t slot = slot_of(record.local, record.remote, record.remote_port);
    for (; slots_[slot] != 0; slot = (slot + 1) & mask) {
        Group& group = group_at(slots_[slot] - 1);
        if (group.remote_port == record.remote_port && group.remote == record.remote &&
            group.local == record.local)
            return &group;
    }
    if (count_ >= max_destinations) return nullptr;
    if (count_ % block_size == 0) blocks_.emplace_back().reserve(block_size);
    Group& added = blocks_.back().emplace_back();
    added.local = record.local;
    added.remote = record.remote;
    added.remote_port = record.remote_port;
    slots_[slot] = static_cast<std::uint32_t>(++count_);
    if (count_ * 2 > slots_.size()) grow();
    return &added;
}

void SocketSummary::grow() {
    slots_.assign(slots_.size() * 2, 0);
    const std::size_t mask = slots_.size() - 1;
    for (std::size_t index = 0; index < count_; ++index) {
        const Group& group = group_at(index);
        std::size_t slot = slot_of(group.local, group.remote, group.remote_port);
        while (slots_[slot] != 0)
            slot = (slot + 1) & mask;
        slots_[slot] = static_cast<std::uint32_t>(index + 1);
    }
}

facts::Destination SocketSummary::to_destination(const Group& group) {
    facts::Destination destination;
    destination.local_address = address_text(group.local);
    destination.remote_address = address_text(group.remote);
    destination.remote_port = group.remote_port;
    destination.states = group.states;
    destination.even_ports = group.even_ports;
    destination.closed_last_1s = group.closed_last_1s;
    destination.closed_last_10s = group.closed_last_10s;
    if (group.oldest_ms > group.youngest_ms)
        destination.time_wait_span_ms = group.oldest_ms - group.youngest_ms;
    destination.loopback = is_loopback(group.local) || is_loopback(group.remote);
    return destination;
}

SocketSummary::Destinations SocketSummary::take_destinations() {
    Destinations destinations;
    destinations.more = std::exchange(beyond_, 0);
    destinations.list.reserve(count_);
    slots_ = std::vector<std::uint32_t>(first_slots, 0);
    count_ = 0;
    // Each block's memory goes back as soon as it is converted: never both copies at once.
    for (std::vector<Group>& block : std::exchange(blocks_, {})) {
        for (const Group& group : block)
            destinations.list.push_back(to_destination(group));
        block = std::vector<Group>();
    }
    std::sort(destinations.list.begin(), destinations.list.end(), is_before);
    return destinations;
}

}  // namespace tcptune::probe

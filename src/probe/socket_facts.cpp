// SPDX-License-Identifier: Apache-2.0
#include "probe/socket_facts.hpp"

#include <algorithm>

namespace tcptune::probe {
namespace {

// Below this many unseen sockets an upper bound is as good as the number.
constexpr std::int64_t loose_bound = 1000;
// A pass costs by the sockets of the host, whatever it asks for: with this many, some 5 ms. A busy
// server's many inbound connections are not worth more than that.
constexpr std::int64_t dear_pass = 65536;

// In percent of the usable ports. connect() begins to search before the half that it prefers is
// full, so the dump comes a little before half.
constexpr std::int64_t dump_from_percent = 49;

// The numbers come from text: sums of them stay in range.
constexpr std::int64_t max_count = INT64_MAX / 400;
std::int64_t sane(std::int64_t count) {
    return std::clamp<std::int64_t>(count, 0, max_count);
}

std::int64_t unhashed(const SocketCounts& counts) {
    return std::max<std::int64_t>(0, sane(counts.tcp.alloc) - counts.inuse());
}

}  // namespace

std::int64_t SocketCounts::inuse() const {
    return sane(tcp.inuse) + sane(inuse6);
}

std::int64_t usable_ports(PortRange range, const Ports& reserved, const Ports& listening) {
    const std::size_t ports = std::size_t{range.high} - range.low + 1;
    const Ports in_range = (Ports().set() >> (Ports().size() - ports)) << range.low;
    return static_cast<std::int64_t>((in_range & ~reserved & ~listening).count());
}

bool dump_is_needed(const SocketCounts& counts, std::int64_t usable) {
    constexpr std::int64_t bound_one_in = 20;
    const std::int64_t holders = sane(counts.tcp.alloc) + sane(counts.tcp.time_wait);
    return 100 * holders >= dump_from_percent * usable || unhashed(counts) > usable / bound_one_in;
}

facts::FactValue at_most(std::int64_t count) {
    if (count <= 0) return std::int64_t{0};
    return facts::AtMost{static_cast<double>(count)};
}

facts::FactValue bound_time_wait(const SocketCounts& counts) {
    return at_most(sane(counts.tcp.time_wait));
}

facts::FactValue bound_fin_wait2(const SocketCounts& counts, std::int64_t listening_sockets) {
    return at_most(sane(counts.tcp.time_wait) + sane(counts.inuse() - listening_sockets));
}

facts::FactValue bound_bound_only(const SocketCounts& counts) {
    return at_most(unhashed(counts));
}

bool bound_rows_matter(const SocketCounts& counts, std::int64_t usable) {
    constexpr std::int64_t one_in = 200;
    return unhashed(counts) > usable / one_in;
}

UnseenFinWait2 unseen_fin_wait2(const SocketCounts& counts, const SocketSummary& seen,
                                std::int64_t listening_sockets) {
    UnseenFinWait2 unseen;
    unseen.stand_ins =
        sane(sane(counts.tcp.time_wait) - seen.seen_time_wait() - seen.seen_stand_ins());
    unseen.full = sane(counts.inuse() - seen.seen_full() - listening_sockets);
    return unseen;
}

bool second_pass_pays(const UnseenFinWait2& unseen) {
    return unseen.stand_ins > loose_bound ||
           (unseen.full > loose_bound && unseen.full <= dear_pass);
}

facts::FactValue fin_wait2_value(const SocketSummary& seen, const UnseenFinWait2& unseen) {
    const std::int64_t more = unseen.stand_ins + unseen.full;
    if (more == 0) return seen.seen_fin_wait2();
    return at_most(seen.seen_fin_wait2() + more);
}

}  // namespace tcptune::probe

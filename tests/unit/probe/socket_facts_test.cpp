// SPDX-License-Identifier: Apache-2.0
#include "probe/socket_facts.hpp"

#include <doctest/doctest.h>

using namespace tcptune;
using namespace tcptune::probe;
using facts::AtMost;
using facts::FactValue;

namespace {

SocketCounts counts(std::int64_t inuse, std::int64_t time_wait, std::int64_t alloc,
                    std::int64_t inuse6 = 0) {
    return {SockStat{inuse, 0, time_wait, alloc, 0}, inuse6};
}

void see(SocketSummary& summary, std::uint8_t state, int times, bool stand_in = false) {
    SocketRecord record;
    record.state = state;
    record.timer = stand_in ? 3 : 0;
    record.local_port = 40000;
    record.remote_port = 80;
    for (int i = 0; i < times; ++i)
        summary.add(record);
}

}  // namespace

TEST_CASE("usable ports are the range without reserved ports and listeners") {
    Ports reserved;
    Ports listening;
    CHECK(usable_ports({32768, 60999}, reserved, listening) == 28232);
    for (std::size_t port = 40000; port < 40010; ++port)
        reserved.set(port);
    listening.set(40009);
    listening.set(50051);
    listening.set(80);
    CHECK(usable_ports({32768, 60999}, reserved, listening) == 28232 - 11);
    CHECK(usable_ports({80, 80}, reserved, listening) == 0);
    CHECK(usable_ports({65535, 65535}, reserved, listening) == 1);
}

TEST_CASE("a dump is needed from a little below half of the usable ports on") {
    CHECK_FALSE(dump_is_needed(counts(0, 48, 0), 100));
    CHECK(dump_is_needed(counts(0, 49, 0), 100));
    CHECK(dump_is_needed(counts(30, 19, 30), 100));
    CHECK_FALSE(dump_is_needed(counts(30, 18, 30), 100));
    // 49 % of 28,232 are 13,833.68.
    CHECK_FALSE(dump_is_needed(counts(13833, 0, 13833), 28232));
    CHECK(dump_is_needed(counts(13834, 0, 13834), 28232));
    CHECK(dump_is_needed(counts(0, 0, 0), 0));
}

TEST_CASE("sockets that are only bound make a dump needed above a twentieth of the ports") {
    CHECK(dump_is_needed(counts(0, 0, 60), 100));
    CHECK_FALSE(dump_is_needed(counts(20, 0, 25), 100));
    CHECK(dump_is_needed(counts(20, 0, 26), 100));
    CHECK_FALSE(dump_is_needed(counts(10, 0, 25, 10), 100));
}

TEST_CASE("numbers that cannot be are not added up to an overflow") {
    CHECK(dump_is_needed(counts(INT64_MAX, INT64_MAX, INT64_MAX), 100));
    CHECK(bound_fin_wait2(counts(INT64_MAX, INT64_MAX, 0, INT64_MAX), 0) != FactValue(0L));
}

TEST_CASE("without a dump the counters give upper bounds, and zero is exact") {
    const SocketCounts busy = counts(20, 7, 130, 10);
    CHECK(bound_time_wait(busy) == FactValue(AtMost{7}));
    CHECK(bound_fin_wait2(busy, 5) == FactValue(AtMost{7 + 25}));
    CHECK(bound_bound_only(busy) == FactValue(AtMost{100}));
    const SocketCounts idle = counts(3, 0, 3);
    CHECK(bound_time_wait(idle) == FactValue(std::int64_t{0}));
    CHECK(bound_fin_wait2(idle, 3) == FactValue(std::int64_t{0}));
    CHECK(bound_bound_only(idle) == FactValue(std::int64_t{0}));
    // A listener that came between two readings must not make a bound negative.
    CHECK(bound_fin_wait2(idle, 4) == FactValue(std::int64_t{0}));
    CHECK(bound_bound_only(counts(5, 0, 3)) == FactValue(std::int64_t{0}));
}

TEST_CASE("bound-only sockets are asked for when they can hold half a percent of the ports") {
    CHECK_FALSE(bound_rows_matter(counts(20, 0, 161), 28232));
    CHECK(bound_rows_matter(counts(20, 0, 162), 28232));
    CHECK_FALSE(bound_rows_matter(counts(20, 0, 30, 10), 100));
    CHECK(bound_rows_matter(counts(20, 0, 31, 10), 100));
    // Counters read a moment apart.
    CHECK_FALSE(bound_rows_matter(counts(20, 0, 15), 100));
}

TEST_CASE("FIN_WAIT_2 is exact when nothing of the namespace is unseen") {
    const Ports none;
    SocketSummary seen(none, 1);
    see(seen, tcp_state::time_wait, 10);
    see(seen, tcp_state::fin_wait2, 4, true);
    see(seen, tcp_state::fin_wait2, 2);
    see(seen, tcp_state::established, 3);
    const UnseenFinWait2 nothing = unseen_fin_wait2(counts(6, 14, 6), seen, 1);
    CHECK(nothing.stand_ins == 0);
    CHECK(nothing.full == 0);
    CHECK(fin_wait2_value(seen, nothing) == FactValue(std::int64_t{6}));
    CHECK_FALSE(second_pass_pays(nothing));

    const UnseenFinWait2 some = unseen_fin_wait2(counts(9, 34, 9), seen, 1);
    CHECK(some.stand_ins == 20);
    CHECK(some.full == 3);
    CHECK(fin_wait2_value(seen, some) == FactValue(AtMost{6 + 23}));
    CHECK_FALSE(second_pass_pays(some));
}

TEST_CASE("a second pass is made for a loose bound, not at any price") {
    CHECK_FALSE(second_pass_pays({1000, 1000}));
    CHECK(second_pass_pays({1001, 0}));
    CHECK(second_pass_pays({0, 1001}));
    CHECK(second_pass_pays({0, 65536}));
    CHECK_FALSE(second_pass_pays({0, 65537}));
    CHECK(second_pass_pays({1001, 65537}));
}

// SPDX-License-Identifier: Apache-2.0
#include "probe/waiting_tally.hpp"

#include <tcptune/probe/port_pool.hpp>

#include <doctest/doctest.h>

using namespace tcptune::probe;

namespace {

Address address(std::uint8_t last) {
    Address result{};
    result[15] = last;
    return result;
}

SocketRecord row(std::uint8_t state, std::uint16_t port, std::uint32_t inode = 0) {
    SocketRecord record;
    record.state = state;
    record.local_port = port;
    record.inode = inode;
    return record;
}

}  // namespace

TEST_CASE("a port that two destinations share is one port of the pool and one use more") {
    PortPool pool;
    for (const int port : {40000, 40002, 40002, 40004})
        pool.add(address(1), static_cast<std::uint16_t>(port));
    const auto fill = pool.fullest({});
    REQUIRE(fill.has_value());
    CHECK(fill->ports == 3);
    CHECK(fill->shared == 1);
}

TEST_CASE("every local address has a pool of its own, and the fullest counts") {
    PortPool pool;
    pool.add(address(1), 40000);
    pool.add(address(2), 40000);
    pool.add(address(2), 40001);
    CHECK(pool.fullest({})->ports == 2);
    CHECK(pool.fullest({})->shared == 0);
}

TEST_CASE("ports that are only bound are taken from every pool") {
    PortPool pool;
    pool.add(address(1), 40000);
    Ports bound;
    bound.set(40000);
    bound.set(50000);
    CHECK(pool.fullest(bound)->ports == 2);
    CHECK(PortPool().fullest(bound)->ports == 2);
}

TEST_CASE("with more addresses than are kept apart the pool is not known") {
    PortPool pool;
    for (int i = 0; i < 100; ++i)
        pool.add(address(static_cast<std::uint8_t>(i)), 40000);
    CHECK_FALSE(pool.fullest({}));
}

TEST_CASE("rows that wait are counted by state, handshakes by their port") {
    WaitingTally tally;
    tally.add(row(tcp_state::close_wait, 8080, 7));
    tally.add(row(tcp_state::close_wait, 8080));
    tally.add(row(tcp_state::syn_recv, 443));
    tally.add(row(tcp_state::syn_recv, 443));
    SocketRecord stand_in = row(tcp_state::fin_wait2, 40000);
    stand_in.timer = 3;
    tally.add(stand_in);
    tally.add(row(tcp_state::fin_wait2, 40001));
    tally.add(row(255, 1));
    CHECK(tally.count(tcp_state::close_wait) == 2);
    CHECK(tally.count(tcp_state::fin_wait2) == 2);
    CHECK(tally.stand_ins() == 1);
    CHECK(tally.syn_received(443) == 2);
    CHECK(tally.syn_received(80) == 0);
    CHECK(tally.close_wait_inodes() == std::vector<std::uint32_t>{7});
}

TEST_CASE("of very many leaks the descriptors of the first are kept, and all are counted") {
    WaitingTally tally;
    for (std::uint32_t i = 1; i <= max_close_wait_inodes + 100; ++i)
        tally.add(row(tcp_state::close_wait, 80, i));
    CHECK(tally.count(tcp_state::close_wait) ==
          static_cast<std::int64_t>(max_close_wait_inodes + 100));
    CHECK(tally.close_wait_inodes().size() == max_close_wait_inodes);
}

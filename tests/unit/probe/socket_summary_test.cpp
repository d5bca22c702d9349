// SPDX-License-Identifier: Apache-2.0
#include <tcptune/probe/socket_summary.hpp>

#include <vector>

#include <doctest/doctest.h>

using namespace tcptune;
using namespace tcptune::probe;
using facts::TcpState;

namespace {

Address v4(std::uint8_t a, std::uint8_t b, std::uint8_t c, std::uint8_t d) {
    return {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, a, b, c, d};
}

SocketRecord row(std::uint8_t state, std::uint16_t local_port, const Address& remote,
                 std::uint16_t remote_port = 9000) {
    SocketRecord record;
    record.state = state;
    record.local_port = local_port;
    record.remote_port = remote_port;
    record.local = v4(10, 0, 0, 1);
    record.remote = remote;
    return record;
}

SocketRecord waiting(std::uint16_t local_port, std::uint32_t left_ms) {
    SocketRecord record = row(tcp_state::time_wait, local_port, v4(10, 0, 0, 2));
    record.timer = 3;
    record.expires_ms = left_ms;
    return record;
}

}  // namespace

TEST_CASE("rows are grouped by local address, remote address and remote port") {
    const Ports none;
    SocketSummary summary(none, 1);
    SocketRecord other_source = row(tcp_state::established, 40000, v4(10, 0, 0, 2));
    other_source.local = v4(10, 0, 0, 9);
    summary.add(row(tcp_state::established, 40000, v4(10, 0, 0, 2)));
    summary.add(row(tcp_state::established, 40001, v4(10, 0, 0, 2)));
    summary.add(row(tcp_state::syn_sent, 40002, v4(10, 0, 0, 2)));
    summary.add(row(tcp_state::established, 40000, v4(10, 0, 0, 2), 9001));
    summary.add(row(tcp_state::established, 40000, v4(10, 0, 0, 3)));
    summary.add(other_source);
    const auto destinations = summary.take_destinations();
    REQUIRE(destinations.list.size() == 4);
    CHECK(destinations.more == 0);
    const facts::Destination& fullest = destinations.list[0];
    CHECK(fullest.remote_address == "10.0.0.2");
    CHECK(fullest.remote_port == 9000);
    CHECK(fullest.count(TcpState::established) == 2);
    CHECK(fullest.count(TcpState::syn_sent) == 1);
    CHECK(fullest.ports_in_use() == 3);
    CHECK(fullest.even_ports == 2);
    CHECK_FALSE(fullest.loopback);
    // Equally full ones by address, then port, then local address.
    CHECK(destinations.list[1].remote_address == "10.0.0.2");
    CHECK(destinations.list[1].local_address == "10.0.0.9");
    CHECK(destinations.list[2].remote_port == 9001);
    CHECK(destinations.list[3].remote_address == "10.0.0.3");
}

TEST_CASE("rows on a listener's port are somebody else's connections") {
    Ports listening;
    listening.set(50051);
    SocketSummary summary(listening, 1);
    summary.add(row(tcp_state::established, 50051, v4(10, 0, 0, 7)));
    summary.add(row(tcp_state::time_wait, 50051, v4(10, 0, 0, 8)));
    summary.add(row(tcp_state::closed, 50051, v4(0, 0, 0, 0), 0));
    summary.add(row(tcp_state::time_wait, 50052, v4(10, 0, 0, 8)));
    CHECK(summary.seen_time_wait() == 2);
    CHECK(summary.outbound_time_wait() == 1);
    CHECK(summary.bound_only().none());
    CHECK(summary.take_destinations().list.size() == 1);
}

TEST_CASE("the age of a time-wait is what its timer has used up") {
    const Ports none;
    SocketSummary summary(none, 1);
    summary.add(waiting(40001, 60000));
    summary.add(waiting(40002, 59001));
    summary.add(waiting(40003, 59000));
    summary.add(waiting(40004, 50001));
    summary.add(waiting(40005, 50000));
    summary.add(waiting(40006, 0));
    // A kernel with a longer TIME_WAIT: it counts, but cannot be dated.
    summary.add(waiting(40007, 90000));
    const auto destinations = summary.take_destinations();
    REQUIRE(destinations.list.size() == 1);
    CHECK(destinations.list[0].count(TcpState::time_wait) == 7);
    CHECK(destinations.list[0].closed_last_1s == 2);
    CHECK(destinations.list[0].closed_last_10s == 4);
}

TEST_CASE("FIN_WAIT_2 stand-ins are told from full sockets and are no TIME_WAIT") {
    const Ports none;
    SocketSummary summary(none, 1);
    SocketRecord stand_in = row(tcp_state::fin_wait2, 40001, v4(10, 0, 0, 2));
    stand_in.timer = 3;
    stand_in.expires_ms = 59900;
    summary.add(stand_in);
    summary.add(row(tcp_state::fin_wait2, 40002, v4(10, 0, 0, 2)));
    summary.add(row(tcp_state::established, 40003, v4(10, 0, 0, 2)));
    CHECK(summary.seen_fin_wait2() == 2);
    CHECK(summary.seen_stand_ins() == 1);
    CHECK(summary.seen_full() == 2);
    CHECK(summary.seen_time_wait() == 0);
    const auto destinations = summary.take_destinations();
    CHECK(destinations.list[0].count(TcpState::fin_wait2) == 2);
    CHECK(destinations.list[0].closed_last_1s == 0);
}

TEST_CASE("sockets that are only bound give their ports, once each") {
    const Ports none;
    SocketSummary summary(none, 1);
    for (const std::uint16_t port : std::vector<std::uint16_t>{45001, 40001, 40001})
        summary.add(row(tcp_state::closed, port, v4(0, 0, 0, 0), 0));
    CHECK(sorted_ports(summary.bound_only()) == std::vector<std::uint16_t>{40001, 45001});
    CHECK(summary.take_destinations().list.empty());
}

TEST_CASE("states that hold no port are left out") {
    const Ports none;
    SocketSummary summary(none, 1);
    for (const std::uint8_t state : std::vector<std::uint8_t>{0, 10, 12, 13, 255})
        summary.add(row(state, 40001, v4(10, 0, 0, 2)));
    CHECK(summary.take_destinations().list.empty());
    CHECK(summary.seen_full() == 0);
}

TEST_CASE("past the bound rows are counted and no destination is added") {
    const Ports none;
    SocketSummary summary(none, 7);
    for (std::uint32_t i = 0; i < max_destinations + 500; ++i) {
        SocketRecord record = row(tcp_state::established, 40000, v4(10, 1, 0, 0));
        record.remote[13] = static_cast<std::uint8_t>(i >> 16U);
        record.remote[14] = static_cast<std::uint8_t>(i >> 8U);
        record.remote[15] = static_cast<std::uint8_t>(i);
        summary.add(record);
        summary.add(record);
    }
    const auto destinations = summary.take_destinations();
    CHECK(destinations.list.size() == max_destinations);
    CHECK(destinations.more == 1000);
    bool all_two = true;
    for (const facts::Destination& to : destinations.list)
        all_two = all_two && to.ports_in_use() == 2;
    CHECK(all_two);
    CHECK(destinations.list.front().remote_address == "10.0.0.0");
}

TEST_CASE("the order of rows and the seed do not change the result") {
    const Ports none;
    SocketSummary forward(none, 1);
    SocketSummary backward(none, 99);
    for (std::uint16_t i = 0; i < 3000; ++i) {
        const auto there = [](std::uint16_t n) {
            return row(
                tcp_state::established, n,
                v4(10, 0, static_cast<std::uint8_t>(n % 7), static_cast<std::uint8_t>(n % 5)));
        };
        forward.add(there(i));
        backward.add(there(static_cast<std::uint16_t>(2999 - i)));
    }
    CHECK(forward.take_destinations().list == backward.take_destinations().list);
}

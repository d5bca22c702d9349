// SPDX-License-Identifier: Apache-2.0
#include "probe/address_text.hpp"
#include "unit/probe/datagram.hpp"

#include <tcptune/probe/inet_diag.hpp>

#include <cerrno>

#include <doctest/doctest.h>

using namespace tcptune::probe;
using tcptune::unit::Datagram;
using Step = DiagReader::Step;

TEST_CASE("a row of either family is read") {
    Datagram datagram;
    datagram.add({AF_INET, 6, 3, 40001, 9000, "10.0.0.1", "10.0.0.2", 58808});
    datagram.add({AF_INET6, 1, 0, 40002, 443, "2001:db8::1", "2001:db8::2", 0}, 52);
    DiagReader reader(datagram.bytes());
    SocketRecord record;
    REQUIRE(reader.next(record) == Step::record);
    CHECK(record.state == tcp_state::time_wait);
    CHECK(record.timer == 3);
    CHECK(record.local_port == 40001);
    CHECK(record.remote_port == 9000);
    CHECK(address_text(record.local) == "10.0.0.1");
    CHECK(address_text(record.remote) == "10.0.0.2");
    CHECK(record.expires_ms == 58808);
    REQUIRE(reader.next(record) == Step::record);
    CHECK(record.state == tcp_state::established);
    CHECK(address_text(record.local) == "2001:db8::1");
    CHECK(address_text(record.remote) == "2001:db8::2");
    CHECK(record.remote_port == 443);
    CHECK(reader.next(record) == Step::exhausted);
}

TEST_CASE("an IPv4-mapped row equals the IPv4 row") {
    Datagram datagram;
    datagram.add({AF_INET, 6, 3, 40001, 9000, "10.0.0.1", "10.0.0.2", 7});
    datagram.add({AF_INET6, 6, 3, 40001, 9000, "::ffff:10.0.0.1", "::ffff:10.0.0.2", 7});
    DiagReader reader(datagram.bytes());
    SocketRecord v4;
    SocketRecord mapped;
    REQUIRE(reader.next(v4) == Step::record);
    REQUIRE(reader.next(mapped) == Step::record);
    CHECK(v4 == mapped);
}

TEST_CASE("loopback is 127/8 and ::1, and nothing that looks like it") {
    Datagram datagram;
    datagram.add({AF_INET, 1, 0, 1, 1, "127.255.0.9", "128.0.0.1", 0});
    datagram.add({AF_INET6, 1, 0, 1, 1, "::1", "7f00::1", 0});
    DiagReader reader(datagram.bytes());
    SocketRecord record;
    REQUIRE(reader.next(record) == Step::record);
    CHECK(is_loopback(record.local));
    CHECK_FALSE(is_loopback(record.remote));
    REQUIRE(reader.next(record) == Step::record);
    CHECK(is_loopback(record.local));
    CHECK_FALSE(is_loopback(record.remote));
}

TEST_CASE("the end of a dump is told, with its error") {
    SocketRecord record;
    Datagram good;
    good.add_number(NLMSG_DONE, 0);
    CHECK(DiagReader(good.bytes()).next(record) == Step::done);

    Datagram short_done;
    short_done.add_message(NLMSG_DONE, {});
    CHECK(DiagReader(short_done.bytes()).next(record) == Step::done);

    Datagram bad_end;
    bad_end.add_number(NLMSG_DONE, -ENOMEM);
    DiagReader at_end(bad_end.bytes());
    CHECK(at_end.next(record) == Step::failed);
    CHECK(at_end.error() == ENOMEM);

    Datagram refused;
    refused.add_number(NLMSG_ERROR, -EPERM);
    DiagReader at_start(refused.bytes());
    CHECK(at_start.next(record) == Step::failed);
    CHECK(at_start.error() == EPERM);

    for (const int number : {INT32_MIN, 5}) {
        CAPTURE(number);
        Datagram odd;
        odd.add_number(NLMSG_ERROR, number);
        DiagReader reader(odd.bytes());
        CHECK(reader.next(record) == Step::failed);
        CHECK(reader.error() == EPROTO);
    }
}

TEST_CASE("acknowledgements and unknown messages are stepped over") {
    Datagram datagram;
    datagram.add_number(NLMSG_ERROR, 0);
    datagram.add_message(NLMSG_NOOP, {});
    datagram.add({AF_INET, 6, 3, 40001, 9000, "10.0.0.1", "10.0.0.2", 0});
    DiagReader reader(datagram.bytes());
    SocketRecord record;
    CHECK(reader.next(record) == Step::record);
    CHECK(record.local_port == 40001);
    CHECK(reader.next(record) == Step::exhausted);
}

TEST_CASE("the kernel's word that the table changed is kept") {
    Datagram datagram;
    datagram.add({AF_INET, 6, 3, 1, 2, "10.0.0.1", "10.0.0.2", 0}, 0,
                 NLM_F_MULTI | NLM_F_DUMP_INTR);
    datagram.add_number(NLMSG_DONE, 0);
    DiagReader reader(datagram.bytes());
    SocketRecord record;
    CHECK_FALSE(reader.interrupted());
    CHECK(reader.next(record) == Step::record);
    CHECK(reader.interrupted());
    CHECK(reader.next(record) == Step::done);
    CHECK(reader.interrupted());
}

TEST_CASE("cut off and lying datagrams are malformed at every length") {
    Datagram datagram;
    datagram.add({AF_INET, 6, 3, 40001, 9000, "10.0.0.1", "10.0.0.2", 0}, 24);
    const std::vector<std::byte> whole = datagram.bytes();
    SocketRecord record;
    CHECK(DiagReader({whole.data(), 0}).next(record) == Step::exhausted);
    for (std::size_t size = 1; size < whole.size(); ++size) {
        CAPTURE(size);
        CHECK(DiagReader({whole.data(), size}).next(record) == Step::malformed);
    }
    CHECK(DiagReader(whole).next(record) == Step::record);

    for (const std::uint32_t length : {0U, 15U, 16U, 40U, 0xffffffffU}) {
        CAPTURE(length);
        std::vector<std::byte> lying = whole;
        std::memcpy(lying.data(), &length, sizeof length);
        CHECK(DiagReader(lying).next(record) == Step::malformed);
    }
}

TEST_CASE("the request asks for both families, every port holder and the range only") {
    const std::vector<std::byte> request =
        tcp_dump_request(tcp_state::port_holders, PortRange{32768, 60999, false});
    REQUIRE(request.size() == 16 + 60 + 4 + 16);
    nlmsghdr head{};
    std::memcpy(&head, request.data(), sizeof head);
    CHECK(head.nlmsg_len == request.size());
    CHECK(head.nlmsg_type == TCPDIAG_GETSOCK);
    CHECK(head.nlmsg_flags == (NLM_F_REQUEST | NLM_F_DUMP));
    inet_diag_req body{};
    std::memcpy(&body, request.data() + 16, sizeof body);
    // States 1..6, 8, 9, 11 and the bit for sockets that are only bound; not LISTEN (10), not 12.
    CHECK(body.idiag_states == 0x2b7e);
    const std::vector<std::byte> all = tcp_dump_request(tcp_state::bit(tcp_state::listen), {});
    CHECK(all.size() == 16 + 60);
    std::memcpy(&body, all.data() + 16, sizeof body);
    CHECK(body.idiag_states == 0x400);
}

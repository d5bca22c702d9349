// SPDX-License-Identifier: Apache-2.0
#include "knowledge.hpp"

#include <tcptune/diagnosis/question.hpp>

#include <string>

#include <doctest/doctest.h>

using tcptune::diagnosis::understand;

namespace {

tcptune::diagnosis::Question asked(const std::string& text) {
    CAPTURE(text);
    const auto question = understand(text, knowledge::shipped_messages());
    REQUIRE(question.has_value());
    return *question;
}

}  // namespace

TEST_CASE("an errno is understood by name, by number and by its words") {
    for (const char* text : {"EADDRNOTAVAIL", "eaddrnotavail", "99", "errno 99", "[Errno 99]",
                             "Cannot assign requested address"})
        CHECK(asked(text).message_id == "EADDRNOTAVAIL");
    for (const char* text : {"EADDRINUSE", "98", "bind: Address already in use"})
        CHECK(asked(text).message_id == "EADDRINUSE");
}

TEST_CASE("a text that no message has is not understood") {
    CHECK_FALSE(understand("", knowledge::shipped_messages()));
    CHECK_FALSE(understand("everything is fine", knowledge::shipped_messages()));
    CHECK_FALSE(understand("990", knowledge::shipped_messages()));
}

TEST_CASE("nginx: connect() names the remote end, which is no address of this host") {
    const auto question = asked(
        "2026/11/21 03:12:45 [crit] 812#812: *4711 connect() to 10.0.3.7:8080 failed (99: Cannot "
        "assign requested address) while connecting to upstream, client: 192.0.2.1");
    CHECK(question.message_id == "EADDRNOTAVAIL");
    CHECK(question.call == "connect");
    CHECK(question.address.empty());
    CHECK(question.port == 0);
    CHECK(question.remote_address == "10.0.3.7");
    CHECK(question.remote_port == 8080);
}

TEST_CASE("nginx: bind() names the local address and port") {
    const auto question =
        asked("nginx: [emerg] bind() to 0.0.0.0:8080 failed (98: Address already in use)");
    CHECK(question.message_id == "EADDRINUSE");
    CHECK(question.call == "bind");
    CHECK(question.address == "0.0.0.0");
    CHECK(question.port == 8080);
    CHECK(question.remote_address.empty());
}

TEST_CASE("Java's exceptions tell the call") {
    CHECK(asked("java.net.ConnectException: Cannot assign requested address").call == "connect");
    CHECK(asked("java.net.BindException: Cannot assign requested address (Bind failed)").call ==
          "bind");
}

TEST_CASE("Go shows both ends with an arrow") {
    const auto question =
        asked("dial tcp 10.0.0.5:0->10.0.3.7:5432: connect: cannot assign requested address");
    CHECK(question.call == "connect");
    CHECK(question.address == "10.0.0.5");
    CHECK(question.remote_address == "10.0.3.7");
    CHECK(question.remote_port == 5432);
    CHECK(asked("listen tcp :8080: bind: address already in use").port == 8080);
}

TEST_CASE("IPv6 end points are read with and without brackets") {
    const auto question =
        asked("bind() to [2001:db8:0::9]:443 failed (98: Address already in use)");
    CHECK(question.address == "2001:db8::9");
    CHECK(question.port == 443);
    CHECK(asked("Cannot assign requested address: bind 2001:db8::1").address == "2001:db8::1");
}

TEST_CASE("the kernel's log lines are told apart") {
    CHECK(asked("TCP: request_sock_TCP: Possible SYN flooding on port 0.0.0.0:80. Sending cookies.")
              .message_id == "syn-flooding");
    CHECK(asked("nf_conntrack: nf_conntrack: table full, dropping packet").message_id ==
          "conntrack-table-full");
    CHECK(asked("TCP: time wait bucket table overflow").message_id == "time-wait-bucket-overflow");
    CHECK(asked("No buffer space available").message_id == "ENOBUFS");
}

TEST_CASE("a port beyond the last one and a name are no end points") {
    CHECK(asked("bind to 10.0.0.1:99999: Address already in use").port == 0);
    CHECK(asked("bind to db.example:80: Address already in use").address.empty());
}

TEST_CASE("a port by itself belongs to the address before it, or to the word port") {
    const auto python = asked("OSError: [Errno 98] Address already in use: ('127.0.0.1', 8081)");
    CHECK(python.message_id == "EADDRINUSE");
    CHECK(python.address == "127.0.0.1");
    CHECK(python.port == 8081);
    CHECK(asked("BindException: Address already in use, port 8081").port == 8081);
    CHECK(asked("Address already in use (98) after 3 attempts").port == 0);
}

TEST_CASE("Java's slashes are no part of an address") {
    const auto question =
        asked("java.net.BindException: Cannot assign requested address: localhost/10.77.0.5:8080");
    CHECK(question.address == "10.77.0.5");
    CHECK(question.port == 8080);
}

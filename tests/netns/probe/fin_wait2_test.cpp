// SPDX-License-Identifier: Apache-2.0
#include "load.hpp"
#include "looking.hpp"
#include "namespace.hpp"

#include <doctest/doctest.h>

using namespace tcptune;
using namespace tcptune::probe_test;

namespace {

double upper_bound(const facts::FactSet& facts, const char* name) {
    const facts::FactValue value = facts.get(name);
    const auto* const bound = std::get_if<facts::AtMost>(&value);
    return bound != nullptr ? bound->value : -1;
}

}  // namespace

TEST_CASE("outbound FIN_WAIT_2 is counted exactly, as orphan and as a program's own") {
    enter_network_namespace();
    const Load orphans("hold-fin-wait2 --count 40 --to 127.0.1.1:9001 --server-in-process");
    facts::FactSet facts = look(true);
    // The servers' halves on port 9001 are outside of the range, so they stay a possibility.
    CHECK(upper_bound(facts, "socket.tcp.fin_wait2") == 80);
    CHECK(number(facts, "socket.tcp.time_wait_total") == 40);
    const Load owned(
        "hold-fin-wait2 --count 25 --shutdown-only --to 127.0.1.1:9002 --server-in-process");
    facts = look(true);
    CHECK(upper_bound(facts, "socket.tcp.fin_wait2") == 40 + 25 + 65);
    CHECK(number(facts, "socket.tcp.time_wait_total") == 40);
}

TEST_CASE("few inbound FIN_WAIT_2 are covered by the bound") {
    enter_network_namespace();
    // The server closes first: its sockets wait on port 9001 for clients that do not close.
    const Load server("hold-close-wait --count 100 --to 127.0.1.1:9001 --server-in-process");
    const facts::FactSet facts = look(true);
    CHECK(number(facts, "socket.tcp.time_wait_outbound") == 0);
    CHECK(upper_bound(facts, "socket.tcp.fin_wait2") == 100);
}

TEST_CASE("many inbound FIN_WAIT_2 are counted by a pass of their own") {
    enter_network_namespace();
    const Load server("hold-close-wait --count 1200 --to 127.0.1.1:9001 --server-in-process");
    const facts::FactSet facts = look(true);
    CHECK(number(facts, "socket.tcp.fin_wait2") == 1200);
    CHECK(number(facts, "socket.tcp.time_wait_total") == 1200);
}

TEST_CASE("the counters' bound on FIN_WAIT_2 covers stand-ins and full sockets") {
    enter_network_namespace();
    wait_for_a_quiet_host();
    const Load orphans("hold-fin-wait2 --count 40 --to 127.0.1.1:9001 --server-in-process");
    const facts::FactSet facts = look();
    REQUIRE(facts.sockets.method == facts::SocketMethod::counters);
    // 40 stand-ins and the server's 40 halves; its listener is known not to be one.
    CHECK(upper_bound(facts, "socket.tcp.fin_wait2") == 80);
}

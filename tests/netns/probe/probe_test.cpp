// SPDX-License-Identifier: Apache-2.0
#include "load.hpp"
#include "looking.hpp"
#include "namespace.hpp"
#include "probe/netlink_socket.hpp"
#include "probe/socket_dump.hpp"

#include <tcptune/host/identity.hpp>

#include <netinet/in.h>
#include <sys/socket.h>

#include <doctest/doctest.h>

using namespace tcptune;
using namespace tcptune::probe_test;
using facts::SocketMethod;
using facts::TcpState;

namespace {

UniqueFd bound_udp(int family, std::uint16_t port) {
    UniqueFd fd(::socket(family, SOCK_DGRAM | SOCK_CLOEXEC, 0));
    sockaddr_in6 v6{};
    v6.sin6_family = AF_INET6;
    v6.sin6_port = htons(port);
    sockaddr_in v4{};
    v4.sin_family = AF_INET;
    v4.sin_port = htons(port);
    const void* const address = family == AF_INET6 ? static_cast<const void*>(&v6) : &v4;
    const socklen_t size = family == AF_INET6 ? sizeof v6 : sizeof v4;
    REQUIRE(::bind(fd.get(), static_cast<const sockaddr*>(address), size) == 0);
    return fd;
}

}  // namespace

TEST_CASE("an idle namespace needs no dump and every count is exactly zero") {
    enter_network_namespace();
    wait_for_a_quiet_host();
    const facts::FactSet facts = look();
    CHECK(facts.sockets.method == SocketMethod::counters);
    CHECK(text(facts, "socket.method") == "counters");
    CHECK(facts.sockets.destinations.empty());
    CHECK(facts.sockets.listen_ports.empty());
    CHECK(number(facts, "socket.tcp.time_wait_outbound") == 0);
    CHECK(number(facts, "socket.tcp.fin_wait2") == 0);
    CHECK(number(facts, "socket.tcp.time_wait_total") == 0);
    CHECK(number(facts, "socket.tcp.inuse") == 0);
}

TEST_CASE("time-wait sockets are counted for each destination") {
    enter_network_namespace();
    make("hold-time-wait --count 300 --destinations 3 --to 127.0.1.1:9000 --server-in-process");
    make("hold-time-wait --count 40 --to [::1]:9000 --server-in-process");
    const facts::FactSet facts = look(true);
    REQUIRE(facts.sockets.method == SocketMethod::dump);
    REQUIRE(facts.sockets.destinations.size() == 4);
    for (std::size_t i = 0; i < 3; ++i) {
        const facts::Destination& to = facts.sockets.destinations[i];
        CAPTURE(i);
        CHECK(to.local_address == "127.0.0.1");
        CHECK(to.remote_address == "127.0.1." + std::to_string(i + 1));
        CHECK(to.remote_port == 9000);
        CHECK(to.count(TcpState::time_wait) == 100);
        CHECK(to.ports_in_use() == 100);
        CHECK(to.closed_last_10s == 100);
        CHECK(to.loopback);
    }
    const facts::Destination& v6 = facts.sockets.destinations[3];
    CHECK(v6.local_address == "::1");
    CHECK(v6.remote_address == "::1");
    CHECK(v6.count(TcpState::time_wait) == 40);
    CHECK(v6.loopback);
    CHECK(number(facts, "socket.tcp.time_wait_outbound") == 340);
    CHECK(number(facts, "socket.tcp.time_wait_total") == 340);
    CHECK(number(facts, "socket.tcp.fin_wait2") == 0);
}

TEST_CASE("plain connects take the even ports first, and the dump sees it") {
    enter_network_namespace();
    set_sysctl("ip_local_port_range", "40000 40099");
    make("hold-time-wait --count 60 --kernel-order --server-in-process");
    const facts::FactSet facts = look();
    REQUIRE(facts.sockets.destinations.size() == 1);
    CHECK(facts.sockets.destinations[0].ports_in_use() == 60);
    CHECK(facts.sockets.destinations[0].even_ports == 50);
}

TEST_CASE("the counters are believed exactly below half of the usable ports") {
    enter_network_namespace();
    wait_for_a_quiet_host();
    // Wide enough that the sockets of other programs on the host, which `alloc` counts, do not
    // reach half of it.
    set_sysctl("ip_local_port_range", "20000 59999");
    set_sysctl("ip_local_reserved_ports", "20000-20999");
    make("hold-time-wait --count 200 --server-in-process");
    const facts::FactSet below = look();
    REQUIRE(number(below, "socket.tcp.alloc") < 19000);
    CHECK(below.sockets.method == SocketMethod::counters);
    CHECK(text(below, "socket.tcp.time_wait_outbound") == "at most 200");
    make("hold-time-wait --count 19500 --to 127.0.1.2:9000 --destinations 3 --server-in-process");
    const facts::FactSet above = look();
    CHECK(above.sockets.method == SocketMethod::dump);
    CHECK(number(above, "socket.tcp.time_wait_outbound") == 19700);
}

TEST_CASE("the kernel gives the rows of a range of ports, or all but these") {
    enter_network_namespace();
    set_sysctl("ip_local_port_range", "40000 40999");
    const Load open("hold-established --count 50 --to 127.0.1.1:9000 --server-in-process");
    const auto rows = [](probe::PortRange range, auto expected) {
        std::int64_t count = 0;
        const probe::DumpEnd end = probe::dump_rows(probe::tcp_state::live, range, {},
                                                    [&](const probe::SocketRecord& record) {
                                                        ++count;
                                                        CHECK(expected(record.local_port));
                                                    });
        CHECK(end.ok());
        return count;
    };
    const auto ours = [](int port) { return port >= 40000 && port <= 40999; };
    const auto servers = [](int port) { return port == 9000; };
    CHECK(rows({40000, 40999}, ours) == 50);
    CHECK(rows({40000, 40999, true}, servers) == 50);
    CHECK(rows({40000, 65535, true}, servers) == 50);
    CHECK(rows({0, 9000, true}, ours) == 50);
    CHECK(rows({0, 65535, true}, ours) == 0);
}

TEST_CASE("sockets that are only bound are found and force the dump") {
    enter_network_namespace();
    set_sysctl("ip_local_port_range", "40000 40099");
    const Load bound("hold-bound --count 60");
    const facts::FactSet facts = look();
    CHECK(facts.sockets.method == SocketMethod::dump);
    CHECK(number(facts, "socket.tcp.inuse") == 0);
    if (facts.kernel() < KernelVersion{6, 8, 0}) {
        CHECK(text(facts, "socket.tcp.bound_only").find("at most") == 0);
        return;
    }
    CHECK(number(facts, "socket.tcp.bound_only") == 60);
    REQUIRE(facts.sockets.bound_only_ports.size() == 60);
    CHECK(facts.sockets.bound_only_ports.front() >= 40000);
    CHECK(facts.sockets.bound_only_ports.back() <= 40099);
    CHECK(facts.sockets.destinations.empty());
}

TEST_CASE("few bound sockets beside many time-waits are not worth the dearer dump, many are") {
    enter_network_namespace();
    set_sysctl("ip_local_port_range", "20000 59999");
    const Load bound("hold-bound --count 60");
    make("hold-time-wait --count 21000 --destinations 3 --server-in-process");
    const facts::FactSet facts = look();
    CHECK(facts.sockets.method == SocketMethod::dump);
    // 0.5 % of 40,000 ports. Sockets of other programs on the host count as possibly bound here.
    if (number(facts, "socket.tcp.alloc") - number(facts, "socket.tcp.inuse") <= 200) {
        CHECK(text(facts, "socket.tcp.bound_only").find("at most") == 0);
        CHECK(facts.sockets.bound_only_ports.empty());
    } else {
        CHECK(number(facts, "socket.tcp.bound_only") == 60);
        CHECK(facts.sockets.bound_only_ports.size() == 60);
    }
}

TEST_CASE("an IPv4-mapped client counts to the IPv4 destination it competes for") {
    enter_network_namespace();
    make("hold-time-wait --count 50 --to 127.0.1.1:9000 --server-in-process");
    make("hold-time-wait --count 70 --to 127.0.1.1:9000 --server-in-process --mapped");
    const facts::FactSet facts = look(true);
    REQUIRE(facts.sockets.destinations.size() == 1);
    const facts::Destination& to = facts.sockets.destinations[0];
    CHECK(to.remote_address == "127.0.1.1");
    // The kernel chooses the IPv6 wildcard's source by the same rule.
    CHECK(to.local_address == "127.0.0.1");
    CHECK(to.count(TcpState::time_wait) == 120);
}

TEST_CASE("a listener's own side of connections is not taken for outbound") {
    enter_network_namespace();
    const Load open("hold-established --count 80 --to 127.0.1.1:50051 --server-in-process");
    const facts::FactSet facts = look(true);
    CHECK(facts.sockets.listen_ports == std::vector<std::uint16_t>{50051});
    CHECK(text(facts, "socket.tcp.listen_ports") == "50051");
    REQUIRE(facts.sockets.destinations.size() == 1);
    CHECK(facts.sockets.destinations[0].remote_port == 50051);
    CHECK(facts.sockets.destinations[0].count(TcpState::established) == 80);
}

TEST_CASE("the states of live sockets are told apart") {
    enter_network_namespace();
    const Load waiting("hold-close-wait --count 30 --to 127.0.1.1:9001 --server-in-process");
    const Load half("hold-fin-wait2 --count 20 --to 127.0.1.1:9002 --server-in-process");
    const facts::FactSet facts = look(true);
    REQUIRE(facts.sockets.destinations.size() == 2);
    CHECK(facts.sockets.destinations[0].count(TcpState::close_wait) == 30);
    CHECK(facts.sockets.destinations[1].count(TcpState::fin_wait2) == 20);
    CHECK(facts.sockets.destinations[1].count(TcpState::time_wait) == 0);
}

TEST_CASE("the rate of closes is read from the time-wait timers of one dump") {
    enter_network_namespace();
    make("hold-time-wait --count 300 --rate 100 --server-in-process");
    const facts::FactSet facts = look(true);
    REQUIRE(facts.sockets.destinations.size() == 1);
    const facts::Destination& to = facts.sockets.destinations[0];
    CHECK(to.closed_last_10s == 300);
    // 100 per second; the bounds leave room for a busy machine and the kernel's 4 ms timer steps.
    CHECK(to.closed_last_1s >= 60);
    CHECK(to.closed_last_1s <= 110);
}

TEST_CASE("UDP ports of both families are listed") {
    enter_network_namespace();
    const facts::FactSet none = look();
    CHECK(none.sockets.udp_ports.empty());
    CHECK(std::holds_alternative<facts::List>(none.get("socket.udp.ports")));
    const UniqueFd v4 = bound_udp(AF_INET, 5300);
    const UniqueFd v6 = bound_udp(AF_INET6, 4790);
    const facts::FactSet facts = look();
    CHECK(facts.sockets.udp_ports == std::vector<std::uint16_t>{4790, 5300});
    CHECK(facts.get("socket.udp.ports") == facts::FactValue(facts::List{4790, 5300}));
}

TEST_CASE("where netlink is denied the socket facts are unknown and say so") {
    enter_network_namespace();
    make("hold-time-wait --count 20 --server-in-process");
    const host::FileText self = host::RootedFileTree("/").read_link("/proc/self/exe");
    Child child({DENY_NETLINK, self.text, "--report"});
    const std::string report = child.rest();
    CAPTURE(report);
    const auto has = [&](const char* line) { return report.find(line) != std::string::npos; };
    CHECK(has("socket.method = none"));
    CHECK(has("socket.tcp.time_wait_outbound = unknown (permission denied: sock_diag)"));
    CHECK(has("socket.tcp.bound_only = unknown (permission denied: sock_diag)"));
    CHECK(has("socket.tcp.fin_wait2 = unknown (permission denied: sock_diag)"));
    CHECK(has("socket.tcp.listen_ports = unknown (permission denied: sock_diag)"));
    CHECK(has("socket.udp.ports = unknown (permission denied: sock_diag)"));
    CHECK(has("source sock_diag: denied permission denied"));
    CHECK(has("socket.tcp.time_wait_total = 20"));
}

TEST_CASE("a dump past its limits stops and says so") {
    enter_network_namespace();
    make("hold-time-wait --count 2000 --server-in-process");
    probe::DumpLimits small;
    small.bytes = 64UL * 1024UL;
    std::int64_t rows = 0;
    const auto request = probe::tcp_dump_request(probe::tcp_state::port_holders, std::nullopt);
    const probe::DumpEnd end =
        probe::dump_sockets(request, small, [&rows](const probe::SocketRecord&) { ++rows; });
    CHECK(end.status == probe::DumpStatus::limit);
    CHECK(end.detail == "stopped: the dump is too large");
    CHECK(rows < 2000);
    probe::DumpLimits hasty;
    hasty.time = std::chrono::milliseconds(0);
    CHECK(probe::dump_sockets(request, hasty, [](const probe::SocketRecord&) {}).status ==
          probe::DumpStatus::limit);
}

TEST_CASE("a new namespace is not the host's first and has an identity of its own") {
    enter_network_namespace();
    const facts::FactSet first = look();
    CHECK_FALSE(first.host.netns_initial);
    CHECK(text(first, "netns.initial") == "false");
    CHECK_FALSE(first.host.netns.empty());
    CHECK(look().host.netns == first.host.netns);
    enter_network_namespace();
    CHECK(look().host.netns != first.host.netns);
}

TEST_CASE("other namespaces are counted when asked for") {
    enter_network_namespace();
    const host::RootedFileTree tree("/");
    // Nothing where the links of the host's own processes are denied, as to root of a user
    // namespace: then none was seen, and that is not none.
    const auto before = host::count_other_namespaces(tree);
    // The holder stays in this namespace while this process moves on.
    const Load holder("hold-bound --count 1");
    enter_network_namespace();
    CHECK(host::count_other_namespaces(tree) == before.value_or(0) + 1);
    CHECK(text(look(), "netns.others") == "unknown (was not looked at)");
}

// SPDX-License-Identifier: Apache-2.0
#include "unit/facts/generator.hpp"

#include <tcptune/facts/fact_file.hpp>

#include <limits>
#include <string>

#include <doctest/doctest.h>

namespace tcptune::facts {

namespace {

FactSet small_host() {
    FactSet facts;
    facts.host = {"web1", "6.1.0-50-amd64", "9f0c", "cookie:1", true, 2};
    facts.values["kernel.version"] = KernelVersion{6, 1, 0};
    facts.values["host.cpus"] = std::int64_t{4};
    facts.values["port.busiest_share"] = AtMost{0.25};
    facts.values["socket.tcp.fin_wait2"] = Unknown{"permission denied: sock_diag"};
    facts.values["sysctl.net.ipv4.ip_local_port_range"] = List{32768, 60999};
    facts.values["sysctl.net.ipv4.tcp_congestion_control"] = std::string("cubic");
    facts.values["sysctl.net.ipv4.tcp_abort_on_overflow"] = false;
    facts.counters["TcpExt.TW"] = {100, 120};
    facts.counters["TcpExt.TWKilled"] = {0, std::nullopt};
    facts.window_s = 10;
    facts.configured = {{"net.ipv4.tcp_tw_reuse", "1", "/etc/sysctl.d/90-x.conf", 3, true}};
    Destination destination;
    destination.local_address = "10.0.0.5";
    destination.remote_address = "10.0.3.7";
    destination.remote_port = 5432;
    destination.states[static_cast<std::size_t>(TcpState::time_wait)] = 20000;
    destination.even_ports = 14000;
    destination.closed_last_1s = 330;
    destination.closed_last_10s = 3300;
    facts.sockets.method = SocketMethod::dump;
    facts.sockets.destinations = {destination};
    facts.sockets.listen_ports = {22, 443};
    facts.sources = {{"/proc/net/sockstat", SourceStatus::ok, ""},
                     {"sock_diag", SourceStatus::denied, "permission denied"}};
    facts.namespaces = {{"pid 812", 3, 9}};
    return facts;
}

constexpr const char* small_file = R"({
  "format_version": "1.0",
  "kind": "facts",
  "host": {"hostname":"web1","kernel_release":"6.1.0-50-amd64","boot_id":"9f0c","netns":"cookie:1","netns_initial":true,"other_netns":2},
  "values": {
    "host.cpus": 4,
    "kernel.version": {"version":"6.1"},
    "port.busiest_share": {"at_most":0.25},
    "socket.tcp.fin_wait2": {"unknown":"permission denied: sock_diag"},
    "sysctl.net.ipv4.ip_local_port_range": [32768,60999],
    "sysctl.net.ipv4.tcp_abort_on_overflow": false,
    "sysctl.net.ipv4.tcp_congestion_control": "cubic"
  },
  "counters": {
    "TcpExt.TW": {"first":100,"second":120},
    "TcpExt.TWKilled": {"first":0}
  },
  "window_s": 10.0,
  "configured": [
    {"key":"net.ipv4.tcp_tw_reuse","value":"1","file":"/etc/sysctl.d/90-x.conf","line":3,"winner":true}
  ],
  "sockets": {
    "method": "dump",
    "destinations": [
      {"local_address":"10.0.0.5","remote_address":"10.0.3.7","remote_port":5432,"states":{"time_wait":20000},"even_ports":14000,"closed_last_1s":330,"closed_last_10s":3300,"time_wait_span_ms":0,"loopback":false}
    ],
    "more_destinations": 0,
    "listen_ports": [22,443],
    "bound_only_ports": [],
    "udp_ports": [],
    "by_state": {},
    "listeners": [],
    "more_listeners": 0,
    "processes": [],
    "owners_unknown": ""
  },
  "sources": [
    {"name":"/proc/net/sockstat","status":"ok","detail":""},
    {"name":"sock_diag","status":"denied","detail":"permission denied"}
  ],
  "namespaces": [
    {"name":"pid 812","time_wait":3,"sockets":9}
  ]
}
)";

FactSet read_well(std::string_view text) {
    Diagnostics diagnostics;
    const auto facts = read_facts("f.json", text, diagnostics);
    REQUIRE_MESSAGE(facts, (diagnostics.empty() ? "" : diagnostics[0].message));
    CHECK(diagnostics.empty());
    return *facts;
}

}  // namespace

TEST_CASE("the file of a small host is written line by line") {
    CHECK(write_facts(small_host()) == small_file);
}

TEST_CASE("the file of a small host reads back as the same facts") {
    CHECK(read_well(small_file) == small_host());
}

TEST_CASE("a file with nothing in it is a fact set with nothing in it") {
    CHECK(read_well(R"({"format_version":"1.0","kind":"facts"})") == FactSet{});
    CHECK(read_well(write_facts(FactSet{})) == FactSet{});
}

TEST_CASE("whatever fact set is written reads back equal, and writes back the same bytes") {
    for (std::uint64_t seed = 0; seed < 1500; ++seed) {
        CAPTURE(seed);
        const FactSet facts = test::Generator(seed).fact_set();
        const std::string text = write_facts(facts);
        Diagnostics diagnostics;
        const auto again = read_facts("f.json", text, diagnostics);
        REQUIRE_MESSAGE(again, text);
        REQUIRE_FALSE(has_errors(diagnostics));
        REQUIRE_MESSAGE((*again == facts), text);
        REQUIRE(write_facts(*again) == text);
    }
}

TEST_CASE("a hand-written file may leave out what it does not know, in any order") {
    const FactSet facts = read_well(R"( {"values": {"sysctl.a.b": 1, "host.cpus": 2,
        "port.rate_per_s": 3, "socket.udp.ports": [2, 1]},
        "sockets": {"listen_ports": [443, 22, 443], "destinations": [{"remote_port": 80}]},
        "sources": [{"name": "x"}],
        "kind": "facts", "format_version": "1.0"} )");
    CHECK(facts.get("sysctl.a.b") == FactValue{std::int64_t{1}});
    CHECK(facts.get("port.rate_per_s") == FactValue{std::int64_t{3}});
    CHECK(facts.get("socket.udp.ports") == FactValue{List{2, 1}});
    CHECK(facts.sockets.listen_ports == std::vector<std::uint16_t>{22, 443});
    REQUIRE(facts.sockets.destinations.size() == 1);
    CHECK(facts.sockets.destinations[0].remote_port == 80);
    CHECK(facts.sources == std::vector<Source>{{"x", SourceStatus::ok, ""}});
    CHECK(facts.host.netns_initial);
}

TEST_CASE("what a newer minor version adds is left out") {
    const FactSet facts =
        read_well(R"({"format_version": "1.7", "kind": "facts", "extra": {"a": [1]},
        "values": {"new.fact": {"at_least": 3}, "new.plain": 4, "host.cpus": 2},
        "host": {"hostname": "h", "color": "blue"},
        "sockets": {"destinations": [{"remote_port": 80, "mood": [], "states": {"new_state": 3}}]}})");
    CHECK(facts.host.hostname == "h");
    CHECK(facts.values.size() == 2);
    CHECK(facts.get("new.plain") == FactValue{std::int64_t{4}});
    CHECK(facts.sockets.destinations.at(0).ports_in_use() == 0);
}

TEST_CASE("a fact that does not exist is a warning with a suggestion") {
    Diagnostics diagnostics;
    const auto facts = read_facts("f.json",
                                  R"({"format_version": "1.0", "kind": "facts",
        "values": {"host.cpu": 2, "made.up": 1}})",
                                  diagnostics);
    CHECK(facts);
    REQUIRE(diagnostics.size() == 2);
    CHECK(diagnostics[0].code == "TT704");
    CHECK(diagnostics[0].severity == DiagnosticSeverity::warning);
    CHECK(diagnostics[0].message == "values[\"host.cpu\"]: no such fact");
    CHECK(diagnostics[0].hint == "did you mean host.cpus?");
    CHECK(diagnostics[1].hint == "");
}

TEST_CASE("of very many facts that do not exist the first twenty are named") {
    std::string text = R"({"format_version": "1.0", "kind": "facts", "values": {)";
    for (int i = 0; i < 20000; ++i)
        text += (i == 0 ? "\"odd." : ",\"odd.") + std::to_string(i) + "\":1";
    Diagnostics diagnostics;
    const auto facts = read_facts("f.json", text + "}}", diagnostics);
    REQUIRE(facts);
    CHECK(facts->values.size() == 20000);
    CHECK(diagnostics.size() == 20);
}

TEST_CASE("numbers that JSON does not have are written as unknown") {
    FactSet facts;
    facts.values["port.rate_per_s"] = std::numeric_limits<double>::infinity();
    facts.values["port.rate_share"] = AtMost{std::numeric_limits<double>::quiet_NaN()};
    facts.window_s = std::numeric_limits<double>::infinity();
    const FactSet again = read_well(write_facts(facts));
    CHECK(again.get("port.rate_per_s") == FactValue{Unknown{"not a finite number"}});
    CHECK(again.get("port.rate_share") == FactValue{Unknown{"not a finite number"}});
    CHECK(again.window_s == 0);
}

TEST_CASE("text that is not UTF-8 is written with replacement characters") {
    FactSet facts;
    facts.host.hostname =
        "a\xff"
        "b\xc3";
    CHECK(read_well(write_facts(facts)).host.hostname ==
          "a\xef\xbf\xbd"
          "b\xef\xbf\xbd");
}

}  // namespace tcptune::facts

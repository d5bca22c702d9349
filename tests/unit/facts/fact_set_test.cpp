// SPDX-License-Identifier: Apache-2.0
#include <tcptune/facts/fact_set.hpp>

#include <limits>

#include <doctest/doctest.h>

namespace tcptune::facts {

TEST_CASE("a fact is its entry, or unknown with its name") {
    FactSet facts;
    facts.values["host.cpus"] = std::int64_t{4};
    facts.values["file.open"] = Unknown{"permission denied"};
    CHECK(facts.get("host.cpus") == FactValue{std::int64_t{4}});
    CHECK(facts.get("file.open") == FactValue{Unknown{"permission denied"}});
    CHECK(facts.get("host.memory_bytes") == FactValue{Unknown{"not known: host.memory_bytes"}});
    CHECK(facts.get("") == FactValue{Unknown{"not known: "}});
}

TEST_CASE("a counter's fact is its latest total") {
    FactSet facts;
    facts.counters["TcpExt.TW"] = {5, std::nullopt};
    facts.counters["Tcp.OutSegs"] = {5, 9};
    CHECK(facts.get("counter.TcpExt.TW") == FactValue{std::int64_t{5}});
    CHECK(facts.get("counter.Tcp.OutSegs") == FactValue{std::int64_t{9}});
    CHECK_FALSE(is_known(facts.get("counter.TcpExt.Other")));
    CHECK_FALSE(is_known(facts.get("TcpExt.TW")));
}

TEST_CASE("a sysctl's text is what the kernel would print") {
    FactSet facts;
    facts.values["sysctl.a.flag"] = true;
    facts.values["sysctl.a.off"] = false;
    facts.values["sysctl.a.number"] = std::int64_t{-1};
    facts.values["sysctl.a.range"] = List{32768, 60999};
    facts.values["sysctl.a.empty"] = List{};
    facts.values["sysctl.a.word"] = std::string("cubic");
    facts.values["sysctl.a.denied"] = Unknown{"permission denied"};
    CHECK(facts.sysctl_text("a.flag") == "1");
    CHECK(facts.sysctl_text("a.off") == "0");
    CHECK(facts.sysctl_text("a.number") == "-1");
    CHECK(facts.sysctl_text("a.range") == "32768 60999");
    CHECK(facts.sysctl_text("a.empty") == "");
    CHECK(facts.sysctl_text("a.word") == "cubic");
    CHECK(facts.sysctl_text("a.denied") == std::nullopt);
    CHECK(facts.sysctl_text("a.missing") == std::nullopt);
}

TEST_CASE("the kernel is the version fact, and nothing when that is not known") {
    FactSet facts;
    CHECK(facts.kernel() == std::nullopt);
    facts.values["kernel.version"] = KernelVersion{6, 1, 0};
    CHECK(facts.kernel() == KernelVersion{6, 1, 0});
    facts.values["kernel.version"] = Unknown{"no uname"};
    CHECK(facts.kernel() == std::nullopt);
}

TEST_CASE("the boot winner is the line that was marked, not the last one") {
    FactSet facts;
    facts.configured = {{"a.b", "1", "/etc/sysctl.d/10-a.conf", 3, false},
                        {"a.b", "2", "/etc/sysctl.d/20-b.conf", 1, true},
                        {"a.b", "3", "/etc/sysctl.d/30-c.conf", 7, false},
                        {"a.c", "4", "/etc/sysctl.d/30-c.conf", 8, false}};
    const ConfiguredValue* winner = facts.boot_winner("a.b");
    REQUIRE(winner);
    CHECK(winner->value == "2");
    CHECK(facts.boot_winner("a.c") == nullptr);
    CHECK(facts.boot_winner("a.d") == nullptr);
}

TEST_CASE("a destination holds the sum of its states, and a sum that is too large saturates") {
    Destination destination;
    CHECK(destination.ports_in_use() == 0);
    destination.states = {1, 2, 3, 4, 5, 6, 7, 8, 9};
    CHECK(destination.ports_in_use() == 45);
    CHECK(destination.count(TcpState::time_wait) == 6);
    CHECK(destination.count(TcpState::closing) == 9);
    destination.states[0] = std::numeric_limits<std::uint32_t>::max();
    CHECK(destination.ports_in_use() == std::numeric_limits<std::uint32_t>::max());
}

TEST_CASE("states, methods and statuses have the words of the file format") {
    CHECK(std::string(to_string(TcpState::established)) == "established");
    CHECK(std::string(to_string(TcpState::syn_recv)) == "syn_recv");
    CHECK(std::string(to_string(TcpState::time_wait)) == "time_wait");
    CHECK(std::string(to_string(TcpState::closing)) == "closing");
    CHECK(std::string(to_string(SocketMethod::none)) == "none");
    CHECK(std::string(to_string(SocketMethod::counters)) == "counters");
    CHECK(std::string(to_string(SocketMethod::dump)) == "dump");
    CHECK(std::string(to_string(SourceStatus::ok)) == "ok");
    CHECK(std::string(to_string(SourceStatus::absent)) == "absent");
    CHECK(std::string(to_string(SourceStatus::denied)) == "denied");
    CHECK(std::string(to_string(SourceStatus::malformed)) == "malformed");
}

}  // namespace tcptune::facts

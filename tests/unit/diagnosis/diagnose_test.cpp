// SPDX-License-Identifier: Apache-2.0
#include "hosts.hpp"
#include "knowledge.hpp"

#include <algorithm>

#include <doctest/doctest.h>

using namespace tcptune;
using Ids = std::vector<std::string>;

namespace {

facts::FactSet with_details(facts::FactSet facts) {
    knowledge::add_details(facts);
    return facts;
}

/// A symptom that says yes for every destination that holds more than a hundred ports.
constexpr const char* more_than_a_hundred = R"(schema = 1
[symptom]
id = "many"
title = "many"
scope = "destination"
severity = "warning"
all = ["destination.in_use > 100"]
text = "many"
)";

facts::Destination destination(const char* remote, std::uint32_t time_wait,
                               std::uint32_t established) {
    facts::Destination result;
    result.local_address = "10.0.0.1";
    result.remote_address = remote;
    result.remote_port = 80;
    result.states[static_cast<std::size_t>(facts::TcpState::time_wait)] = time_wait;
    result.states[static_cast<std::size_t>(facts::TcpState::established)] = established;
    result.even_ports = (time_wait + established) / 2;
    return result;
}

}  // namespace

TEST_CASE("an idle host shows nothing and says so") {
    const auto diagnosis = knowledge::diagnose(with_details(hosts::idle()));
    CHECK(diagnosis.findings.empty());
    CHECK(diagnosis.advice.empty());
    CHECK_FALSE(diagnosis::worst(diagnosis).has_value());
    CHECK(diagnosis::verdict_sentence(diagnosis).find("Nothing is wrong") == 0);
}

TEST_CASE("a socket table that could not be looked at is unknown, not fine") {
    facts::FactSet facts = hosts::idle();
    facts.sockets = {};
    facts.sockets.method = facts::SocketMethod::none;
    const auto diagnosis = knowledge::diagnose(facts);
    CHECK(knowledge::causes(diagnosis).empty());
    CHECK(diagnosis::verdict_sentence(diagnosis).find("The verdict is unknown") == 0);
    CHECK(std::any_of(diagnosis.open.begin(), diagnosis.open.end(),
                      [](const auto& open) { return open.id == "ports-by-time-wait"; }));
}

TEST_CASE("two destinations full for two reasons are two findings, each with its own subject") {
    facts::FactSet facts = with_details(hosts::churning(28232));
    facts.sockets.destinations.push_back(destination("10.0.3.8", 0, 28232));
    const auto diagnosis = knowledge::diagnose(facts);
    CHECK(knowledge::causes(diagnosis) == Ids{"ports-by-time-wait", "ports-by-established"});
    CHECK(diagnosis.findings[0].subjects.front().name == "10.0.0.1 -> 10.0.3.7:5432");
    CHECK(diagnosis.findings[1].subjects.front().name == "10.0.0.1 -> 10.0.3.8:80");
    CHECK(diagnosis::worst(diagnosis) == rules::Severity::critical);
}

TEST_CASE("the destination nearest to its end comes first, whatever the table's order") {
    facts::FactSet facts = with_details(hosts::idle());
    facts.sockets.method = facts::SocketMethod::dump;
    facts.sockets.destinations = {destination("10.0.0.9", 10, 0), destination("10.0.0.8", 0, 28232),
                                  destination("10.0.0.7", 500, 0)};
    const auto diagnosis = knowledge::diagnose(facts);
    REQUIRE(diagnosis.destinations.size() == 3);
    CHECK(diagnosis.destinations[0].destination.remote_address == "10.0.0.8");
    CHECK(diagnosis.destinations[1].destination.remote_address == "10.0.0.7");
}

TEST_CASE("a focus leaves the other destinations out") {
    facts::FactSet facts = with_details(hosts::churning(28232));
    facts.sockets.destinations.push_back(destination("10.0.3.8", 0, 28232));
    diagnosis::Focus focus;
    focus.address = "10.0.3.8";
    auto diagnosis = knowledge::diagnose(facts, focus);
    CHECK(knowledge::causes(diagnosis) == Ids{"ports-by-established"});
    CHECK(diagnosis.destinations.size() == 1);
    focus.port = 81;
    CHECK(knowledge::diagnose(facts, focus).destinations.empty());
    focus = {};
    focus.pid = 7;
    facts.sockets.destinations[1].owners.push_back({7, 28232, false});
    diagnosis = knowledge::diagnose(facts, focus);
    CHECK(diagnosis.destinations.size() == 1);
    CHECK(diagnosis.destinations[0].destination.remote_address == "10.0.3.8");
}

TEST_CASE("subjects are bounded, and the rest is counted") {
    facts::FactSet facts = with_details(hosts::idle());
    facts.sockets.method = facts::SocketMethod::dump;
    for (int i = 0; i < 20; ++i)
        facts.sockets.destinations.push_back(
            destination(("10.1.0." + std::to_string(i)).c_str(), 200, 0));
    const auto diagnosis =
        diagnosis::diagnose(hosts::shipped_rules(),
                            knowledge::symptom_from("many", more_than_a_hundred), {}, facts, {});
    REQUIRE(diagnosis.findings.size() == 1);
    CHECK(diagnosis.findings[0].subjects.size() == diagnosis::max_subjects);
    CHECK(diagnosis.findings[0].more_subjects == 20 - diagnosis::max_subjects);
    CHECK(diagnosis.findings[0].subjects[0].evidence.front().value == "200 > 100");
}

TEST_CASE("counters bound every destination: below the bound no, above it unknown") {
    facts::FactSet facts = with_details(hosts::idle());
    facts.sockets.method = facts::SocketMethod::counters;
    facts.values["socket.tcp.alloc"] = std::int64_t{60};
    facts.values["socket.tcp.time_wait_total"] = std::int64_t{20};
    const auto symptoms = knowledge::symptom_from("many", more_than_a_hundred);
    auto diagnosis = diagnosis::diagnose(hosts::shipped_rules(), symptoms, {}, facts, {});
    CHECK(diagnosis.findings.empty());
    CHECK(diagnosis.open.empty());
    facts.values["socket.tcp.alloc"] = std::int64_t{600};
    diagnosis = diagnosis::diagnose(hosts::shipped_rules(), symptoms, {}, facts, {});
    CHECK(diagnosis.findings.empty());
    CHECK(diagnosis.open.size() == 1);
}

TEST_CASE("a full accept queue names its listener and the process behind it") {
    facts::FactSet facts = with_details(hosts::idle());
    facts.sockets.listeners.push_back(
        {"0.0.0.0", 8080, 129, 128, 0, {{.pid = 42, .sockets = 1, .inferred = false}}});
    facts.sockets.listeners.push_back({"0.0.0.0", 22, 0, 128, 0, {}});
    facts.sockets.processes.push_back(knowledge::process(42, "slow"));
    facts.values["socket.listeners_full"] = std::int64_t{1};
    const auto diagnosis = knowledge::diagnose(facts);
    REQUIRE(knowledge::causes(diagnosis) == Ids{"accept-queue-full"});
    CHECK(diagnosis.findings[0].subjects.size() == 1);
    CHECK(diagnosis.findings[0].subjects[0].name == "0.0.0.0:8080");
    CHECK(diagnosis.findings[0].subjects[0].pids == std::vector<std::int64_t>{42});
}

TEST_CASE("handshakes that were not counted are bounded by counters that never moved") {
    facts::FactSet facts = with_details(hosts::idle());
    facts.sockets.listeners.push_back({"0.0.0.0", 22, 0, 128, 0, {}});
    facts.values["socket.tcp.syn_received"] = facts::Unknown{"was not counted"};
    for (const char* name :
         {"TcpExt.TCPReqQFullDoCookies", "TcpExt.TCPReqQFullDrop", "TcpExt.SyncookiesSent"})
        facts.counters[name] = {0, {}};
    const auto open = [](const diagnosis::Diagnosis& diagnosis) {
        return std::any_of(diagnosis.open.begin(), diagnosis.open.end(),
                           [](const auto& question) { return question.id == "syn-queue-full"; });
    };
    CHECK_FALSE(open(knowledge::diagnose(facts)));
    facts.counters["TcpExt.SyncookiesSent"] = {5, {}};
    CHECK(open(knowledge::diagnose(facts)));
}

TEST_CASE("a leak of CLOSE_WAIT names the processes that hold most of it first") {
    facts::FactSet facts = with_details(hosts::idle());
    facts.values["socket.tcp.close_wait"] = std::int64_t{700};
    facts.sockets.processes = {knowledge::process(5, "few", 100),
                               knowledge::process(6, "many", 600), knowledge::process(7, "none")};
    const auto diagnosis = knowledge::diagnose(facts);
    REQUIRE(knowledge::causes(diagnosis) == Ids{"close-wait-leak"});
    CHECK(diagnosis.findings[0].subjects[0].pids == std::vector<std::int64_t>{6, 5});
}

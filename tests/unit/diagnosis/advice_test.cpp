// SPDX-License-Identifier: Apache-2.0
#include "hosts.hpp"
#include "knowledge.hpp"

#include <algorithm>

#include <doctest/doctest.h>

using namespace tcptune;

namespace {

constexpr const char* text = R"(schema = 1
[symptom]
id = "slow"
title = "slow"
scope = "destination"
severity = "warning"
sysctl = true
all = ['destination.stage != "free"']
text = "slow"
[[cure]]
remedy = "sysctl"
title = "last"
text = "a key"
[[cure]]
remedy = "application"
title = "for nginx"
commands = ["nginx"]
text = "keepalive"
[[cure]]
remedy = "application"
title = "for all"
text = "a pool"
[[no_cure]]
what = "a key"
text = "does nothing"
)";

diagnosis::Diagnosis diagnosed(const char* command) {
    facts::FactSet facts = hosts::churning(20000);
    if (command != nullptr) {
        facts.sockets.destinations.front().owners.push_back({9, 3, true});
        facts.sockets.processes.push_back(knowledge::process(9, command));
    }
    const auto symptoms = knowledge::symptom_from("slow", text);
    auto diagnosis = diagnosis::diagnose(hosts::shipped_rules(), symptoms, {}, facts, {});
    diagnosis::add_advice(diagnosis, symptoms);
    CHECK(diagnosis::wants_plan(diagnosis, symptoms));
    return diagnosis;
}

std::vector<std::string> titles(const diagnosis::Diagnosis& diagnosis) {
    std::vector<std::string> result;
    for (const diagnosis::Advice& advice : diagnosis.advice)
        result.push_back(advice.title);
    return result;
}

}  // namespace

TEST_CASE("what the application can do comes before a sysctl, whatever the file's order") {
    CHECK(titles(diagnosed("nginx")) == std::vector<std::string>{"for nginx", "for all", "last"});
}

TEST_CASE("words for another program are not said when the owner is known") {
    CHECK(titles(diagnosed("java")) == std::vector<std::string>{"for all", "last"});
    CHECK(titles(diagnosed(nullptr)).size() == 3);
}

TEST_CASE("a version after the name of a program is no other program") {
    CHECK(titles(diagnosed("nginx1.22")).size() == 3);
    CHECK(titles(diagnosed("nginxette")).size() == 2);
}

TEST_CASE("one cure for two findings is said once and names both") {
    facts::FactSet facts = hosts::churning(28232);
    knowledge::add_details(facts);
    facts::Destination slow = facts.sockets.destinations.front();
    slow.remote_address = "10.0.3.9";
    slow.states[static_cast<std::size_t>(facts::TcpState::time_wait)] = 20000;
    slow.even_ports = 14116;
    facts.sockets.destinations.push_back(slow);
    const auto diagnosis = knowledge::diagnose(facts);
    CHECK(knowledge::causes(diagnosis) ==
          std::vector<std::string>{"ports-by-time-wait", "half-range-slow"});
    const auto pool =
        std::count_if(diagnosis.advice.begin(), diagnosis.advice.end(), [](const auto& advice) {
            return advice.title == "Keep connections open and use them again";
        });
    CHECK(pool == 1);
    CHECK(diagnosis.advice.front().finding_ids ==
          std::vector<std::string>{"ports-by-time-wait", "half-range-slow"});
}

TEST_CASE("the steps of a plan come with their values before and after") {
    facts::FactSet facts = hosts::churning(20000);
    auto diagnosis = knowledge::diagnose(facts);
    CHECK_FALSE(diagnosis.plan_was_asked);
    diagnosis::add_plan(diagnosis, hosts::plan_for(hosts::shipped_rules(), facts));
    CHECK(diagnosis.plan_was_asked);
    REQUIRE(diagnosis.steps.size() == 1);
    CHECK(diagnosis.steps[0].key == "net.ipv4.tcp_tw_reuse");
    CHECK(diagnosis.steps[0].before == "2");
    CHECK(diagnosis.steps[0].after == "1");
}

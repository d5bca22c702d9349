// SPDX-License-Identifier: Apache-2.0
#include "hosts.hpp"
#include "knowledge.hpp"

#include <algorithm>

#include <doctest/doctest.h>

using namespace tcptune;

namespace {

facts::FactSet asked_host(const char* message, const char* call) {
    facts::FactSet facts = hosts::idle();
    knowledge::add_details(facts);
    facts.values["asked.errno"] = std::string(message);
    facts.values["asked.call"] = std::string(call);
    return facts;
}

diagnosis::Focus about(const char* message, const char* call) {
    diagnosis::Focus focus;
    focus.question = diagnosis::Question{message, message, call, "", 0, "", 0};
    return focus;
}

bool has(const std::vector<std::string>& titles, const char* part) {
    return std::any_of(titles.begin(), titles.end(), [&](const std::string& title) {
        return title.find(part) != std::string::npos;
    });
}

}  // namespace

TEST_CASE("an address that is not here is the cause of EADDRNOTAVAIL from bind, ports are not") {
    facts::FactSet facts = asked_host("EADDRNOTAVAIL", "bind");
    facts.values["asked.address"] = std::string("10.99.99.99");
    facts.values["asked.address_local"] = false;
    const auto diagnosis = knowledge::diagnose(facts, about("EADDRNOTAVAIL", "bind"));
    CHECK(knowledge::causes(diagnosis) == std::vector<std::string>{"address-not-here"});
    REQUIRE(diagnosis.answer.has_value());
    CHECK(diagnosis.answer->confirmed.size() == 1);
    CHECK(has(diagnosis.answer->ruled_out, "TIME_WAIT"));
    CHECK(diagnosis.findings.front().asked);
}

TEST_CASE("the same errno from connect on a full destination is not about the address") {
    facts::FactSet facts = hosts::churning(28232);
    knowledge::add_details(facts);
    facts.values["asked.errno"] = std::string("EADDRNOTAVAIL");
    facts.values["asked.call"] = std::string("connect");
    facts.values["asked.address_local"] = facts::Unknown{"the message names no address"};
    const auto diagnosis = knowledge::diagnose(facts, about("EADDRNOTAVAIL", "connect"));
    CHECK(knowledge::causes(diagnosis) == std::vector<std::string>{"ports-by-time-wait"});
    CHECK(has(diagnosis.answer->confirmed, "TIME_WAIT"));
}

TEST_CASE("what needs a question is not looked at without one") {
    facts::FactSet facts = asked_host("EADDRNOTAVAIL", "bind");
    facts.values["asked.address_local"] = false;
    const auto diagnosis = knowledge::diagnose(facts);
    CHECK(knowledge::causes(diagnosis).empty());
    CHECK_FALSE(diagnosis.answer.has_value());
}

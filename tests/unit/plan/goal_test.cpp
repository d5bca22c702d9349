// SPDX-License-Identifier: Apache-2.0
// A profile that expects a rate makes the planner look for the smallest set that reaches it.
#include "hosts.hpp"

#include <doctest/doctest.h>

using namespace tcptune;

namespace {

rules::Profile expecting(double rate) {
    rules::Profile profile;
    profile.name = "test";
    profile.roles = {rules::Role::outbound};
    rules::ExpectedDestination destination;
    destination.address = "10.0.3.7";
    destination.port = 5432;
    destination.rate = rate;
    profile.destinations = {destination};
    return profile;
}

}  // namespace

TEST_CASE("a rate that the host reaches as it is needs no change") {
    const plan::Plan plan = hosts::plan_for(hosts::shipped_rules(), hosts::idle(), expecting(100));
    CHECK(plan.changes.empty());
    REQUIRE(plan.goals.size() == 1);
    CHECK(plan.goals[0].met_before);
    CHECK(plan.goals[0].text == "the host as it is reaches 100/s: its port limit is 470/s");
}

TEST_CASE("2,000/s to one destination: one step is enough, and it is tw_reuse") {
    const plan::Plan plan = hosts::plan_for(hosts::shipped_rules(), hosts::idle(), expecting(2000));
    REQUIRE(plan.changes.size() == 1);
    CHECK(plan.changes[0].key == "net.ipv4.tcp_tw_reuse");
    REQUIRE(plan.goals.size() == 1);
    CHECK_FALSE(plan.goals[0].met_before);
    CHECK(plan.goals[0].met_after);
    CHECK(static_cast<int>(*plan.goals[0].ceiling_after_per_s) == 28232);
}

TEST_CASE("40,000/s needs a second step beside tw_reuse") {
    const plan::Plan plan =
        hosts::plan_for(hosts::shipped_rules(), hosts::idle(), expecting(40000));
    CHECK(plan.goals[0].met_after);
    CHECK(plan.changes.size() == 2);
    CHECK(hosts::change_of(plan, "net.ipv4.tcp_tw_reuse") != nullptr);
}

TEST_CASE("a rate beyond every setting: nothing is changed, addresses and pooling are named") {
    const plan::Plan plan =
        hosts::plan_for(hosts::shipped_rules(), hosts::idle(), expecting(100'000'000));
    CHECK(plan.changes.empty());
    REQUIRE(plan.goals.size() == 1);
    CHECK_FALSE(plan.goals[0].met_after);
    CHECK(plan.goals[0].text.find("no setting of this kernel reaches it") == 0);
    CHECK(plan.goals[0].text.find("source addresses") != std::string::npos);
    CHECK(plan::verdict_sentence(plan).find("No setting reaches") == 0);
}

TEST_CASE("when the other side closes first, ports set no limit") {
    rules::Profile profile = expecting(50'000);
    profile.destinations[0].client_closes = false;
    const plan::Plan plan = hosts::plan_for(hosts::shipped_rules(), hosts::idle(), profile);
    CHECK(plan.changes.empty());
    CHECK(plan.goals[0].met_before);
    CHECK_FALSE(plan.goals[0].ceiling_before_per_s.has_value());
}

TEST_CASE("a program that binds first gains nothing from tw_reuse") {
    rules::Profile profile = expecting(800);
    profile.destinations[0].binds_first = true;
    const plan::Plan plan = hosts::plan_for(hosts::shipped_rules(), hosts::idle(), profile);
    CHECK(hosts::change_of(plan, "net.ipv4.tcp_tw_reuse") == nullptr);
}

TEST_CASE("a policy that forbids the range still lets the rest reach the rate") {
    rules::Policy policy;
    policy.deny = {{"net.ipv4.ip_local_port_range", {}}};
    const plan::Plan plan =
        hosts::plan_for(hosts::shipped_rules(), hosts::idle(), expecting(2000), policy);
    CHECK(plan.goals[0].met_after);
    CHECK(hosts::change_of(plan, "net.ipv4.ip_local_port_range") == nullptr);
}

TEST_CASE("what is not known is said, not guessed") {
    facts::FactSet facts = hosts::idle();
    facts.values["sysctl.net.ipv4.ip_local_port_range"] = facts::Unknown{"permission denied"};
    const plan::Plan plan = hosts::plan_for(hosts::shipped_rules(), facts, expecting(2000));
    CHECK(plan.changes.empty());
    REQUIRE(plan.goals.size() == 1);
    CHECK_FALSE(plan.goals[0].known);
    CHECK(plan::verdict_sentence(plan).find("No setting reaches") == std::string::npos);
    CHECK(plan.goals[0].text.find("unknown whether 2,000/s can be reached") == 0);
    CHECK(plan.goals[0].text.find("permission denied") != std::string::npos);
}

TEST_CASE("300/s is reached, but every connect() would be slow: the cure is planned") {
    const plan::Plan plan = hosts::plan_for(hosts::shipped_rules(), hosts::idle(), expecting(300));
    CHECK(plan.goals.at(0).met_before);
    REQUIRE(plan.changes.size() == 1);
    CHECK(plan.changes[0].key == "net.ipv4.tcp_tw_reuse");
}

TEST_CASE("a waived recommendation is not planned for a rate either") {
    rules::Policy policy;
    policy.waivers = {{"net.ipv4.tcp_tw_reuse/enable-for-outgoing-churn",
                       "",
                       "old firewall",
                       "ops",
                       "2099-01-01",
                       {}}};
    const plan::Plan plan =
        hosts::plan_for(hosts::shipped_rules(), hosts::idle(), expecting(2000), policy);
    CHECK(hosts::change_of(plan, "net.ipv4.tcp_tw_reuse") == nullptr);
    CHECK_FALSE(plan.goals.at(0).met_after);
}

TEST_CASE("an absurd rate is answered, not overflowed") {
    const plan::Plan plan =
        hosts::plan_for(hosts::shipped_rules(), hosts::idle(), expecting(1e300));
    CHECK_FALSE(plan.goals.at(0).met_after);
}

// SPDX-License-Identifier: Apache-2.0
#include "hosts.hpp"

#include <algorithm>

#include <doctest/doctest.h>

using namespace tcptune;

namespace {

plan::Plan churning_under(const rules::Policy& policy) {
    return hosts::plan_for(hosts::shipped_rules(), hosts::churning(20000), {}, policy);
}

}  // namespace

TEST_CASE("a denied key is refused with the policy's line") {
    rules::Policy policy;
    policy.name = "site";
    policy.deny = {{"net.ipv4.tcp_tw_*", {"site.toml", 4, 9}}};
    const plan::Plan plan = churning_under(policy);
    CHECK(plan.changes.empty());
    REQUIRE(plan.refusals.size() == 1);
    CHECK(plan.refusals[0].key == "net.ipv4.tcp_tw_reuse");
    CHECK(plan.refusals[0].by_policy);
    CHECK(plan.refusals[0].where == "site.toml:4");
    CHECK(plan::verdict_sentence(plan).find("1 change was refused") != std::string::npos);
}

TEST_CASE("a risk ceiling below the step's risk refuses it") {
    rules::Policy policy;
    policy.max_risk = rules::Level::low;
    const plan::Plan plan = hosts::plan_for(hosts::shipped_rules(), hosts::busy(25000), {}, policy);
    CHECK(hosts::change_of(plan, "net.ipv4.ip_local_port_range") == nullptr);
    const bool refused = std::ranges::any_of(plan.refusals, [](const plan::Refusal& refusal) {
        return refusal.key == "net.ipv4.ip_local_port_range" &&
               refusal.reason.find("above max_risk = low") != std::string::npos;
    });
    CHECK(refused);
}

TEST_CASE("a bound keeps a value outside it out of the plan") {
    rules::Policy policy;
    policy.bounds["net.ipv4.tcp_tw_reuse"] = {0, 0, {"site.toml", 8, 1}};
    CHECK(churning_under(policy).changes.empty());
}

TEST_CASE("a policy's threshold overrides the rule's") {
    rules::Policy policy;
    policy.thresholds["net.ipv4.tcp_tw_reuse"]["pressure"] = 0.9;
    CHECK(churning_under(policy).changes.empty());
    policy.thresholds["net.ipv4.tcp_tw_reuse"]["pressure"] = 0.6;
    CHECK(churning_under(policy).changes.size() == 1);
}

TEST_CASE("a pin is planned without evidence and says so") {
    rules::Policy policy;
    policy.pins = {{"net.ipv4.tcp_syn_retries", "4", "agreed with the network team", {"s", 3, 1}}};
    const plan::Plan plan = hosts::plan_for(hosts::shipped_rules(), hosts::idle(), {}, policy);
    REQUIRE(plan.changes.size() == 1);
    CHECK(plan.changes[0].key == "net.ipv4.tcp_syn_retries");
    CHECK(plan.changes[0].pinned);
    CHECK(plan.changes[0].reason.find("agreed with the network team") != std::string::npos);
}

TEST_CASE("a pin to a value that the key does not take is refused, with its line") {
    rules::Policy policy;
    policy.pins = {{"net.ipv4.tcp_tw_reuse", "7", "typo", {"site.toml", 5, 1}},
                   {"net.ipv4.no_such_key", "1", "typo", {"site.toml", 9, 1}}};
    const plan::Plan plan = hosts::plan_for(hosts::shipped_rules(), hosts::idle(), {}, policy);
    CHECK(plan.changes.empty());
    REQUIRE(plan.refusals.size() == 2);
    CHECK(plan.refusals[0].reason.find("0, 1 or 2, not 7") != std::string::npos);
    CHECK(plan.refusals[1].where == "site.toml:9");
}

TEST_CASE("a waiver holds a recommendation back until the day it expires") {
    rules::Policy policy;
    policy.waivers = {{"", "net.ipv4.tcp_tw_reuse", "old firewall", "ops", "2026-12-31", {}}};
    CHECK(churning_under(policy).changes.empty());
    policy.waivers[0].expires = "2026-05-31";
    const plan::Plan plan = churning_under(policy);
    CHECK(plan.changes.size() == 1);
    const bool reported = std::ranges::any_of(plan.findings, [](const plan::PlanFinding& finding) {
        return finding.title == "a waiver expired on 2026-05-31";
    });
    CHECK(reported);
}

TEST_CASE("a pin to the value that is there keeps the plan from changing it") {
    facts::FactSet facts = hosts::churning(20000);
    facts.values["sysctl.net.ipv4.tcp_timestamps"] = std::int64_t{0};
    rules::Policy policy;
    policy.name = "site";
    policy.pins = {{"net.ipv4.tcp_timestamps", "0", "an old appliance", {"site.toml", 3, 1}}};
    const plan::Plan plan = hosts::plan_for(hosts::shipped_rules(), facts, {}, policy);
    CHECK(plan.changes.empty());
    const bool told = std::ranges::any_of(plan.refusals, [](const plan::Refusal& refusal) {
        return refusal.key == "net.ipv4.tcp_tw_reuse" &&
               refusal.reason.find("pins this key to 0") != std::string::npos;
    });
    CHECK(told);
}

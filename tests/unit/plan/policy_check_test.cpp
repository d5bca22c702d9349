// SPDX-License-Identifier: Apache-2.0
#include "hosts.hpp"

#include <tcptune/plan/policy_check.hpp>

#include <doctest/doctest.h>

using namespace tcptune;

namespace {

/// tcp_tw_reuse: 2 -> 1.
plan::SavedPlan saved(const rules::Policy& policy = {}) {
    return plan::saved_from(
        hosts::plan_for(hosts::shipped_rules(), hosts::churning(20000), {}, policy));
}

std::vector<plan::Refusal> refused(const plan::SavedPlan& plan, const rules::Policy& policy,
                                   const char* today = "2026-06-01") {
    return plan::refused_now(plan, hosts::shipped_rules(), policy, today);
}

rules::Policy waiving() {
    rules::Policy policy;
    policy.waivers = {
        {"", "net.ipv4.tcp_tw_reuse", "peers are old", "ops", "2026-07-01", {"site.toml", 9, 1}}};
    return policy;
}

}  // namespace

TEST_CASE("the policy that let a plan be made lets it pass") {
    CHECK(refused(saved(), {}).empty());
}

TEST_CASE("denied keys, bounds and risk of today's policy refuse a plan of yesterday") {
    rules::Policy policy;
    policy.name = "site";
    policy.deny = {{"net.ipv4.tcp_tw_*", {"site.toml", 4, 9}}};
    auto refusals = refused(saved(), policy);
    REQUIRE(refusals.size() == 1);
    CHECK(refusals[0].key == "net.ipv4.tcp_tw_reuse");
    CHECK(refusals[0].reason == "policy site denies changes of this key");
    CHECK(refusals[0].where == "site.toml:4");

    policy = {};
    policy.name = "site";
    policy.bounds["net.ipv4.tcp_tw_reuse"] = {2, 2, {"site.toml", 6, 1}};
    refusals = refused(saved(), policy);
    REQUIRE(refusals.size() == 1);
    CHECK(refusals[0].where == "site.toml:6");

    policy = {};
    plan::SavedPlan risky = saved();
    risky.changes[0].risk = rules::Level::high;
    refusals = refused(risky, policy);
    REQUIRE(refusals.size() == 1);
    CHECK(refusals[0].reason == "risk high is above max_risk = medium of policy default");

    policy.min_confidence = rules::Level::critical;
    refusals = refused(saved(), policy);
    REQUIRE(refusals.size() == 1);
    CHECK(refusals[0].reason.find("below min_confidence") != std::string::npos);
}

TEST_CASE("a pin spares a step the risk ceiling only while the policy has it") {
    plan::SavedPlan plan = saved();
    plan.changes[0].pinned = true;
    plan.changes[0].risk = rules::Level::high;
    rules::Policy policy;
    CHECK(refused(plan, policy).size() == 1);
    policy.pins = {{"net.ipv4.tcp_tw_reuse", "1", "ours", {"site.toml", 3, 1}}};
    CHECK(refused(plan, policy).empty());
    policy.pins[0].value = "2";
    const auto refusals = refused(plan, policy);
    REQUIRE(refusals.size() == 1);
    CHECK(refusals[0].reason == "policy default pins this key to 2");
}

TEST_CASE("a waiver in force today keeps the step out") {
    const auto refusals = refused(saved(), waiving());
    REQUIRE(refusals.size() == 1);
    CHECK(refusals[0].reason == "waived by ops until 2026-07-01: peers are old");
    CHECK(refused(saved(), waiving(), "2026-07-02").empty());
}

TEST_CASE("a plan that relies on a waiver is refused once the waiver has expired") {
    const plan::SavedPlan plan = saved(waiving());
    REQUIRE(plan.refusals.size() == 1);
    CHECK(plan.changes.empty());
    CHECK(refused(plan, waiving(), "2026-07-01").empty());
    const auto refusals = refused(plan, waiving(), "2026-07-02");
    REQUIRE(refusals.size() == 1);
    CHECK(refusals[0].reason ==
          "the plan relies on a waiver that has expired: waived by ops until "
          "2026-07-01: peers are old");
    CHECK(refusals[0].where == "site.toml:9");
    CHECK(refused(plan, {}, "2026-07-02").empty());
}

TEST_CASE("keys that are unknown or only advised about, and values that are none, are refused") {
    plan::SavedPlan plan = saved();
    plan.changes[0].key = "net.ipv4.no_such_key";
    CHECK(refused(plan, {}).at(0).reason == "no rule file declares this key");
    plan.changes[0].key = "net.ipv4.tcp_tw_recycle";
    CHECK(refused(plan, {}).at(0).reason == "tcptune never writes this key");
    plan = saved();
    plan.changes[0].after_runtime = "0x1";
    CHECK(refused(plan, {}).at(0).reason == "\"0x1\" is not a value of this key");
}

// SPDX-License-Identifier: Apache-2.0
// The knowledge is in the rule files: another kernel gives another plan, and a changed number in a
// file gives other advice from the same program.
#include "hosts.hpp"

#include <doctest/doctest.h>

using namespace tcptune;

namespace {

double ceiling_after_reuse(const rules::RuleSet& rules, std::string_view kernel) {
    const plan::Plan plan = hosts::plan_for(rules, hosts::churning(20000, kernel));
    const auto* change = hosts::change_of(plan, "net.ipv4.tcp_tw_reuse");
    REQUIRE(change);
    REQUIRE(change->expected_effect.ceiling_after_per_s.has_value());
    return *change->expected_effect.ceiling_after_per_s;
}

}  // namespace

TEST_CASE("kernel 3.10 with tcp_tw_recycle on: turn it off by hand, critical") {
    facts::FactSet facts = hosts::idle("3.10.0-1160.el7.x86_64");
    facts.values["sysctl.net.ipv4.tcp_tw_recycle"] = true;
    const plan::Plan plan = hosts::plan_for(hosts::shipped_rules(), facts);
    CHECK(plan.changes.empty());
    REQUIRE_FALSE(plan.findings.empty());
    CHECK(plan.findings[0].key == "net.ipv4.tcp_tw_recycle");
    CHECK(plan.findings[0].severity == rules::Severity::critical);
}

TEST_CASE("the default of tcp_tw_reuse is 0 before 4.18 and 2 since") {
    const rules::Rule* rule = hosts::shipped_rules().find("net.ipv4.tcp_tw_reuse");
    REQUIRE(rule);
    const auto default_on = [&](unsigned major, unsigned minor) {
        return rule->parameter.default_on(KernelVersion{major, minor, 0});
    };
    CHECK(default_on(3, 10) == sysctl::Value{std::int64_t{0}});
    CHECK(default_on(4, 17) == sysctl::Value{std::int64_t{0}});
    CHECK(default_on(4, 19) == sysctl::Value{std::int64_t{2}});
    CHECK(default_on(6, 18) == sysctl::Value{std::int64_t{2}});
}

TEST_CASE("the limit with reuse follows the clock of the kernel") {
    const rules::RuleSet& rules = hosts::shipped_rules();
    CHECK(static_cast<int>(ceiling_after_reuse(rules, "3.10.0")) == 14116);
    CHECK(static_cast<int>(ceiling_after_reuse(rules, "4.19.0")) == 28232);
    CHECK(static_cast<int>(ceiling_after_reuse(rules, "5.10.0")) == 28232);
    CHECK(static_cast<int>(ceiling_after_reuse(rules, "6.1.0")) == 28232);
    CHECK(static_cast<int>(ceiling_after_reuse(rules, "6.18.44")) == 28232);
}

TEST_CASE("tcp_max_tw_buckets = -1 is no limit on 6.1 and later, and none at all before") {
    const auto findings_on = [](std::string_view kernel) {
        facts::FactSet facts = hosts::idle(kernel);
        facts.values["sysctl.net.ipv4.tcp_max_tw_buckets"] = std::int64_t{-1};
        const plan::Plan plan = hosts::plan_for(hosts::shipped_rules(), facts);
        return hosts::change_of(plan, "net.ipv4.tcp_max_tw_buckets") != nullptr;
    };
    CHECK_FALSE(findings_on("6.18.44"));
    CHECK_FALSE(findings_on("6.1.0"));
}

TEST_CASE("a changed number in a rule file changes the advice, without a rebuild") {
    using hosts::edited_rules;
    SUBCASE("tcp_tw_reuse: the pressure above which reuse is advised") {
        const auto rules =
            edited_rules("net.ipv4.tcp_tw_reuse", "pressure = 0.5", "pressure = 0.9");
        CHECK(hosts::plan_for(rules, hosts::churning(20000)).changes.empty());
    }
    SUBCASE("tcp_tw_reuse: the length of TIME_WAIT") {
        const auto rules = edited_rules("net.ipv4.tcp_tw_reuse", "value = 60", "value = 120");
        const plan::Plan plan = hosts::plan_for(rules, hosts::churning(20000));
        CHECK(static_cast<int>(*plan.changes.at(0).expected_effect.ceiling_before_per_s) == 235);
    }
}

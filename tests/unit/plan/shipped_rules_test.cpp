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
    const auto changed_on = [](std::string_view kernel) {
        facts::FactSet facts = hosts::idle(kernel);
        facts.values["sysctl.net.ipv4.tcp_max_tw_buckets"] = std::int64_t{-1};
        const plan::Plan plan = hosts::plan_for(hosts::shipped_rules(), facts);
        return hosts::change_of(plan, "net.ipv4.tcp_max_tw_buckets") != nullptr;
    };
    CHECK_FALSE(changed_on("6.18.44"));
    CHECK_FALSE(changed_on("6.1.0"));
    CHECK(changed_on("5.10.0"));
    CHECK(changed_on("4.19.0"));
}

TEST_CASE("a changed number in a rule file changes the advice, without a rebuild") {
    using hosts::edited_rules;
    SUBCASE("tcp_tw_reuse: the pressure above which reuse is advised") {
        const auto rules = edited_rules("net.ipv4.tcp_tw_reuse", "[threshold]", "pressure", "0.9");
        CHECK(hosts::plan_for(rules, hosts::churning(20000)).changes.empty());
    }
    SUBCASE("tcp_tw_reuse: the length of TIME_WAIT") {
        const auto rules = edited_rules("net.ipv4.tcp_tw_reuse", "\"time_wait_s\"", "value", "120");
        const plan::Plan plan = hosts::plan_for(rules, hosts::churning(20000));
        CHECK(static_cast<int>(*plan.changes.at(0).expected_effect.ceiling_before_per_s) == 235);
    }
    SUBCASE("tcp_tw_reuse_delay: how short a delay may be planned") {
        rules::Profile profile;
        profile.destinations.emplace_back();
        profile.destinations[0].rate = 200'000;
        const auto met = [&](const rules::RuleSet& rules) {
            return hosts::plan_for(rules, hosts::idle(), profile).goals.at(0).met_after;
        };
        CHECK_FALSE(met(hosts::shipped_rules()));
        CHECK(met(edited_rules("net.ipv4.tcp_tw_reuse_delay", "[threshold]", "floor", "100")));
    }
    SUBCASE("tcp_timestamps: how many rejected segments are worth a word") {
        facts::FactSet facts = hosts::idle();
        facts.values["socket.tcp.time_wait_total"] = std::int64_t{5000};
        facts.counters["TcpExt.PAWSEstab"] = {0, 50};
        facts.window_s = 1;
        for (auto& [name, reading] : facts.counters)
            if (!reading.second) reading.second = reading.first;
        const auto told = [&](const rules::RuleSet& rules) {
            return hosts::advises(hosts::plan_for(rules, facts),
                                  "net.ipv4.tcp_timestamps/paws-rejections");
        };
        CHECK(told(hosts::shipped_rules()));
        CHECK_FALSE(
            told(edited_rules("net.ipv4.tcp_timestamps", "[threshold]", "paws_per_s", "100")));
    }
    SUBCASE("tcp_tw_recycle: when it is said that it is no cure") {
        const auto told = [](const rules::RuleSet& rules) {
            return hosts::advises_against(hosts::plan_for(rules, hosts::churning(20000)),
                                          "net.ipv4.tcp_tw_recycle");
        };
        CHECK(told(hosts::shipped_rules()));
        CHECK_FALSE(
            told(edited_rules("net.ipv4.tcp_tw_recycle", "[threshold]", "pressure", "0.9")));
    }
    SUBCASE("tcp_fin_timeout: to what it is lowered for orphans of a server") {
        facts::FactSet facts = hosts::idle();
        facts.values["socket.tcp.fin_wait2"] = std::int64_t{5000};
        rules::Profile profile;
        profile.roles = {rules::Role::server};
        const auto planned = [&](const rules::RuleSet& rules) {
            const plan::Plan plan = hosts::plan_for(rules, facts, profile);
            const auto* change = hosts::change_of(plan, "net.ipv4.tcp_fin_timeout");
            return change ? change->after_runtime : std::string("none");
        };
        CHECK(planned(hosts::shipped_rules()) == "30");
        CHECK(planned(edited_rules("net.ipv4.tcp_fin_timeout", "[threshold]", "lower_to", "20")) ==
              "20");
    }
    SUBCASE("ip_local_port_range: how far down a range may reach") {
        const auto planned = [](const rules::RuleSet& rules) {
            const plan::Plan plan = hosts::plan_for(rules, hosts::busy(25000));
            const auto* change = hosts::change_of(plan, "net.ipv4.ip_local_port_range");
            return change ? change->after_runtime : std::string("none");
        };
        CHECK(planned(hosts::shipped_rules()) == "10240 65535");
        CHECK(planned(edited_rules("net.ipv4.ip_local_port_range", "[threshold]", "floor",
                                   "20000")) == "20000 65535");
    }
    SUBCASE("tcp_max_tw_buckets: how much room an overflow asks for") {
        facts::FactSet facts = hosts::idle();
        facts.values["socket.tcp.time_wait_total"] = std::int64_t{131072};
        facts.counters["TcpExt.TCPTimeWaitOverflow"] = {0, 700};
        facts.window_s = 1;
        const auto planned = [&](const rules::RuleSet& rules) {
            const plan::Plan plan = hosts::plan_for(rules, facts);
            const auto* change = hosts::change_of(plan, "net.ipv4.tcp_max_tw_buckets");
            return change ? change->after_runtime : std::string("none");
        };
        CHECK(planned(hosts::shipped_rules()) == "262144");
        CHECK(planned(edited_rules("net.ipv4.tcp_max_tw_buckets", "[threshold]", "growth", "3")) ==
              "393216");
    }
}

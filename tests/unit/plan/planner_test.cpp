// SPDX-License-Identifier: Apache-2.0
// The plan that a person gets for typical hosts, with the rules as shipped.
#include "hosts.hpp"

#include <algorithm>

#include <doctest/doctest.h>

using namespace tcptune;

TEST_CASE("an idle host with the kernel's defaults needs no change") {
    const plan::Plan plan = hosts::plan_for(hosts::shipped_rules(), hosts::idle());
    CHECK(plan.changes.empty());
    CHECK(plan::detailed_exit_code(plan) == 0);
    CHECK(plan::verdict_sentence(plan) ==
          "Nothing to change: no outbound connection holds a port.");
    for (const std::string& unknown : plan.unknowns)
        MESSAGE(unknown);
    CHECK(plan.unknowns.empty());
    REQUIRE(plan.budget.has_value());
    CHECK(plan.budget->usable == 28232);
}

TEST_CASE("20,000 TIME_WAITs to one destination: tw_reuse = 1, 470/s -> 28,232/s") {
    const plan::Plan plan = hosts::plan_for(hosts::shipped_rules(), hosts::churning(20000));
    REQUIRE(plan.changes.size() == 1);
    const plan::PlanChange& change = plan.changes.front();
    CHECK(change.key == "net.ipv4.tcp_tw_reuse");
    CHECK(change.before_runtime == "2");
    CHECK(change.after_runtime == "1");
    CHECK(change.risk == rules::Level::low);
    REQUIRE(change.expected_effect.ceiling_before_per_s.has_value());
    REQUIRE(change.expected_effect.ceiling_after_per_s.has_value());
    CHECK(static_cast<int>(*change.expected_effect.ceiling_before_per_s) == 470);
    CHECK(static_cast<int>(*change.expected_effect.ceiling_after_per_s) == 28232);

    REQUIRE(plan.destinations.size() == 1);
    CHECK(plan.destinations.front().before.stage == capacity::Stage::slow);
    CHECK(plan.destinations.front().after.has_value());
    const bool named = std::ranges::any_of(plan.findings, [](const plan::PlanFinding& finding) {
        return finding.title.find("10.0.3.7:5432: 20,000 of 28,232") != std::string::npos;
    });
    CHECK(named);
    CHECK(hosts::advises_against(plan, "net.ipv4.tcp_fin_timeout"));
    CHECK(plan::detailed_exit_code(plan) == 2);
}

TEST_CASE("advice for the application stands before the sysctl when connections churn") {
    const plan::Plan plan = hosts::plan_for(hosts::shipped_rules(), hosts::churning(20000));
    REQUIRE_FALSE(plan.advice.empty());
    CHECK(plan.advice.front().remedy == rules::Remedy::application);
}

TEST_CASE("with timestamps off, tw_reuse brings tcp_timestamps along and it comes first") {
    facts::FactSet facts = hosts::churning(20000);
    facts.values["sysctl.net.ipv4.tcp_timestamps"] = std::int64_t{0};
    const plan::Plan plan = hosts::plan_for(hosts::shipped_rules(), facts);
    REQUIRE(plan.changes.size() == 2);
    CHECK(plan.changes[0].key == "net.ipv4.tcp_timestamps");
    CHECK(plan.changes[0].after_runtime == "1");
    CHECK(plan.changes[0].order == 1);
    CHECK(plan.changes[1].key == "net.ipv4.tcp_tw_reuse");
    // The first step alone buys nothing; the numbers stand with the second.
    CHECK_FALSE(plan.changes[0].expected_effect.ceiling_after_per_s.has_value());
    CHECK(static_cast<int>(*plan.changes[1].expected_effect.ceiling_after_per_s) == 28232);
}

TEST_CASE("without the socket table the verdict is unknown, not fine") {
    facts::FactSet facts = hosts::idle();
    facts.sockets = {};
    facts.sources = {{"sock_diag", facts::SourceStatus::denied, "permission denied"}};
    for (const char* name : {"socket.tcp.listen_ports", "socket.tcp.bound_only",
                             "socket.tcp.time_wait_outbound", "socket.tcp.fin_wait2"})
        facts.values[name] = facts::Unknown{"sock_diag: permission denied"};
    const plan::Plan plan = hosts::plan_for(hosts::shipped_rules(), facts);
    CHECK(plan.changes.empty());
    CHECK(plan::verdict_sentence(plan).find("unknown") != std::string::npos);
    CHECK_FALSE(plan.unknowns.empty());
    const bool says_why = std::ranges::any_of(plan.unknowns, [](const std::string& text) {
        return text.find("permission denied") != std::string::npos;
    });
    CHECK(says_why);
}

TEST_CASE("ports held by open connections: reuse does not help, the range and pooling do") {
    const plan::Plan plan = hosts::plan_for(hosts::shipped_rules(), hosts::busy(25000));
    CHECK(hosts::change_of(plan, "net.ipv4.tcp_tw_reuse") == nullptr);
    CHECK(hosts::change_of(plan, "net.ipv4.ip_local_port_range") != nullptr);
    CHECK_FALSE(hosts::advises_against(plan, "net.ipv4.tcp_tw_reuse_delay"));
}

TEST_CASE("a wider range brings the listeners inside it into the reserved list, before it") {
    facts::FactSet facts = hosts::busy(25000);
    facts.sockets.listen_ports = {22, 443, 11211, 27017};
    facts.values["socket.tcp.listen_ports"] = facts::List{22, 443, 11211, 27017};
    const plan::Plan plan = hosts::plan_for(hosts::shipped_rules(), facts);
    const auto* range = hosts::change_of(plan, "net.ipv4.ip_local_port_range");
    const auto* reserved = hosts::change_of(plan, "net.ipv4.ip_local_reserved_ports");
    REQUIRE(range);
    REQUIRE(reserved);
    CHECK(reserved->order < range->order);
    CHECK(reserved->after_runtime == "11211,27017");
    CHECK(reserved->required_by == std::vector<std::string>{"net.ipv4.ip_local_port_range"});
}

TEST_CASE("a stale tcp_tw_recycle line is named with its file and line, and is no step") {
    facts::FactSet facts = hosts::idle();
    facts.configured = {{"net.ipv4.tcp_tw_recycle", "1", "/etc/sysctl.d/50-old.conf", 7, true}};
    facts.values["config.net.ipv4.tcp_tw_recycle"] = true;
    const plan::Plan plan = hosts::plan_for(hosts::shipped_rules(), facts);
    CHECK(plan.changes.empty());
    const bool named = std::ranges::any_of(plan.advice, [](const plan::PlanAdvice& advice) {
        return advice.text.find("/etc/sysctl.d/50-old.conf:7") != std::string::npos;
    });
    CHECK(named);
}

TEST_CASE("a running value that the next boot would not set is a conflict with file and line") {
    facts::FactSet facts = hosts::idle();
    facts.values["sysctl.net.ipv4.tcp_syn_retries"] = std::int64_t{4};
    facts.configured = {{"net.ipv4.tcp_syn_retries", "5", "/etc/sysctl.d/10-net.conf", 3, true}};
    const plan::Plan plan = hosts::plan_for(hosts::shipped_rules(), facts);
    REQUIRE(plan.conflicts.size() == 1);
    CHECK(plan.conflicts[0].file == "/etc/sysctl.d/10-net.conf");
    CHECK(plan.conflicts[0].line == 3);
    CHECK(plan.conflicts[0].text == "the running value is 4, the next boot sets 5");
}

TEST_CASE("a later file that sets the planned key otherwise would win at the next boot") {
    facts::FactSet facts = hosts::churning(20000);
    facts.configured = {{"net.ipv4.tcp_tw_reuse", "2", "/etc/sysctl.d/99-sysctl.conf", 12, true}};
    const plan::Plan plan = hosts::plan_for(hosts::shipped_rules(), facts);
    REQUIRE(plan.conflicts.size() == 1);
    CHECK(plan.conflicts[0].text.find("would win over 90-tcptune.conf") != std::string::npos);
    REQUIRE(plan.changes.size() == 1);
    CHECK(plan.changes[0].before_configured == "2");
    CHECK(plan.changes[0].before_boot == "2");
}

TEST_CASE("too few sockets to matter: no dump was made, and the plan says why it is sure") {
    facts::FactSet facts = hosts::idle();
    facts.sockets.method = facts::SocketMethod::counters;
    facts.values["socket.method"] = std::string("counters");
    facts.values["socket.tcp.alloc"] = std::int64_t{300};
    facts.values["socket.tcp.time_wait_total"] = std::int64_t{40};
    facts.values["socket.tcp.time_wait_outbound"] = facts::AtMost{40};
    facts.values["socket.tcp.fin_wait2"] = facts::AtMost{40};
    facts.values["socket.tcp.bound_only"] = facts::AtMost{300};
    const plan::Plan plan = hosts::plan_for(hosts::shipped_rules(), facts);
    for (const std::string& unknown : plan.unknowns)
        MESSAGE(unknown);
    CHECK(plan.unknowns.empty());
    CHECK(plan.changes.empty());
    CHECK(plan::verdict_sentence(plan) ==
          "Nothing to change: the host has too few sockets for any destination to be past half of "
          "its 28,232 usable ports.");
}

TEST_CASE("the digest changes with the host, the boot and the expected value") {
    const plan::Plan one = hosts::plan_for(hosts::shipped_rules(), hosts::churning(20000));
    CHECK(one.digest.size() == 64);
    facts::FactSet other = hosts::churning(20000);
    other.host.boot_id = "99999999-2222-3333-4444-555555555555";
    CHECK(hosts::plan_for(hosts::shipped_rules(), other).digest != one.digest);
    other = hosts::churning(20000);
    other.values["sysctl.net.ipv4.tcp_tw_reuse"] = std::int64_t{0};
    CHECK(hosts::plan_for(hosts::shipped_rules(), other).digest != one.digest);
    CHECK(hosts::plan_for(hosts::shipped_rules(), hosts::churning(20000)).digest == one.digest);
}

TEST_CASE("at the very port where connect() becomes slow the step is there already") {
    for (const std::uint32_t count : {14070U, 14116U}) {
        CAPTURE(count);
        const plan::Plan plan = hosts::plan_for(hosts::shipped_rules(), hosts::churning(count));
        REQUIRE(plan.destinations.size() == 1);
        CHECK(plan.destinations[0].before.stage == capacity::Stage::slow);
        CHECK(hosts::change_of(plan, "net.ipv4.tcp_tw_reuse") != nullptr);
        CHECK(hosts::advises_against(plan, "net.ipv4.tcp_fin_timeout"));
    }
}

TEST_CASE("more destinations than are kept apart: nothing is said about the fullest") {
    facts::FactSet facts = hosts::idle();
    facts.sockets.more_destinations = 25000;
    const plan::Plan plan = hosts::plan_for(hosts::shipped_rules(), facts);
    CHECK_FALSE(plan.unknowns.empty());
    CHECK(plan::verdict_sentence(plan) !=
          "Nothing to change: no outbound connection holds a port.");
}

TEST_CASE("a configuration file that cannot be read is named, not passed over") {
    facts::FactSet facts = hosts::idle();
    facts.sources.push_back(
        {"/etc/sysctl.d/99-site.conf", facts::SourceStatus::denied, "permission denied"});
    const plan::Plan plan = hosts::plan_for(hosts::shipped_rules(), facts);
    REQUIRE(plan.unknowns.size() == 1);
    CHECK(plan.unknowns[0].find("/etc/sysctl.d/99-site.conf cannot be read") == 0);
}

TEST_CASE("ports of open connections are not offered to new ones") {
    const plan::Plan plan = hosts::plan_for(hosts::shipped_rules(), hosts::busy(14116));
    REQUIRE(plan.destinations.size() == 1);
    CHECK(static_cast<int>(*plan.destinations[0].before.ceiling.per_s) == 235);
}

TEST_CASE("a range that is none is unknown, not 0 or 65,536 ports") {
    facts::FactSet facts = hosts::idle();
    facts.values["sysctl.net.ipv4.ip_local_port_range"] = facts::List{60999, 32768};
    const plan::Plan plan = hosts::plan_for(hosts::shipped_rules(), facts);
    CHECK_FALSE(plan.budget.has_value());
    CHECK(plan::verdict_sentence(plan).find("The verdict is unknown") == 0);
}

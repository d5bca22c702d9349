// SPDX-License-Identifier: Apache-2.0
#include "rules/calendar.hpp"
#include "unit/rules/corpus.hpp"

#include <tcptune/rules/policy_file.hpp>

#include <doctest/doctest.h>

namespace tcptune::rules {
namespace {

std::optional<Policy> good(const std::string& name, Diagnostics& diagnostics) {
    for (const corpus::File& file : corpus::files("good"))
        if (file.name == name) return read_policy(file.name, file.text, diagnostics);
    return std::nullopt;
}

TEST_CASE("a policy has what its file says") {
    Diagnostics diagnostics;
    const auto policy = good("policy-full.toml", diagnostics);
    CHECK(diagnostics.empty());
    REQUIRE(policy.has_value());
    CHECK(policy->file == "policy-full.toml");
    CHECK(policy->name == "site");
    CHECK(policy->max_risk == Level::critical);
    CHECK(policy->min_confidence == Level::low);
    CHECK_FALSE(policy->persist);
    CHECK(policy->confirm_within_s == 120);
    REQUIRE(policy->deny.size() == 3);
    CHECK(policy->deny[1].text == "net.core.*");
    CHECK(policy->deny[1].location.line == 10);
    CHECK(policy->bounds.at("net.core.somaxconn").min == 128);
    CHECK_FALSE(policy->bounds.at("net.ipv4.tcp_max_syn_backlog").min.has_value());
    CHECK(policy->bounds.at("net.ipv4.tcp_max_syn_backlog").max == 16384);
    CHECK(policy->thresholds.at("net.ipv4.tcp_tw_reuse").at("pressure") == 0.6);
    CHECK(policy->thresholds.at("net.ipv4.tcp_tw_reuse").at("few") == 4.0);
}

TEST_CASE("a pinned value is text as a configuration file has it") {
    Diagnostics diagnostics;
    const auto policy = good("policy-full.toml", diagnostics);
    REQUIRE(policy.has_value());
    REQUIRE(policy->pins.size() == 4);
    CHECK(policy->pins[0].value == "1");
    CHECK(policy->pins[1].value == "10240 60999");
    CHECK(policy->pins[2].value == "cubic");
    CHECK(policy->pins[3].value == "0");
    CHECK(policy->pins[0].reason == "the load balancers need them");
    CHECK(policy->pins[0].location.line == 23);
    REQUIRE(policy->waivers.size() == 1);
    CHECK(policy->waivers[0].finding == "net.ipv4.tcp_fin_timeout/raise");
    CHECK(policy->waivers[0].expires == "2028-02-29");
}

TEST_CASE("what a policy leaves open has the default") {
    Diagnostics diagnostics;
    const auto policy = good("policy-least.toml", diagnostics);
    REQUIRE(policy.has_value());
    CHECK(policy->max_risk == Level::medium);
    CHECK(policy->min_confidence == Level::medium);
    CHECK(policy->persist);
    CHECK_FALSE(policy->confirm_within_s.has_value());
    CHECK(policy->deny.empty());
}

TEST_CASE("a misspelt level is told the right one") {
    Diagnostics diagnostics;
    CHECK_FALSE(
        read_policy("p.toml", "schema = 1\nname = \"x\"\nmax_risk = \"mediun\"\n", diagnostics)
            .has_value());
    REQUIRE(diagnostics.size() == 1);
    CHECK(diagnostics[0].message == "max_risk must be one of low, medium, high, critical");
    CHECK(diagnostics[0].hint == "did you mean \"medium\"?");
}

TEST_CASE("diagnostics of a second file stand behind those of the first") {
    Diagnostics diagnostics;
    (void)read_policy("z.toml", "schema = 1\n", diagnostics);
    (void)read_policy("a.toml", "schema = 1\n", diagnostics);
    REQUIRE(diagnostics.size() == 2);
    CHECK(diagnostics[0].location.file == "z.toml");
    // An earlier file's errors do not spoil a good one.
    CHECK(read_policy("b.toml", "schema = 1\nname = \"x\"\n", diagnostics).has_value());
}

TEST_CASE("only days of the calendar are days") {
    for (const char* day : {"2024-02-29", "2000-02-29", "2027-12-31", "2027-01-01", "1970-01-01"})
        CHECK_MESSAGE(is_calendar_date(day), day);
    for (const char* text : {"2027-02-29", "1900-02-29", "2027-04-31", "2027-13-01", "2027-00-10",
                             "2027-01-00", "2027-1-1", "2027-01-1", "27-01-01", "2027/01/01",
                             "2027-01-31 ", "+027-01-31", "2027--1-31", "2027-01-3a", "", "today"})
        CHECK_FALSE_MESSAGE(is_calendar_date(text), text);
}

}  // namespace
}  // namespace tcptune::rules

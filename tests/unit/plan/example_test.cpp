// SPDX-License-Identifier: Apache-2.0
#include <tcptune/plan/rule_examples.hpp>

#include <string>

#include <doctest/doctest.h>

using namespace tcptune;

namespace {

/// One rule with one example that expects `expect`.
plan::ExampleRun run(const std::string& expect, const std::string& facts) {
    const std::string text = R"(
schema = 1
[parameter]
key = "net.ipv4.tcp_syncookies"
summary = "cookies"
type = "int"
min = 0
max = 2
scope = "netns"
access = "apply"
[[recommendation]]
id = "on"
title = "off"
all = ["sysctl.net.ipv4.tcp_syncookies == 0"]
set = "1"
risk = "low"
confidence = "high"
text = "switched off"
[[advice]]
id = "note"
title = "two"
all = ["sysctl.net.ipv4.tcp_syncookies == 2"]
remedy = "application"
text = "for tests only"
[[reference]]
id = "doc"
kind = "kernel-doc"
text = "ip-sysctl"
[[example]]
name = "the example"
expect = { )" + expect + " }\n[example.facts]\n" +
                             facts + "\n";
    const rules::RuleSource source{"net.ipv4.tcp_syncookies.toml", text};
    const auto loaded = rules::load_rules({&source, 1}, rules::Parts::all);
    for (const auto& diagnostic : loaded.diagnostics)
        MESSAGE(diagnostic.message);
    REQUIRE(loaded.diagnostics.empty());
    return plan::run_examples(*loaded.rules.find("net.ipv4.tcp_syncookies"));
}

constexpr const char* off = "\"sysctl.net.ipv4.tcp_syncookies\" = 0";

}  // namespace

TEST_CASE("an example that comes out as expected is silent and counted") {
    const auto result = run("recommendation = \"on\", value = 1", off);
    CHECK(result.examples == 1);
    CHECK(result.diagnostics.empty());
}

TEST_CASE("an example with another value fails with what came out") {
    const auto result = run("recommendation = \"on\", value = 2", off);
    REQUIRE(result.diagnostics.size() == 1);
    CHECK(result.diagnostics[0].code == "TT501");
    CHECK(result.diagnostics[0].message == "example \"the example\": value is 1, expected 2");
    CHECK(result.diagnostics[0].location.line > 20);
}

TEST_CASE("verdicts: no-change and unknown are told apart") {
    CHECK(run("verdict = \"no-change\"", "\"sysctl.net.ipv4.tcp_syncookies\" = 1")
              .diagnostics.empty());
    CHECK(run("verdict = \"unknown\"", "\"kernel.version\" = \"6.1.0\"").diagnostics.empty());
    CHECK(run("verdict = \"no-change\"", "\"kernel.version\" = \"6.1.0\"").diagnostics.size() == 1);
}

TEST_CASE("the advice of an example is compared as a whole") {
    const char* two = "\"sysctl.net.ipv4.tcp_syncookies\" = 2";
    CHECK(run("verdict = \"no-change\", advice = [\"note\"]", two).diagnostics.empty());
    CHECK(run("verdict = \"no-change\", advice = []", two).diagnostics.size() == 1);
    CHECK(run("recommendation = \"on\", advice = [\"note\"]", off).diagnostics.size() == 1);
}

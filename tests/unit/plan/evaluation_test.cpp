// SPDX-License-Identifier: Apache-2.0
// How one rule is judged, with a small rule made for the test.
#include "hosts.hpp"

#include <doctest/doctest.h>

using namespace tcptune;

namespace {

constexpr std::string_view somaxconn = R"toml(
schema = 1
[parameter]
key = "net.core.somaxconn"
summary = "cap of listen() backlogs"
type = "int"
min = 1
max = 100000
scope = "netns"
access = "apply"
[threshold]
least = 1000
[[evidence]]
name = "overflow_rate"
expr = "rate(counter.TcpExt.ListenOverflows)"
text = "accept queue overflows per second"
[[constraint]]
id = "not-huge"
expr = "value <= 50000"
text = "more than 50,000 is not needed"
[[requires]]
id = "enough-memory"
all = ["host.memory_bytes >= 1 GiB"]
text = "needs a gibibyte of memory"
[[hazard]]
id = "small-host"
all = ["host.cpus < 4"]
severity = "high"
text = "few processors"
[[recommendation]]
id = "first"
title = "overflowing"
all = ["evidence.overflow_rate > 0.5", "sysctl.net.core.somaxconn < threshold.least"]
set = "threshold.least"
risk = "low"
confidence = "high"
text = "overflows"
[[recommendation]]
id = "second"
title = "tiny"
all = ["sysctl.net.core.somaxconn < 10"]
set = "60000"
risk = "low"
confidence = "high"
text = "tiny"
[[reference]]
id = "doc"
kind = "kernel-doc"
text = "ip-sysctl"
)toml";

struct Case {
    std::optional<std::int64_t> value = 128;
    std::optional<std::int64_t> overflows = 5;
    std::optional<std::int64_t> memory = std::int64_t{2} << 30;
};

plan::Finding judged(const Case& given) {
    static const rules::RuleSet rules = hosts::rules_from({{"net.core.somaxconn.toml", somaxconn}});
    facts::FactSet facts;
    facts.values["kernel.version"] = KernelVersion{6, 1, 0};
    facts.values["host.cpus"] = std::int64_t{2};
    if (given.value) facts.values["sysctl.net.core.somaxconn"] = *given.value;
    if (given.memory) facts.values["host.memory_bytes"] = *given.memory;
    if (given.overflows) {
        facts.counters["TcpExt.ListenOverflows"] = {100, 100 + *given.overflows};
        facts.window_s = 1;
    }
    plan::Evaluation evaluation = plan::evaluate(rules, facts, {});
    REQUIRE(evaluation.findings.size() == 1);
    return evaluation.findings.front();
}

}  // namespace

TEST_CASE("a condition that holds gives the value, with hazards in force") {
    const plan::Finding finding = judged({});
    CHECK(finding.status == plan::FindingStatus::recommended);
    CHECK(finding.id == "net.core.somaxconn/first");
    CHECK(finding.value == sysctl::Value{std::int64_t{1000}});
    REQUIRE(finding.hazards.size() == 1);
    CHECK(finding.hazards[0].id == "small-host");
    REQUIRE(finding.readings.size() == 2);
    CHECK(finding.readings[0].value == "5 > 0.5");
    CHECK(finding.readings[1].value == "128 < 1000");
}

TEST_CASE("a missing fact stops the search: a later recommendation does not jump in") {
    Case given;
    given.overflows.reset();
    given.value = 5;
    const plan::Finding finding = judged(given);
    CHECK(finding.status == plan::FindingStatus::unknown);
    CHECK(finding.id == "net.core.somaxconn/first");
    CHECK(finding.reason.find("TcpExt.ListenOverflows") != std::string::npos);
}

TEST_CASE("when the first does not hold, the second is asked, and a constraint can block it") {
    Case given;
    given.overflows = 0;
    given.value = 5;
    const plan::Finding finding = judged(given);
    CHECK(finding.id == "net.core.somaxconn/second");
    CHECK(finding.status == plan::FindingStatus::blocked);
    CHECK(finding.blocked_by == "not-huge");
    CHECK(finding.reason == "more than 50,000 is not needed");
}

TEST_CASE("a requirement that does not hold blocks; one that is not known leaves it unknown") {
    Case given;
    given.memory = 1 << 20;
    plan::Finding finding = judged(given);
    CHECK(finding.status == plan::FindingStatus::blocked);
    CHECK(finding.blocked_by == "enough-memory");
    given.memory.reset();
    finding = judged(given);
    CHECK(finding.status == plan::FindingStatus::unknown);
}

TEST_CASE("a value that is there already is reported as already set") {
    Case given;
    given.value = 1000;
    CHECK(judged(given).status == plan::FindingStatus::already_set);
    given.value = 4096;
    CHECK(judged(given).status == plan::FindingStatus::not_applicable);
}

TEST_CASE("a counter that shrank between two readings is unknown, not negative") {
    Case given;
    given.overflows = -50;
    const plan::Finding finding = judged(given);
    CHECK(finding.status == plan::FindingStatus::unknown);
    CHECK(finding.reason.find("went backwards") != std::string::npos);
}

TEST_CASE("one reading of a counter decides only when it never moved") {
    static const rules::RuleSet rules = hosts::rules_from({{"net.core.somaxconn.toml", somaxconn}});
    facts::FactSet facts;
    facts.values["kernel.version"] = KernelVersion{6, 1, 0};
    facts.values["sysctl.net.core.somaxconn"] = std::int64_t{128};
    facts.values["host.memory_bytes"] = std::int64_t{2} << 30;
    facts.counters["TcpExt.ListenOverflows"] = {0, std::nullopt};
    CHECK(plan::evaluate(rules, facts, {}).findings[0].status ==
          plan::FindingStatus::not_applicable);
    facts.counters["TcpExt.ListenOverflows"] = {17, std::nullopt};
    const plan::Finding finding = plan::evaluate(rules, facts, {}).findings[0];
    CHECK(finding.status == plan::FindingStatus::unknown);
    CHECK(finding.reason.find("--window") != std::string::npos);
}

TEST_CASE("Kleene: no wins over unknown in all, yes wins over unknown in any") {
    using enum plan::Truth;
    const plan::Truth no_unknown[] = {no, unknown}, yes_unknown[] = {yes, unknown};
    CHECK(plan::all_of(no_unknown) == no);
    CHECK(plan::all_of(yes_unknown) == unknown);
    CHECK(plan::any_of(no_unknown) == unknown);
    CHECK(plan::any_of(yes_unknown) == yes);
    CHECK(plan::none_of(yes_unknown) == no);
    CHECK(plan::none_of(no_unknown) == unknown);
    CHECK(plan::all_of({}) == yes);
    CHECK(plan::any_of({}) == no);
}

// SPDX-License-Identifier: Apache-2.0
#include "hosts.hpp"

#include <tcptune/plan/guard_check.hpp>

#include <doctest/doctest.h>

using namespace tcptune;

namespace {

facts::FactSet window(std::int64_t retransmissions, std::int64_t opens) {
    facts::FactSet facts = hosts::busy(100);
    facts.window_s = 10;
    for (auto& [name, reading] : facts.counters)
        reading = {1000, 1000};
    facts.counters["TcpExt.TCPSynRetrans"].second = 1000 + retransmissions;
    facts.counters["Tcp.ActiveOpens"].second = 1000 + opens;
    return facts;
}

std::vector<plan::GuardReading> guards(const facts::FactSet& facts,
                                       const rules::Policy* policy = nullptr) {
    const std::vector<std::string> keys = {"net.ipv4.no_such_key", "net.ipv4.ip_local_port_range"};
    return plan::check_guards(hosts::shipped_rules(), keys, facts, {policy, nullptr});
}

}  // namespace

TEST_CASE("a guard holds over a quiet window and is violated by a rate above its limit") {
    auto found = guards(window(10, 100));
    REQUIRE(found.size() == 2);
    CHECK(found[0].id == "net.ipv4.ip_local_port_range/syn-retransmissions");
    CHECK(found[0].key == "net.ipv4.ip_local_port_range");
    CHECK(found[0].verdict == plan::Truth::yes);
    CHECK(found[1].id == "net.ipv4.ip_local_port_range/refused-connects");
    CHECK(found[1].verdict == plan::Truth::yes);

    found = guards(window(510, 100));  // 51/s, and 5/s are normal
    CHECK(found[0].verdict == plan::Truth::no);
    CHECK(found[0].text.starts_with("SYNs that must be repeated"));
    REQUIRE(found[0].readings.size() == 1);
    CHECK(found[0].readings[0].value == "51 <= 5");
    CHECK(found[1].verdict == plan::Truth::yes);
    // Many connects bear more of them: a twentieth is normal.
    CHECK(guards(window(510, 20000))[0].verdict == plan::Truth::yes);
}

TEST_CASE("without a second reading a guard is not judged") {
    facts::FactSet facts = window(510, 100);
    facts.window_s = 0;
    const auto found = guards(facts);
    CHECK(found[0].verdict == plan::Truth::unknown);
    CHECK(found[0].readings.at(0).reason.find("two readings") != std::string::npos);
}

TEST_CASE("the site's thresholds count for guards too") {
    rules::Policy policy;
    policy.thresholds["net.ipv4.ip_local_port_range"]["syn_retrans_per_s"] = 60;
    CHECK(guards(window(510, 100), &policy)[0].verdict == plan::Truth::yes);
}

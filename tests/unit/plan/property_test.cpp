// SPDX-License-Identifier: Apache-2.0
// What must hold for every host, tried over generated ones with a fixed seed.
#include "hosts.hpp"

#include <algorithm>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

using namespace tcptune;

namespace {

/// A host somewhere between sensible and absurd.
class Generator {
public:
    explicit Generator(unsigned seed) : random_(seed) {}

    facts::FactSet host() {
        const char* kernels[] = {"3.10.0", "4.19.0", "5.10.0", "6.1.0", "6.18.44"};
        facts::FactSet facts = hosts::churning(number(0, 28232), kernels[number(0, 4)]);
        auto& destination = facts.sockets.destinations.front();
        destination.states[static_cast<std::size_t>(facts::TcpState::established)] =
            number(0, 8000);
        destination.even_ports = destination.ports_in_use() / 2;
        set(facts, "net.ipv4.tcp_tw_reuse", number(0, 2));
        set(facts, "net.ipv4.tcp_timestamps", number(0, 2));
        set(facts, "net.ipv4.tcp_fin_timeout", number(1, 120));
        set(facts, "net.ipv4.tcp_max_tw_buckets", number(0, 262144));
        set(facts, "net.ipv4.tcp_syn_retries", number(1, 10));
        const std::int64_t low = number(1024, 40000);
        facts.values["sysctl.net.ipv4.ip_local_port_range"] =
            facts::List{low, low + number(500, 20000)};
        facts.sockets.listen_ports = {22, static_cast<std::uint16_t>(number(1024, 60000))};
        std::ranges::sort(facts.sockets.listen_ports);
        facts.values["socket.tcp.listen_ports"] =
            facts::List(facts.sockets.listen_ports.begin(), facts.sockets.listen_ports.end());
        for (auto& [name, reading] : facts.counters)
            reading = {10, 10 + number(0, 3)};
        facts.window_s = 1;
        return facts;
    }

    std::uint32_t number(std::uint32_t low, std::uint32_t high) {
        return low + static_cast<std::uint32_t>(random_() % (high - low + 1));
    }

private:
    static void set(facts::FactSet& facts, std::string_view key, std::int64_t value) {
        facts.values["sysctl." + std::string(key)] = value;
    }

    std::mt19937 random_;
};

std::string summary(const plan::Plan& plan) {
    std::string text = plan.digest + plan::verdict_sentence(plan);
    for (const auto& change : plan.changes)
        text += change.key + change.after_runtime + change.rule_id;
    for (const auto& finding : plan.findings)
        text += finding.id + finding.title;
    for (const auto& refusal : plan.refusals)
        text += refusal.key + refusal.reason;
    for (const auto& unknown : plan.unknowns)
        text += unknown;
    return text;
}

/// The facts as they would be once the plan's steps are made. What the counters saw belongs to the
/// time before: a step that answers an overflow may be due again only when it overflows again.
facts::FactSet applied(facts::FactSet facts, const plan::Plan& plan) {
    for (const auto& change : plan.changes) {
        const auto type = hosts::shipped_rules().find(change.key)->parameter.type;
        const auto value = sysctl::parse_value(type, change.after_runtime);
        REQUIRE(value.has_value());
        facts.values["sysctl." + change.key] = plan::to_fact(*value);
    }
    for (auto& [name, reading] : facts.counters)
        reading.second = reading.first;
    return facts;
}

constexpr unsigned rounds = 150;

}  // namespace

TEST_CASE("the same facts give the same plan") {
    for (unsigned seed = 0; seed < rounds; ++seed) {
        CAPTURE(seed);
        const facts::FactSet facts = Generator(seed).host();
        CHECK(summary(hosts::plan_for(hosts::shipped_rules(), facts)) ==
              summary(hosts::plan_for(hosts::shipped_rules(), facts)));
    }
}

TEST_CASE("every step is in the catalog, is a value the key takes, and changes something") {
    for (unsigned seed = 0; seed < rounds; ++seed) {
        CAPTURE(seed);
        const plan::Plan plan = hosts::plan_for(hosts::shipped_rules(), Generator(seed).host());
        for (const auto& change : plan.changes) {
            CAPTURE(change.key);
            const rules::Rule* rule = hosts::shipped_rules().find(change.key);
            REQUIRE(rule);
            CHECK(rule->parameter.access == sysctl::Access::apply);
            const auto value = sysctl::parse_value(rule->parameter.type, change.after_runtime);
            REQUIRE(value.has_value());
            CHECK_FALSE(sysctl::check_value(rule->parameter, *value).has_value());
            CHECK(change.before_runtime != change.after_runtime);
        }
    }
}

TEST_CASE("a plan applied to its own facts leaves nothing to do") {
    std::size_t with_steps = 0;
    for (unsigned seed = 0; seed < rounds; ++seed) {
        CAPTURE(seed);
        const facts::FactSet facts = Generator(seed).host();
        const plan::Plan plan = hosts::plan_for(hosts::shipped_rules(), facts);
        with_steps += plan.changes.empty() ? 0 : 1;
        const plan::Plan again = hosts::plan_for(hosts::shipped_rules(), applied(facts, plan));
        for (const auto& change : again.changes) {
            // A value may open the way for another key; the same key is never planned twice.
            CAPTURE(change.key);
            CHECK(hosts::change_of(plan, change.key) == nullptr);
        }
    }
    CHECK(with_steps > rounds / 4);
}

TEST_CASE("a fact that is taken away gives unknown or nothing, never another verdict") {
    for (unsigned seed = 0; seed < 30; ++seed) {
        const facts::FactSet whole = Generator(seed).host();
        const auto before = plan::evaluate(hosts::shipped_rules(), whole, {});
        for (const auto& [name, value] : whole.values) {
            // has() is the one function that sees what is missing.
            if (name.starts_with("config.")) continue;
            CAPTURE(seed);
            CAPTURE(name);
            facts::FactSet less = whole;
            less.values[name] = facts::Unknown{"taken away"};
            const auto after = plan::evaluate(hosts::shipped_rules(), less, {});
            REQUIRE(after.findings.size() == before.findings.size());
            for (std::size_t at = 0; at < after.findings.size(); ++at) {
                const plan::Finding& was = before.findings[at];
                const plan::Finding& is = after.findings[at];
                CAPTURE(was.key);
                const bool newly = is.status == plan::FindingStatus::recommended &&
                                   was.status != plan::FindingStatus::recommended;
                CHECK_FALSE(newly);
                if (is.status == plan::FindingStatus::recommended &&
                    was.status == plan::FindingStatus::recommended)
                    CHECK(is.value == was.value);
            }
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
#include "hosts.hpp"

#include <tcptune/plan/explanation.hpp>

#include <string>

#include <doctest/doctest.h>

using namespace tcptune;

namespace {

/// All texts of a tree, one a line with its verdict.
std::string flat(const plan::Explanation& node) {
    std::string text = node.verdict + " " + node.text + " " + node.value + "\n";
    for (const plan::Explanation& child : node.children)
        text += flat(child);
    return text;
}

std::string explained(const facts::FactSet& facts, std::string_view key, bool why_not = false) {
    const auto& rules = hosts::shipped_rules();
    const rules::Policy policy;
    const rules::Profile profile;
    const plan::Evaluation evaluation = plan::evaluate(rules, facts, {&policy, &profile});
    const rules::Rule* rule = rules.find(key);
    REQUIRE(rule);
    return flat(plan::explain(*rule, evaluation, policy, why_not));
}

bool has(const std::string& text, std::string_view part) {
    return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("explain shows the value, its default here, and each condition with its numbers") {
    const std::string text = explained(hosts::churning(20000), "net.ipv4.tcp_tw_reuse");
    CHECK(has(text, "net.ipv4.tcp_tw_reuse = 2"));
    CHECK(has(text, "default on this kernel: 2"));
    CHECK(has(text, "here: recommended: 1, risk low"));
    CHECK(has(text, "0.708"));
    CHECK(has(text, "> 0.49"));
}

TEST_CASE("explain says which fact is missing and why") {
    facts::FactSet facts = hosts::idle();
    facts.sockets = {};
    facts.sources = {{"sock_diag", facts::SourceStatus::denied, "permission denied"}};
    const std::string text = explained(facts, "net.ipv4.tcp_tw_reuse");
    CHECK(has(text, "here: not known: the socket table could not be read: permission denied"));
}

TEST_CASE("--why-not keeps only what speaks against the advice") {
    const std::string text = explained(hosts::idle(), "net.ipv4.tcp_tw_reuse", true);
    CHECK(has(text, "would be advised if, besides what holds"));
    CHECK(has(text, "no "));
    CHECK_FALSE(has(text, "yes sysctl.net.ipv4.tcp_tw_reuse"));
}

TEST_CASE("explain names the myth that tcp_fin_timeout shortens TIME_WAIT") {
    const std::string text = explained(hosts::idle(), "net.ipv4.tcp_fin_timeout");
    CHECK(has(text, "TIME_WAIT"));
    CHECK(has(text, "myths"));
}

TEST_CASE("explain shows the facts for this kernel only") {
    const std::string old = explained(hosts::idle("5.10.0"), "net.ipv4.tcp_max_tw_buckets");
    const std::string now = explained(hosts::idle("6.18.44"), "net.ipv4.tcp_max_tw_buckets");
    CHECK(old != now);
}

// SPDX-License-Identifier: Apache-2.0
#include "unit/rules/corpus.hpp"
#include "unit/rules/texts.hpp"

#include <tcptune/rules/rule_lint.hpp>

#include <doctest/doctest.h>

namespace tcptune::rules {
namespace {

const std::string reference = "[[reference]]\nid = \"d\"\nkind = \"rfc\"\ntext = \"x\"\n";

std::string example(const std::string& expect, const std::string& facts = "") {
    return "[[example]]\nname = \"x\"\nexpect = { " + expect + " }\n[example.facts]\n" + facts +
           "\n";
}

/// "TT603 no example shows ..." per line.
std::string lint_text(const std::string& rest) {
    const LoadedRules loaded = texts::load(rest);
    REQUIRE(corpus::places(loaded.diagnostics) == "");
    std::string text;
    for (const Diagnostic& diagnostic : lint(*loaded.rules.find("net.core.somaxconn"))) {
        CHECK(diagnostic.severity == DiagnosticSeverity::warning);
        text += diagnostic.code + ' ' + diagnostic.message + '\n';
    }
    return text;
}

TEST_CASE("a rule without a reference is a claim") {
    CHECK(lint_text("") == "TT601 no [[reference]] says where this comes from\n");
    CHECK(lint_text(reference) == "");
}

TEST_CASE("evidence and thresholds that nothing reads are named") {
    const std::string tables =
        "[threshold]\nused = 1\nidle = 2\n"
        "[[evidence]]\nname = \"idle\"\nexpr = \"host.cpus\"\ntext = \"x\"\n"
        "[[evidence]]\nname = \"used\"\nexpr = \"host.cpus\"\ntext = \"x\"\n"
        "[[constraint]]\nid = \"c\"\nexpr = \"evidence.used > threshold.used\"\ntext = \"x\"\n";
    CHECK(lint_text(tables + reference) ==
          "TT602 nothing uses evidence 'idle'\nTT605 nothing uses threshold 'idle'\n");
}

TEST_CASE("a recommendation is shown firing, not firing and with a missing fact") {
    const std::string rule =
        texts::recommendation("raise", "\"host.cpus > 1\", \"has(sysctl.net.core.somaxconn)\"") +
        reference;
    CHECK(lint_text(rule) ==
          "TT603 no example shows 'raise' firing\n"
          "TT603 no example shows 'raise' not firing\n"
          "TT603 no example shows 'raise' with a missing fact\n");
    const std::string fires = example("recommendation = \"raise\"", "\"host.cpus\" = 4");
    const std::string quiet = example("verdict = \"no-change\"", "\"host.cpus\" = 1");
    CHECK(lint_text(rule + fires + quiet) ==
          "TT603 no example shows 'raise' with a missing fact\n");
    CHECK(lint_text(rule + fires + quiet + example("verdict = \"unknown\"")) == "");
}

TEST_CASE("an example that gives every fact a condition reads shows nothing missing") {
    const std::string rule =
        "[[evidence]]\nname = \"e\"\nexpr = \"host.memory_bytes / host.cpus\"\ntext = \"x\"\n" +
        texts::recommendation("raise", "\"evidence.e > 1\", \"rate(counter.TcpExt.TW) > 1\"") +
        reference + example("recommendation = \"raise\"") + example("verdict = \"no-change\"");
    const std::string all =
        "\"host.memory_bytes\" = 1\n\"host.cpus\" = 1\n\"rate(counter.TcpExt.TW)\" = 1\n";
    CHECK(lint_text(rule + example("verdict = \"unknown\"", all)) ==
          "TT603 no example shows 'raise' with a missing fact\n");
    CHECK(lint_text(rule + example("verdict = \"unknown\"",
                                   "\"host.memory_bytes\" = 1\n\"host.cpus\" = 1\n")) == "");
    CHECK(lint_text(rule + example("verdict = \"unknown\"",
                                   "\"host.cpus\" = 1\n\"rate(counter.TcpExt.TW)\" = 1\n")) == "");
}

TEST_CASE(
    "a blocked recommendation was not shown firing; a later one that fires shows the first"
    " not firing") {
    const std::string rule =
        "[[constraint]]\nid = \"c\"\nexpr = \"value > host.cpus\"\ntext = \"x\"\n" +
        texts::recommendation("first", "\"host.cpus > 8\"") +
        texts::recommendation("second", "\"host.cpus > 4\"") + reference +
        example("recommendation = \"first\", blocked_by = \"c\"") +
        example("recommendation = \"second\"") + example("verdict = \"unknown\"");
    CHECK(lint_text(rule) ==
          "TT603 no example shows 'first' firing\n"
          "TT603 no example shows 'second' not firing\n");
}

}  // namespace
}  // namespace tcptune::rules

// SPDX-License-Identifier: Apache-2.0
#include "unit/rules/corpus.hpp"
#include "unit/rules/texts.hpp"

#include <tcptune/rules/rule_lint.hpp>

#include <string>

#include <doctest/doctest.h>

namespace tcptune::rules {
namespace {

const std::string lint_text = R"toml([[lint]]
id       = "too-small"
category = "harmful-value"
severity = "warning"
title    = "The queue is shorter than the default"
all      = ["value < threshold.small"]
none     = ["has(config.net.core.somaxconn)"]
text     = "x"
mend     = "Write 4096."
set      = "max(4096, value)"
fires    = ["127", "net.core.somaxconn = 1\nnet.core.somaxconn = 2\n"]
silent   = "128"
reference = "measured"
)toml";
const std::string reference_text =
    "[[reference]]\nid = \"measured\"\nkind = \"experiment\"\ntext = \"x\"\n";
const std::string threshold_text = "[threshold]\nsmall = 128\n";

TEST_CASE("a lint is read with everything that a finding needs") {
    const LoadedRules loaded = texts::load(threshold_text + lint_text + reference_text);
    REQUIRE(corpus::places(loaded.diagnostics) == "");
    const Rule& rule = *loaded.rules.find("net.core.somaxconn");
    REQUIRE(rule.lints.size() == 1);
    const LintEntry& lint = rule.lints[0];
    CHECK(lint.id == "too-small");
    CHECK(lint.category == "harmful-value");
    CHECK(lint.severity == "warning");
    CHECK(lint.title == "The queue is shorter than the default");
    CHECK(lint.condition.all.size() == 1);
    CHECK(lint.condition.none.size() == 1);
    CHECK(lint.mend == "Write 4096.");
    CHECK_FALSE(lint.remove);
    CHECK(lint.set.size() == 1);
    CHECK(lint.fires ==
          std::vector<std::string>{"127", "net.core.somaxconn = 1\nnet.core.somaxconn = 2\n"});
    CHECK(lint.silent == std::vector<std::string>{"128"});
    CHECK(lint.kernel == "6.1.0");
    CHECK(lint.reference == "measured");
    CHECK(lint.location.line == 12);
    // The threshold is used by the lint alone.
    for (const Diagnostic& diagnostic : tcptune::rules::lint(rule))
        CHECK(diagnostic.code != "TT605");
}

TEST_CASE("a run that only plans does not read lints, and one that explains does") {
    const std::string text = threshold_text + lint_text + reference_text;
    const LoadedRules advice = texts::load(text, Parts::advice);
    CHECK(advice.rules.find("net.core.somaxconn")->lints.empty());
    CHECK(advice.rules.find("net.core.somaxconn")->thresholds.size() == 1);
    const LoadedRules declaration = texts::load(text, Parts::declaration);
    CHECK(declaration.rules.find("net.core.somaxconn")->lints.empty());
    const LoadedRules knowledge = texts::load(text, Parts::knowledge);
    CHECK(knowledge.rules.find("net.core.somaxconn")->lints.size() == 1);
    // Not even a broken one is in the way of a plan.
    CHECK(texts::load("[[lint]]\nid = 1\n", Parts::advice).diagnostics.empty());
    CHECK_FALSE(texts::load("[[lint]]\nid = 1\n", Parts::knowledge).diagnostics.empty());
}

TEST_CASE("a disabled rule has no lints") {
    std::vector<RuleSource> sources{
        texts::source("net.core.somaxconn", threshold_text + lint_text + reference_text)};
    sources[0].disabled = true;
    const LoadedRules loaded = load_rules(sources, Parts::all);
    REQUIRE(loaded.rules.find("net.core.somaxconn"));
    CHECK(loaded.rules.find("net.core.somaxconn")->lints.empty());
}

TEST_CASE("a lint stands after what decides and before the examples") {
    const std::string text = threshold_text + lint_text + reference_text;
    CHECK(texts::load(text).diagnostics.empty());
    const LoadedRules late = texts::load(lint_text + threshold_text + reference_text);
    REQUIRE(late.diagnostics.size() == 1);
    CHECK(late.diagnostics[0].code == "TT604");
    CHECK(late.diagnostics[0].hint ==
          "first what decides, then [[lint]], [[myth]], [[note]], [[reference]], then [[example]]");
}

TEST_CASE("what a myth is recognised by is a pattern or nothing") {
    const auto places = [](const std::string& pattern) {
        return corpus::places(texts::load("[[myth]]\nid = \"x\"\nclaim = \"x\"\ntruth = \"x\"\n"
                                          "pattern = '" +
                                          pattern + "'\n")
                                  .diagnostics);
    };
    CHECK(places("") == "");
    CHECK(places("(TIME.?WAIT|默认值?)") == "");
    CHECK(places("time(") == "TT204 14:12\n");
    CHECK(places("\\bport") == "TT204 14:12\n");
}

}  // namespace
}  // namespace tcptune::rules

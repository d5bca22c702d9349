// SPDX-License-Identifier: Apache-2.0
#include <tcptune/lint/lint_examples.hpp>

#include <string>
#include <vector>

#include <doctest/doctest.h>

namespace tcptune::lint {
namespace {

rules::RuleSet rule_with(const std::string& lists) {
    const rules::RuleSource source{
        .file = "net.core.somaxconn.toml",
        .text =
            "schema = 1\n[parameter]\nkey = \"net.core.somaxconn\"\nsummary = \"x\"\n"
            "type = \"int\"\nmin = 0\nmax = 65535\nscope = \"netns\"\naccess = \"apply\"\n"
            "[[parameter.default]]\nvalue = 128\nuntil = \"5.4\"\n"
            "[[parameter.default]]\nvalue = 4096\nsince = \"5.4\"\n"
            "[[lint]]\nid = \"short\"\ncategory = \"harmful-value\"\nseverity = \"warning\"\n"
            "title = \"x\"\nall = [\"value < 128\", \"kernel.version >= v5.4\"]\n"
            "text = \"x\"\nmend = \"x\"\n" +
            lists};
    rules::LoadedRules loaded = rules::load_rules({&source, 1}, rules::Parts::all);
    REQUIRE(loaded.diagnostics.empty());
    return std::move(loaded.rules);
}

ExampleRun run(const std::string& lists) {
    const rules::RuleSet rules = rule_with(lists);
    return run_examples(*rules.find("net.core.somaxconn"), rules, {});
}

TEST_CASE("a value stands for a line that sets the key, a text for itself") {
    CHECK(example_text("net.core.somaxconn", "100") == "net.core.somaxconn = 100\n");
    CHECK(example_text("net.core.somaxconn", "a.b = 1\nc = 2") == "a.b = 1\nc = 2");
}

TEST_CASE("a lint that fires and is silent where it says so passes") {
    const ExampleRun good =
        run("fires = [\"127\", \"net.core.somaxconn=0\\nnet.core.somaxconn = 4096\\n\"]\n"
            "silent = [\"128\", \"net.core.netdev_max_backlog = 1\"]\n");
    CHECK(good.examples == 4);
    CHECK(good.diagnostics.empty());
}

TEST_CASE("a lint that does otherwise is reported with the text and the side it stands on") {
    const ExampleRun bad = run("fires = [\"127\", \"128\"]\nsilent = [\"1\\u001b\", \"126\"]\n");
    CHECK(bad.examples == 4);
    REQUIRE(bad.diagnostics.size() == 2);
    CHECK(bad.diagnostics[0].code == "TT501");
    CHECK(bad.diagnostics[0].message == "lint \"short\" is silent about \"128\"");
    CHECK(bad.diagnostics[0].hint == "it stands in fires");
    CHECK(bad.diagnostics[0].location.line == 16);
    CHECK(bad.diagnostics[0].location.file == "net.core.somaxconn.toml");
    CHECK(bad.diagnostics[1].message == "lint \"short\" reports \"126\"");
    CHECK(bad.diagnostics[1].hint == "it stands in silent");
}

TEST_CASE("a lint is tried on the kernel that it names") {
    CHECK(run("fires = [\"1\"]\nsilent = [\"128\"]\nkernel = \"6.18\"\n").diagnostics.empty());
    CHECK(run("fires = [\"1\"]\nsilent = [\"128\"]\nkernel = \"4.18\"\n").diagnostics.size() == 1);
}

}  // namespace
}  // namespace tcptune::lint

// SPDX-License-Identifier: Apache-2.0
#include "unit/rules/corpus.hpp"
#include "unit/rules/texts.hpp"

#include <tcptune/base/diagnostic_codes.hpp>

#include <algorithm>

#include <doctest/doctest.h>

namespace tcptune::rules {
namespace {

TEST_CASE("the order of the files changes nothing") {
    std::vector<RuleSource> sources = corpus::good_rules();
    for (const corpus::File& file : corpus::files("bad"))
        if (file.name.starts_with("rule-")) sources.push_back({"bad/" + file.name, file.text});
    const LoadedRules forward = load_rules(sources, Parts::all);
    std::ranges::reverse(sources);
    const LoadedRules backward = load_rules(sources, Parts::all);
    CHECK(forward.diagnostics.size() > 100);
    CHECK(forward.diagnostics == backward.diagnostics);
    CHECK(forward.rules.all().size() == backward.rules.all().size());
}

TEST_CASE("a file with an error is left out and the others stay") {
    const std::vector<RuleSource> sources{
        texts::source("net.core.somaxconn", "[[note]]\n"),
        texts::source("net.ipv4.tcp_timestamps", "[[note]]\ntext = \"x\"\n")};
    const LoadedRules loaded = load_rules(sources, Parts::all);
    CHECK(loaded.diagnostics.size() == 1);
    CHECK(loaded.rules.find("net.core.somaxconn") == nullptr);
    CHECK(loaded.rules.find("net.ipv4.tcp_timestamps") != nullptr);
}

TEST_CASE("expressions see the keys of all files, also of one that has an error elsewhere") {
    const std::vector<RuleSource> sources{
        texts::source("net.core.somaxconn",
                      texts::recommendation("r", "\"sysctl.net.ipv4.tcp_timestamps > 0\"")),
        texts::source("net.ipv4.tcp_timestamps", "[[note]]\n")};
    const LoadedRules loaded = load_rules(sources, Parts::all);
    REQUIRE(loaded.diagnostics.size() == 1);
    CHECK(loaded.diagnostics[0].code == codes::missing_member);
    CHECK(loaded.rules.find("net.core.somaxconn") != nullptr);
}

TEST_CASE("a file that cannot be read at all is the only one reported") {
    const std::string reads =
        "\"sysctl.net.ipv4.tcp_timestamps > 0\", "
        "\"config.net.ipv4.tcp_timestamps > 0\"";
    RuleSource broken = texts::source("net.ipv4.tcp_timestamps", "");
    broken.text = "schema = 1\n[parameter\n";
    const std::vector<RuleSource> sources{
        texts::source("net.core.somaxconn", texts::recommendation("r", reads)), broken,
        texts::source("net.ipv4.tcp_syncookies", "")};
    const LoadedRules loaded = load_rules(sources, Parts::all);
    REQUIRE(loaded.diagnostics.size() == 1);
    CHECK(loaded.diagnostics[0].location.file == "rules/net.ipv4.tcp_timestamps.toml");
    // Not loaded without its condition either.
    CHECK(loaded.rules.find("net.core.somaxconn") == nullptr);
    CHECK(loaded.rules.find("net.ipv4.tcp_syncookies") != nullptr);
}

TEST_CASE("a key that no file speaks about is reported next to a broken file") {
    RuleSource broken = texts::source("net.ipv4.tcp_timestamps", "");
    broken.text = "schema = 1\n[parameter\n";
    const std::vector<RuleSource> sources{
        texts::source("net.core.somaxconn",
                      texts::recommendation("r", "\"sysctl.net.ipv4.tcp_timestamp > 0\"")),
        broken};
    const LoadedRules loaded = load_rules(sources, Parts::all);
    REQUIRE(loaded.diagnostics.size() == 2);
    CHECK(loaded.diagnostics[0].code == codes::unknown_name);
}

TEST_CASE("a disabled file gives no advice but its key and behaviours stay known") {
    RuleSource disabled =
        texts::source("net.ipv4.tcp_timestamps",
                      "[threshold]\nlimit = 3\n"
                      "[[behaviour]]\nname = \"floor_s\"\nvalue = 2\ntext = \"x\"\n" +
                          texts::recommendation("bad", "\"no.such_fact > 1\"") + "[[note]]\n");
    disabled.disabled = true;
    const std::vector<RuleSource> sources{
        texts::source("net.core.somaxconn",
                      texts::recommendation("r", "\"sysctl.net.ipv4.tcp_timestamps > 0\"")),
        disabled};
    const LoadedRules loaded = load_rules(sources, Parts::all);
    CHECK(loaded.diagnostics.empty());
    REQUIRE(loaded.rules.find("net.core.somaxconn") != nullptr);
    CHECK_FALSE(loaded.rules.find("net.core.somaxconn")->disabled);
    const Rule* rule = loaded.rules.find("net.ipv4.tcp_timestamps");
    REQUIRE(rule != nullptr);
    CHECK(rule->disabled);
    CHECK(rule->recommendations.empty());
    CHECK(rule->threshold("limit") == 3.0);
    CHECK(loaded.rules.behaviour("floor_s", KernelVersion{6, 1, 0}) != nullptr);
}

TEST_CASE("of two files with one key the first by name has it") {
    RuleSource second = texts::source("net.core.somaxconn", "");
    second.file = "site/net.core.somaxconn.toml";
    const std::vector<RuleSource> sources{second, texts::source("net.core.somaxconn", "")};
    const LoadedRules loaded = load_rules(sources, Parts::all);
    REQUIRE(loaded.diagnostics.size() == 1);
    CHECK(loaded.diagnostics[0].code == codes::duplicate_parameter);
    CHECK(loaded.diagnostics[0].location.file == "site/net.core.somaxconn.toml");
    CHECK(loaded.diagnostics[0].hint ==
          "the other declaration is in rules/net.core.somaxconn.toml");
    REQUIRE(loaded.rules.find("net.core.somaxconn") != nullptr);
    CHECK(loaded.rules.find("net.core.somaxconn")->file == "rules/net.core.somaxconn.toml");
}

TEST_CASE("a run that skips the examples reads the same rules") {
    const LoadedRules with = load_rules(corpus::good_rules(), Parts::all);
    const LoadedRules without = load_rules(corpus::good_rules(), Parts::knowledge);
    CHECK(without.diagnostics.empty());
    CHECK(without.rules.all().size() == with.rules.all().size());
    const Rule& rule = *without.rules.find("net.ipv4.tcp_tw_reuse");
    CHECK(rule.examples.empty());
    CHECK(with.rules.find("net.ipv4.tcp_tw_reuse")->examples.size() == 3);
    CHECK(rule.references.size() == 1);
}

TEST_CASE("examples are not even parsed when they are skipped") {
    const std::string rest = "[[note]]\ntext = \"x\"\n[[example]]\nthis is not TOML\n";
    CHECK(texts::load(rest, Parts::knowledge).diagnostics.empty());
    CHECK(texts::load(rest, Parts::all).diagnostics.size() == 1);
}

TEST_CASE("a table behind the examples is refused either way, because a skipping run loses it") {
    const std::string rest =
        "[[example]]\nname = \"x\"\nexpect = { verdict = \"unknown\" }\n[[note]]\ntext = \"x\"\n";
    for (const Parts mode : {Parts::knowledge, Parts::all}) {
        const LoadedRules loaded = texts::load(rest, mode);
        REQUIRE(loaded.diagnostics.size() == 1);
        CHECK(loaded.diagnostics[0].code == codes::examples_not_last);
        CHECK(loaded.diagnostics[0].location.line == 13);
        CHECK(loaded.rules.all().empty());
    }
}

TEST_CASE("256 entries of a kind are read, one more is refused") {
    std::string notes;
    for (int i = 0; i < 256; ++i)
        notes += "[[note]]\ntext = \"x\"\n";
    const LoadedRules most = texts::load(notes);
    REQUIRE(most.diagnostics.empty());
    CHECK(most.rules.find("net.core.somaxconn")->notes.size() == 256);
    const LoadedRules more = texts::load(notes + "[[note]]\ntext = \"x\"\n");
    REQUIRE(more.diagnostics.size() == 1);
    CHECK(more.diagnostics[0].code == codes::too_large);
    CHECK(more.diagnostics[0].message == "more than 256 entries [[note]]");
}

TEST_CASE("a behaviour is found by its name and the kernel") {
    const LoadedRules loaded = texts::load(
        "[[behaviour]]\nname = \"floor_s\"\nvalue = 2\nuntil = \"4.18\"\ntext = \"x\"\n"
        "[[behaviour]]\nname = \"floor_s\"\nvalue = 1\nsince = \"4.18\"\nuntil = \"6.14\"\n"
        "text = \"x\"\n");
    REQUIRE(loaded.diagnostics.empty());
    const auto at = [&](std::uint32_t major, std::uint32_t minor) {
        return loaded.rules.behaviour("floor_s", KernelVersion{major, minor, 0});
    };
    CHECK(at(3, 10)->number == 2.0);
    CHECK(at(4, 18)->number == 1.0);
    CHECK(at(6, 13)->number == 1.0);
    CHECK(at(6, 14) == nullptr);
    CHECK(loaded.rules.behaviour("none", KernelVersion{4, 18, 0}) == nullptr);
}

TEST_CASE("the schema types a sysctl as its parameter and names the ones there are") {
    const LoadedRules loaded = load_rules(corpus::good_rules(), Parts::knowledge);
    const facts::FactSchema schema = schema_for(loaded.rules);
    using facts::Type;
    CHECK(schema.type_of("sysctl.net.ipv4.tcp_abort_on_overflow") == Type::boolean);
    CHECK(schema.type_of("sysctl.net.ipv4.tcp_timestamps") == Type::integer);
    CHECK(schema.type_of("config.net.ipv4.tcp_tw_reuse") == Type::integer);
    CHECK(schema.type_of("sysctl.net.ipv4.ip_local_port_range") == Type::list);
    CHECK(schema.type_of("sysctl.net.ipv4.ip_local_reserved_ports") == Type::list);
    CHECK(schema.type_of("config.net.ipv4.tcp_congestion_control") == Type::text);
    CHECK_FALSE(schema.type_of("sysctl.net.core.somaxconn").has_value());
}

TEST_CASE("the catalog has every parameter that was read") {
    const LoadedRules loaded = load_rules(corpus::good_rules(), Parts::knowledge);
    const sysctl::ParameterCatalog catalog = loaded.rules.catalog();
    CHECK(catalog.all().size() == loaded.rules.all().size());
    REQUIRE(catalog.find("net.ipv4.tcp_tw_reuse") != nullptr);
    CHECK(catalog.find("net.ipv4.tcp_tw_reuse")->members.size() == 3);
}

}  // namespace
}  // namespace tcptune::rules

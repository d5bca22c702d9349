// SPDX-License-Identifier: Apache-2.0
#include "unit/rules/corpus.hpp"
#include "unit/rules/texts.hpp"

#include <doctest/doctest.h>

namespace tcptune::rules {
namespace {

const Rule& reuse() {
    static const LoadedRules loaded = load_rules(corpus::good_rules(), Parts::all);
    return *loaded.rules.find("net.ipv4.tcp_tw_reuse");
}

TEST_CASE("a rule has all that its file says") {
    const Rule& rule = reuse();
    CHECK(rule.file == "common/net.ipv4.tcp_tw_reuse.toml");
    CHECK(rule.key() == "net.ipv4.tcp_tw_reuse");
    CHECK(rule.threshold("pressure") == 0.5);
    CHECK(rule.threshold("few") == 3.0);
    CHECK_FALSE(rule.threshold("many").has_value());
    CHECK(rule.behaviours.at(0).number == 60.0);
    CHECK(rule.behaviours.at(1).word == "low-parity-first");
    CHECK(rule.behaviours.at(1).kernels.since == KernelVersion{4, 6, 0});
    CHECK(rule.notes.at(0).reference == "doc");
    CHECK(rule.myths.at(0).pattern == "reuse.*NAT");
    CHECK(rule.references.at(0).kind == "kernel-doc");
    CHECK(rule.guards.at(0).condition.all.size() == 1);
    CHECK_FALSE(rule.constraints.at(0).advice);
    CHECK(rule.constraints.at(1).advice);
}

TEST_CASE("a recommendation is compiled: typed conditions, value, levels") {
    const Recommendation& enable = reuse().recommendations.at(0);
    CHECK(enable.condition.all.size() == 2);
    CHECK(enable.condition.none.size() == 1);
    CHECK(enable.condition.all[0].type == facts::Type::boolean);
    REQUIRE(enable.set.size() == 1);
    CHECK(enable.set[0].text == "1");
    CHECK_FALSE(enable.unset);
    CHECK(enable.goal == "connection-rate");
    CHECK(enable.risk == Level::low);
    CHECK(enable.confidence == Level::high);
    CHECK(enable.severity == Severity::critical);
    CHECK(enable.location.line == 90);
    const Recommendation& drop = reuse().recommendations.at(1);
    CHECK(drop.unset);
    CHECK(drop.set.empty());
    CHECK(drop.severity == Severity::warning);
}

TEST_CASE("requirements and hazards are about a value when they say so") {
    const Requirement& timestamps = reuse().requirements.at(0);
    CHECK(timestamps.for_value == sysctl::Value{std::int64_t{1}});
    REQUIRE(timestamps.satisfy.has_value());
    CHECK(timestamps.satisfy->key == "net.ipv4.tcp_timestamps");
    CHECK(timestamps.satisfy->set.at(0).text == "1");
    CHECK(reuse().hazards.at(0).condition.empty());
    CHECK(reuse().hazards.at(0).severity == Level::medium);
    CHECK_FALSE(reuse().hazards.at(1).for_value.has_value());
}

TEST_CASE("evidence stands behind the evidence that it reads") {
    const std::vector<Evidence>& evidence = reuse().evidence;
    REQUIRE(evidence.size() == 2);
    CHECK(evidence[0].name == "share");
    CHECK(evidence[0].expr.type == facts::Type::real);
    CHECK(evidence[1].name == "excess");
    CHECK(reuse().find_evidence("excess") == &evidence[1]);
    CHECK(reuse().find_evidence("none") == nullptr);
}

TEST_CASE("evidence that many others read is typed once and in order") {
    std::string rest;
    for (int i = 12; i > 0; --i)
        rest += "[[evidence]]\nname = \"e" + std::to_string(i) + "\"\nexpr = \"evidence.e" +
                std::to_string(i - 1) + " + evidence.e" + std::to_string(i - 1) +
                "\"\ntext = \"x\"\n";
    rest += "[[evidence]]\nname = \"e0\"\nexpr = \"host.cpus\"\ntext = \"x\"\n";
    const LoadedRules loaded = texts::load(rest);
    CHECK(corpus::places(loaded.diagnostics) == "");
    const Rule& rule = *loaded.rules.find("net.core.somaxconn");
    REQUIRE(rule.evidence.size() == 13);
    for (std::size_t i = 0; i < 13; ++i)
        CHECK(rule.evidence[i].name == "e" + std::to_string(i));
    CHECK(rule.evidence.back().expr.type == facts::Type::integer);
}

TEST_CASE("evidence that doubles with every level is refused before it is ever evaluated") {
    std::string rest = "[[evidence]]\nname = \"e0\"\nexpr = \"host.cpus\"\ntext = \"x\"\n";
    for (int i = 1; i < 16; ++i)
        rest += "[[evidence]]\nname = \"e" + std::to_string(i) + "\"\nexpr = \"evidence.e" +
                std::to_string(i - 1) + " + evidence.e" + std::to_string(i - 1) +
                "\"\ntext = \"x\"\n";
    const LoadedRules loaded = texts::load(rest);
    REQUIRE(loaded.diagnostics.size() == 1);
    CHECK(loaded.diagnostics[0].code == "TT305");
    CHECK(loaded.rules.all().empty());
}

TEST_CASE("a cycle of evidence is named once, whatever reads it") {
    const LoadedRules loaded = texts::load(
        "[[evidence]]\nname = \"a\"\nexpr = \"evidence.b + evidence.b\"\ntext = \"x\"\n"
        "[[evidence]]\nname = \"b\"\nexpr = \"evidence.a\"\ntext = \"x\"\n" +
        texts::recommendation("r", "\"evidence.b > 1\", \"evidence.a > 1\""));
    REQUIRE(loaded.diagnostics.size() == 1);
    CHECK(loaded.diagnostics[0].code == "TT401");
    CHECK(loaded.diagnostics[0].message == "evidence is made of itself: a -> b -> a");
}

TEST_CASE("levels, severities and remedies have the words of the files") {
    CHECK(to_string(Level::low) == "low");
    CHECK(to_string(Level::critical) == "critical");
    CHECK(to_string(Severity::warning) == "warning");
    CHECK(to_string(Remedy::topology) == "topology");
    CHECK(to_string(Remedy::sysctl) == "sysctl");
}

TEST_CASE("one number of a list may be a constant, and then it must be one the key takes") {
    const auto messages = [](const std::string& set) {
        std::vector<RuleSource> sources = corpus::good_rules();
        std::erase_if(sources, [](const RuleSource& source) {
            return !source.file.ends_with("ip_local_port_range.toml");
        });
        const std::string before = "set        = \"config.net.ipv4.ip_local_port_range\"";
        std::string& text = sources.at(0).text;
        text.replace(text.find(before), before.size(), "set = " + set);
        return texts::first_message(load_rules(sources, Parts::all).diagnostics);
    };
    CHECK(messages(R"(["1024", "65535"])") == "");
    CHECK(messages(R"(["1024", "host.cpus"])") == "");
    CHECK(messages("\"range(1024, 1025)\"") == "");
    CHECK(messages(R"(["1024", "65536"])") == "net.ipv4.ip_local_port_range does not take 65536");
    CHECK(messages(R"(["host.cpus", "0.5"])") == "net.ipv4.ip_local_port_range does not take 0.5");
    CHECK(messages(R"("1024")") == "net.ipv4.ip_local_port_range takes 2 numbers, this is integer");
    CHECK(messages(R"(["1024", "65535", "1"])") ==
          "net.ipv4.ip_local_port_range takes 2 numbers, not 3");
    CHECK(messages(R"(["1024", "socket.tcp.listen_ports"])") ==
          "net.ipv4.ip_local_port_range takes 2 numbers, this is list");
}

TEST_CASE("a name that nothing has is told what it may have meant") {
    const auto hint = [](const std::string& condition) {
        return texts::first_hint(
            texts::load("[threshold]\nfew = 3\n" + texts::recommendation("r", condition))
                .diagnostics);
    };
    CHECK(hint("\"sysctl.net.core.somaxcon > 1\"") ==
          "did you mean \"sysctl.net.core.somaxconn\"?");
    CHECK(hint("\"sysctl.net.ipv4.tcp_mem[0] > 1\"") ==
          "only a key that has a rule file can be named");
    CHECK(hint("\"value > 1\"") ==
          "value is the planned value: only constraint, requires, hazard and lint know it");
    CHECK(hint("\"host.cpus > threshold.fev\"").find("threshold.few") != std::string::npos);
}

}  // namespace
}  // namespace tcptune::rules

// SPDX-License-Identifier: Apache-2.0
#include "unit/rules/corpus.hpp"
#include "unit/rules/texts.hpp"

#include <doctest/doctest.h>

namespace tcptune::rules {
namespace {

using facts::FactValue;

const Rule& good(const char* key) {
    static const LoadedRules loaded = load_rules(corpus::good_rules(), Parts::all);
    return *loaded.rules.find(key);
}

TEST_CASE("an example's expectations are typed by the parameter") {
    const Example& busy = good("net.ipv4.tcp_tw_reuse").examples.at(0);
    CHECK(busy.name == "busy");
    CHECK(busy.recommendation == "enable");
    CHECK(busy.value == sysctl::Value{std::int64_t{1}});
    CHECK(busy.has_hazards);
    CHECK(busy.hazards == std::vector<std::string>{"middleboxes"});
    CHECK(busy.has_advice);
    CHECK(busy.advice.empty());
    CHECK_FALSE(busy.verdict.has_value());
    const Example& little = good("net.ipv4.tcp_tw_reuse").examples.at(1);
    CHECK(little.verdict == "unknown");
    CHECK_FALSE(little.has_hazards);
    CHECK(good("net.ipv4.tcp_abort_on_overflow").examples.at(0).value == sysctl::Value{false});
    CHECK(good("net.ipv4.ip_local_reserved_ports").examples.at(0).value ==
          sysctl::Value{sysctl::List{22, 80, 8080, 8081}});
}

TEST_CASE("facts have the types of the fact schema, however they are written") {
    const auto& facts = good("net.ipv4.tcp_tw_reuse").examples.at(0).facts;
    CHECK(facts.size() == 5);
    CHECK(facts.at("kernel.version") == FactValue{KernelVersion{6, 1, 0}});
    CHECK(facts.at("sysctl.net.ipv4.tcp_tw_reuse") == FactValue{std::int64_t{2}});
    CHECK(facts.at("port.time_wait_share") == FactValue{0.8});
    CHECK(facts.at("workload.server") == FactValue{false});
    // A whole number for a real, 0 and 1 for a flag, text for a port set.
    CHECK(good("net.ipv4.tcp_tw_reuse").examples.at(2).facts.at("port.time_wait_share") ==
          FactValue{0.0});
    CHECK(good("net.ipv4.tcp_abort_on_overflow")
              .examples.at(0)
              .facts.at("sysctl.net.ipv4.tcp_abort_on_overflow") == FactValue{true});
    CHECK(good("net.ipv4.ip_local_reserved_ports")
              .examples.at(0)
              .facts.at("sysctl.net.ipv4.ip_local_reserved_ports") ==
          FactValue{facts::List{8080, 8081}});
}

TEST_CASE("a rate is kept by its counter and an upper bound is a fact of its own") {
    const Rule& rule = good("net.ipv4.tcp_tw_reuse");
    CHECK(rule.examples.at(0).deltas ==
          std::map<std::string, double>{{"counter.TcpExt.PAWSEstab", 0.25}});
    CHECK(rule.examples.at(1).facts.at("port.time_wait_share") == FactValue{facts::AtMost{0.7}});
}

TEST_CASE("many upper bounds are no mistake, and do not hide one") {
    std::string rest;
    for (int i = 0; i < 60; ++i)
        rest +=
            "[[example]]\nname = \"x\"\nexpect = { verdict = \"no-change\" }\n"
            "[example.facts]\n\"port.busiest_share\" = { at_most = 0.5 }\n";
    CHECK(texts::load(rest).diagnostics.empty());
    rest += "[[example]]\nname = \"x\"\nexpect = { verdict = \"perhaps\" }\n";
    CHECK(texts::load(rest).diagnostics.size() == 1);
    // More than anybody writes: refused, never read halfway in silence.
    for (int i = 0; i < 60; ++i)
        rest +=
            "[[example]]\nname = \"x\"\nexpect = { verdict = \"no-change\" }\n"
            "[example.facts]\n\"port.busiest_share\" = { at_most = 0.5 }\n";
    CHECK(texts::load(rest).diagnostics.size() == 57);
}

}  // namespace
}  // namespace tcptune::rules

// SPDX-License-Identifier: Apache-2.0
// What holds of all symptoms and messages that are shipped.
#include "hosts.hpp"
#include "knowledge.hpp"

#include <tcptune/diagnosis/symptom_examples.hpp>

#include <algorithm>
#include <set>

#include <doctest/doctest.h>

using namespace tcptune;

TEST_CASE("every shipped symptom passes its own examples and shows when it holds and when not") {
    for (const rules::Symptom& symptom : knowledge::shipped_symptoms()) {
        CAPTURE(symptom.id);
        const plan::ExampleRun run = diagnosis::run_examples(symptom);
        for (const Diagnostic& diagnostic : run.diagnostics)
            FAIL_CHECK(diagnostic.message);
        std::set<std::string> verdicts;
        for (const rules::SymptomExample& example : symptom.examples)
            verdicts.insert(example.verdict);
        CHECK(verdicts.contains("yes"));
        CHECK(verdicts.contains("no"));
    }
}

TEST_CASE("a wrong verdict in an example is reported where the example stands") {
    auto symptoms = knowledge::symptom_from("many", R"(schema = 1
[symptom]
id = "many"
title = "many"
scope = "host"
severity = "info"
all = ["file.open > 10"]
text = "many"
[[example]]
name = "eleven"
verdict = "no"
facts = { "file.open" = 11 }
)");
    const plan::ExampleRun run = diagnosis::run_examples(symptoms.front());
    REQUIRE(run.diagnostics.size() == 1);
    CHECK(run.diagnostics[0].message.find("verdict is yes, expected no") != std::string::npos);
    CHECK(run.diagnostics[0].location.line == 9);
}

TEST_CASE(
    "every message that a symptom explains is shipped, and every errno has a cause or says "
    "that it has none here") {
    std::set<std::string> explained;
    for (const rules::Symptom& symptom : knowledge::shipped_symptoms())
        explained.insert(symptom.messages.begin(), symptom.messages.end());
    std::set<std::string> ids;
    for (const rules::Message& message : knowledge::shipped_messages()) {
        ids.insert(message.id);
        CHECK_FALSE(message.text.empty());
    }
    CHECK(std::includes(ids.begin(), ids.end(), explained.begin(), explained.end()));
    for (const char* id : {"EADDRNOTAVAIL", "EADDRINUSE", "EMFILE", "ENFILE", "syn-flooding",
                           "conntrack-table-full", "time-wait-bucket-overflow"})
        CHECK(explained.contains(id));
}

TEST_CASE("kernel behaviours stand in files that a diagnosis reads") {
    // It opens only the files of these keys and of those that a condition names.
    const std::set<std::string> read{"net.ipv4.ip_local_port_range",
                                     "net.ipv4.ip_local_reserved_ports", "net.ipv4.tcp_timestamps",
                                     "net.ipv4.tcp_tw_reuse", "net.ipv4.tcp_tw_reuse_delay"};
    for (const auto& [key, rule] : hosts::shipped_rules().all())
        if (!rule.behaviours.empty()) {
            CAPTURE(key);
            CHECK(read.contains(key));
        }
}

TEST_CASE("declarations are enough for the arithmetic of ports, and nothing is recommended") {
    std::vector<rules::RuleSource> sources;
    for (const auto& [key, rule] : hosts::shipped_rules().all())
        if (key == "net.ipv4.tcp_tw_reuse" || key == "net.ipv4.ip_local_port_range")
            sources.push_back({rule.file, hosts::text_of(rule.file)});
    const auto loaded = rules::load_rules(sources, rules::Parts::declaration);
    CHECK(loaded.diagnostics.empty());
    const rules::Rule* reuse = loaded.rules.find("net.ipv4.tcp_tw_reuse");
    REQUIRE(reuse != nullptr);
    CHECK(reuse->recommendations.empty());
    CHECK(reuse->advice.empty());
    CHECK(loaded.rules.behaviour("time_wait_s", KernelVersion{6, 18, 0}) != nullptr);
    CHECK(loaded.rules.behaviour("connect_order", KernelVersion{6, 18, 0}) != nullptr);
}

// SPDX-License-Identifier: Apache-2.0
#include <tcptune/base/diagnostic_codes.hpp>
#include <tcptune/base/text.hpp>
#include <tcptune/plan/evaluation.hpp>
#include <tcptune/plan/rule_examples.hpp>

#include <algorithm>
#include <cmath>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace tcptune::plan {

namespace {

std::string listed(std::set<std::string> ids) {
    if (ids.empty()) return "none";
    const std::vector<std::string> words(ids.begin(), ids.end());
    return join(words, ", ");
}

std::string ids_text(const std::vector<std::string>& ids) {
    return listed({ids.begin(), ids.end()});
}

class ExampleCheck {
public:
    ExampleCheck(const rules::Rule& rule, const rules::Example& example, const Evaluation& result)
        : rule_(rule),
          example_(example),
          finding_(result.findings.front()),
          advice_(result.advice) {}

    std::vector<std::string> failures() {
        const std::string matched =
            matched_now() ? finding_.recommendation->id : std::string("none");
        if (example_.recommendation) expect("recommendation", *example_.recommendation, matched);
        if (example_.value)
            expect("value", sysctl::display_text(rule_.parameter.type, *example_.value),
                   finding_.value ? sysctl::display_text(rule_.parameter.type, *finding_.value)
                                  : std::string("none"));
        if (example_.unset)
            expect("unset", *example_.unset ? "true" : "false", finding_.unset ? "true" : "false");
        if (example_.blocked_by)
            expect("blocked_by", *example_.blocked_by,
                   finding_.blocked_by.empty() ? "none" : finding_.blocked_by);
        else if (example_.recommendation && finding_.status != FindingStatus::recommended)
            expect("status", "recommended", to_string(finding_.status));
        if (example_.verdict) expect("verdict", *example_.verdict, verdict());
        if (example_.has_hazards) expect("hazards", ids_text(example_.hazards), hazards());
        if (example_.has_advice) expect("advice", ids_text(example_.advice), advice());
        return std::move(failures_);
    }

private:
    bool matched_now() const {
        return finding_.recommendation && (finding_.status == FindingStatus::recommended ||
                                           finding_.status == FindingStatus::blocked);
    }

    std::string verdict() const {
        if (finding_.status == FindingStatus::unknown) return "unknown";
        return matched_now() ? "recommended" : "no-change";
    }

    std::string hazards() const {
        std::set<std::string> ids;
        for (const HazardInForce& hazard : finding_.hazards)
            if (hazard.verdict == Truth::yes) ids.insert(hazard.id);
        return listed(std::move(ids));
    }

    std::string advice() const {
        std::set<std::string> ids;
        for (const AdviceGiven& given : advice_)
            if (given.verdict == Truth::yes) ids.insert(given.advice->id);
        return listed(std::move(ids));
    }

    void expect(std::string_view what, const std::string& wanted, const std::string& got) {
        if (wanted == got) return;
        std::string text(what);
        text += " is " + got + ", expected " + wanted;
        if (!finding_.reason.empty()) text += " (" + finding_.reason + ")";
        failures_.push_back(std::move(text));
    }

    const rules::Rule& rule_;
    const rules::Example& example_;
    const Finding& finding_;
    const std::vector<AdviceGiven>& advice_;
    std::vector<std::string> failures_;
};

}  // namespace

facts::FactSet example_facts(const std::map<std::string, facts::FactValue>& values,
                             const std::map<std::string, double>& increases_per_s) {
    facts::FactSet facts;
    for (const auto& [name, value] : values)
        facts.values.emplace(name, value);
    constexpr double window_s = 1000;  // so that fractions of one per second stay whole counts
    for (const auto& [name, per_second] : increases_per_s) {
        constexpr std::string_view prefix = "counter.";
        const auto increase = static_cast<std::int64_t>(std::llround(per_second * window_s));
        const std::string bare =
            name.substr(0, prefix.size()) == prefix ? name.substr(prefix.size()) : name;
        facts.counters[bare] = {1, 1 + increase};
        facts.window_s = window_s;
    }
    return facts;
}

ExampleRun run_examples(const rules::Rule& rule) {
    ExampleRun run;
    rules::RuleSet alone;
    alone.add(rule);
    for (const rules::Example& example : rule.examples) {
        ++run.examples;
        const Evaluation result = evaluate(alone, example_facts(example.facts, example.deltas), {});
        for (std::string& failure : ExampleCheck(rule, example, result).failures())
            run.diagnostics.push_back({std::string(codes::example_failed),
                                       DiagnosticSeverity::error, example.location,
                                       "example \"" + example.name + "\": " + failure, "", ""});
    }
    return run;
}

}  // namespace tcptune::plan

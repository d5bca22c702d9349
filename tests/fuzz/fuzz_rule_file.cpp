// SPDX-License-Identifier: Apache-2.0
// A rule file of any bytes: read, compiled, linted, its expressions evaluated with nothing known.
#include <tcptune/rules/rule_lint.hpp>
#include <tcptune/rules/rule_set.hpp>

#include <cstdint>
#include <cstdlib>
#include <string>

namespace {

using namespace tcptune;

void must(bool holds) {
    if (!holds) std::abort();
}

void evaluate_all(const std::vector<expr::Expression>& expressions) {
    const expr::Environment nothing{
        [](std::string_view) -> facts::FactValue { return facts::Unknown{}; },
        [](std::string_view, double&) -> facts::FactValue { return facts::Unknown{}; },
    };
    for (const expr::Expression& expression : expressions)
        (void)expr::evaluate(expression, nothing);
}

void evaluate_all(const rules::Rule& rule) {
    for (const rules::Evidence& evidence : rule.evidence)
        evaluate_all({evidence.expr});
    for (const rules::Recommendation& recommendation : rule.recommendations) {
        evaluate_all(recommendation.condition.all);
        evaluate_all(recommendation.set);
        must(recommendation.unset == recommendation.set.empty());
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::vector<rules::RuleSource> sources{
        {"net.core.somaxconn.toml", std::string(data, data + size)}};
    const rules::LoadedRules full = rules::load_rules(sources, rules::Parts::all);
    must(full.diagnostics.empty() == (full.rules.all().size() == 1));
    for (const Diagnostic& diagnostic : full.diagnostics)
        must(diagnostic.severity == DiagnosticSeverity::error && !diagnostic.code.empty());
    const rules::LoadedRules brief = rules::load_rules(sources, rules::Parts::knowledge);
    must(brief.diagnostics.empty() == (brief.rules.all().size() == 1));
    for (const auto& [key, rule] : full.rules.all()) {
        (void)rules::lint(rule);
        evaluate_all(rule);
        // What the examples hide from a run would be advice that nobody tested.
        if (const rules::Rule* same = brief.rules.find(key))
            must(same->recommendations.size() == rule.recommendations.size() &&
                 same->constraints.size() == rule.constraints.size() &&
                 same->notes.size() == rule.notes.size());
    }
    return 0;
}

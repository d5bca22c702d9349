// SPDX-License-Identifier: Apache-2.0
// A rule file of any bytes: read, compiled, linted, its expressions evaluated with nothing known.
// The same bytes as a file of names.
#include <tcptune/base/pattern.hpp>
#include <tcptune/rules/name_book.hpp>
#include <tcptune/rules/rule_lint.hpp>
#include <tcptune/rules/rule_set.hpp>

#include <algorithm>
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
    for (const rules::LintEntry& lint : rule.lints) {
        evaluate_all(lint.condition.all);
        evaluate_all(lint.set);
        must(!lint.condition.empty() && !lint.fires.empty() && !lint.silent.empty());
        must(!lint.remove || lint.set.empty());
        must(KernelVersion::parse(lint.kernel).has_value());
    }
    for (const rules::Myth& myth : rule.myths) {
        if (myth.pattern.empty()) continue;
        std::string reason;
        const auto pattern = Pattern::compile(myth.pattern, reason);
        must(pattern.has_value());
        (void)pattern->matches(myth.claim);
        (void)pattern->matches(myth.pattern);
    }
}

/// Every name that the text has is known, and one without its last letter is near to something or
/// to nothing, but never to itself.
void try_names(const std::string& text) {
    const std::vector<rules::RuleSource> sources{{.file = "names/x.toml", .text = text}};
    Diagnostics diagnostics;
    const rules::NameBook book = rules::read_names(sources, diagnostics);
    Diagnostics again;
    const auto releases = rules::read_releases(sources, again);
    must(diagnostics == again);
    must(diagnostics.empty() || releases.empty());
    for (std::size_t begin = 0; begin < text.size() && begin < 4096;) {
        const std::size_t end = std::min(text.find_first_of("\"\n", begin), text.size());
        const std::string word = text.substr(begin, end - begin);
        const auto near = book.near(word);
        if (near) must(book.knows(*near) && !book.knows(word) && *near != word);
        if (book.gone(word)) must(book.knows(word));
        if (book.knows(word)) must(book.foreign(word).empty());
        (void)book.complete(word);
        begin = end + 1;
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
                 same->notes.size() == rule.notes.size() &&
                 same->lints.size() == rule.lints.size());
    }
    try_names(sources[0].text);
    return 0;
}

// SPDX-License-Identifier: Apache-2.0
#include "rules/expression_scope.hpp"

#include <tcptune/base/diagnostic_codes.hpp>
#include <tcptune/rules/rule_lint.hpp>

#include <algorithm>
#include <set>
#include <string>
#include <utility>

namespace tcptune::rules {

namespace {

using NameSet = std::set<std::string, std::less<>>;

/// Names that an expression needs a value of; `has(fact)` is content without one.
void collect_needed(const expr::Node& node, NameSet& names) {
    if (node.op == expr::Op::name) names.insert(node.name);
    if (node.op == expr::Op::call && node.name == "has") return;
    for (const expr::Node& child : node.children)
        collect_needed(child, names);
}

/// The same with evidence taken apart into the facts below it.
NameSet needed_facts(const Rule& rule, const Condition& condition) {
    NameSet seen;
    std::vector<std::string> open;
    const auto add = [&](const expr::Expression& expression) {
        NameSet names;
        collect_needed(expression.root, names);
        for (const std::string& name : names)
            if (seen.insert(name).second) open.push_back(name);
    };
    for (const auto* lines : {&condition.all, &condition.any, &condition.none})
        for (const expr::Expression& line : *lines)
            add(line);
    while (!open.empty()) {
        const std::string name = std::move(open.back());
        open.pop_back();
        if (!name.starts_with(evidence_prefix)) continue;
        if (const Evidence* evidence =
                rule.find_evidence(std::string_view(name).substr(evidence_prefix.size())))
            add(evidence->expr);
    }
    std::erase_if(seen, [](const std::string& name) {
        return name.starts_with(evidence_prefix) || name.starts_with("threshold.");
    });
    return seen;
}

/// Every name that stands anywhere in the file's expressions.
class NamesOfRule {
public:
    explicit NamesOfRule(const Rule& rule) {
        for (const Evidence& evidence : rule.evidence)
            add(evidence.expr);
        for (const Constraint& constraint : rule.constraints)
            add(constraint.expr);
        for (const Requirement& requirement : rule.requirements) {
            add(requirement.condition);
            if (requirement.satisfy) add(requirement.satisfy->set);
        }
        for (const Hazard& hazard : rule.hazards)
            add(hazard.condition);
        for (const Recommendation& recommendation : rule.recommendations) {
            add(recommendation.condition);
            add(recommendation.set);
        }
        for (const Advice& advice : rule.advice)
            add(advice.condition);
        for (const Guard& guard : rule.guards)
            add(guard.condition);
        for (const LintEntry& lint : rule.lints) {
            add(lint.condition);
            add(lint.set);
        }
    }
    [[nodiscard]] bool contains(const std::string& name) const { return names_.contains(name); }

private:
    void add(const expr::Expression& expression) { names_.merge(expr::names_in(expression)); }
    void add(const std::vector<expr::Expression>& expressions) {
        for (const expr::Expression& expression : expressions)
            add(expression);
    }
    void add(const Condition& condition) {
        add(condition.all);
        add(condition.any);
        add(condition.none);
    }

    std::set<std::string> names_;
};

/// What the examples show of one recommendation.
struct Shown {
    bool firing = false;
    bool not_firing = false;
    bool unknown = false;
};

bool lacks_one_of(const Example& example, const NameSet& needed) {
    return std::ranges::any_of(needed, [&](const std::string& name) {
        return !example.facts.contains(name) && !example.deltas.contains(name);
    });
}

Shown shown_by_examples(const Rule& rule, std::size_t at) {
    const Recommendation& recommendation = rule.recommendations[at];
    const NameSet needed = needed_facts(rule, recommendation.condition);
    Shown shown;
    for (const Example& example : rule.examples) {
        if (example.recommendation == recommendation.id && !example.blocked_by) shown.firing = true;
        if (example.verdict == "no-change") shown.not_firing = true;
        if (example.verdict == "unknown" && lacks_one_of(example, needed)) shown.unknown = true;
        // The first match wins: where a later one fires, this one was asked and said no.
        for (std::size_t later = at + 1; later < rule.recommendations.size(); ++later)
            if (example.recommendation == rule.recommendations[later].id) shown.not_firing = true;
    }
    return shown;
}

class Lint {
public:
    explicit Lint(const Rule& rule) : rule_(rule), names_(rule) {}

    Diagnostics run() {
        if (rule_.references.empty())
            warn(codes::no_reference, whole_file(), "no [[reference]] says where this comes from",
                 "name the kernel document, the commit or the experiment");
        for (const Evidence& evidence : rule_.evidence)
            if (!names_.contains("evidence." + evidence.name))
                warn(codes::unused_evidence, whole_file(),
                     "nothing uses evidence '" + evidence.name + "'");
        for (const Threshold& threshold : rule_.thresholds)
            if (!names_.contains("threshold." + threshold.name))
                warn(codes::unused_threshold, threshold.location,
                     "nothing uses threshold '" + threshold.name + "'");
        for (std::size_t at = 0; at < rule_.recommendations.size(); ++at)
            check_shown(at);
        return std::move(diagnostics_);
    }

private:
    void check_shown(std::size_t at) {
        const Recommendation& recommendation = rule_.recommendations[at];
        const Shown shown = shown_by_examples(rule_, at);
        const auto missing = [&](bool there, std::string_view what, std::string hint) {
            if (!there)
                warn(codes::recommendation_not_shown, recommendation.location,
                     "no example shows '" + recommendation.id + "' " + std::string(what),
                     std::move(hint));
        };
        missing(shown.firing, "firing",
                "expect = { recommendation = \"" + recommendation.id + "\" }");
        missing(shown.not_firing, "not firing", "expect = { verdict = \"no-change\" }");
        missing(shown.unknown, "with a missing fact",
                "expect = { verdict = \"unknown\" } and leave a fact out that it reads");
    }

    SourceLocation whole_file() const { return {rule_.file, 1, 1}; }

    void warn(std::string_view code, const SourceLocation& at, std::string message,
              std::string hint = {}) {
        diagnostics_.push_back({std::string(code), DiagnosticSeverity::warning, at,
                                std::move(message), std::move(hint), ""});
    }

    const Rule& rule_;
    NamesOfRule names_;
    Diagnostics diagnostics_;
};

}  // namespace

Diagnostics lint(const Rule& rule) {
    return Lint(rule).run();
}

}  // namespace tcptune::rules

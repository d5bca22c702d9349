// SPDX-License-Identifier: Apache-2.0
#include "rules/rule_compiler.hpp"

#include "rules/evidence_order.hpp"
#include "rules/example_compiler.hpp"
#include "rules/expression_scope.hpp"
#include "rules/lint_compiler.hpp"
#include "rules/toml_fields.hpp"
#include "rules/value_check.hpp"

#include <tcptune/base/diagnostic_codes.hpp>

#include <algorithm>
#include <utility>

namespace tcptune::rules {

namespace {

class RuleCompiler {
public:
    RuleCompiler(RuleFile& file, const KnownKeys& keys, Diagnostics& diagnostics)
        : file_(file),
          parameters_(keys.parameters),
          rule_(*file.parameter),
          scope_(file, keys.schema, keys.unreadable, diagnostics) {}

    Rule run() {
        rule_.file = std::string(file_.file);
        for (const LocatedText& expr : file_.default_exprs)
            check_default(expr, rule_.parameter, scope_);
        compile_evidence();
        compile_constraints();
        compile_requirements();
        compile_hazards();
        compile_recommendations();
        compile_advice();
        compile_prose();
        rule_.examples.reserve(file_.examples.size());
        for (ExampleText& example : file_.examples)
            rule_.examples.push_back(compile_example(example, rule_, parameters_, scope_));
        // Last, because expressions look their thresholds up in the file.
        rule_.thresholds = std::move(file_.thresholds);
        return std::move(rule_);
    }

    [[nodiscard]] bool complete() const { return !scope_.met_unreadable(); }

private:
    void compile_evidence() {
        std::vector<std::optional<expr::Expression>> parsed;
        parsed.reserve(file_.evidence.size());
        for (const EvidenceText& text : file_.evidence)
            parsed.push_back(scope_.parse(text.expr));
        const EvidenceOrder order = order_evidence(file_.evidence, parsed);
        for (const std::vector<std::size_t>& cycle : order.cycles)
            report_cycle(cycle, parsed);
        for (const std::size_t at : order.too_costly) {
            scope_.report(codes::expression_depth, file_.evidence[at].expr.location,
                          "evidence in evidence makes this expression too long or too deep",
                          "at most 16 levels and 20,000 parts are evaluated");
            parsed[at].reset();
        }
        for (const std::size_t at : order.order) {
            EvidenceText& text = file_.evidence[at];
            std::optional<expr::Expression> checked;
            if (parsed[at])
                checked = scope_.check(*std::move(parsed[at]), text.expr, Visible::advice);
            if (checked) {
                scope_.add_evidence(text.name.text, checked->type);
                text.entry.expr = *std::move(checked);
                rule_.evidence.push_back(std::move(text.entry));
            } else {
                scope_.add_broken_evidence(text.name.text);
            }
        }
    }

    void report_cycle(const std::vector<std::size_t>& cycle,
                      std::vector<std::optional<expr::Expression>>& parsed) {
        std::string chain;
        for (const std::size_t at : cycle) {
            if (!chain.empty()) chain += " -> ";
            chain += file_.evidence[at].name.text;
            parsed[at].reset();
        }
        scope_.report(codes::evidence_cycle, file_.evidence[cycle.front()].expr.location,
                      "evidence is made of itself: " + chain);
    }

    void compile_constraints() {
        for (ConstraintText& text : file_.constraints) {
            if (auto expr = scope_.compile_test(text.expr, Visible::planned))
                text.entry.expr = *std::move(expr);
            rule_.constraints.push_back(std::move(text.entry));
        }
    }

    void compile_requirements() {
        for (RequirementText& text : file_.requirements) {
            text.entry.condition = scope_.compile_condition(text.condition, Visible::planned);
            if (text.satisfy) text.entry.satisfy = compile_satisfy(*text.satisfy);
            rule_.requirements.push_back(std::move(text.entry));
        }
    }

    std::optional<Satisfy> compile_satisfy(const SatisfyText& text) {
        if (text.key.location.line == 0) return std::nullopt;
        const auto found = parameters_.find(text.key.text);
        if (found == parameters_.end()) {
            if (scope_.is_unreadable(text.key.text)) return std::nullopt;
            std::vector<std::string> keys;
            for (const auto& [key, parameter] : parameters_)
                keys.emplace_back(key);
            std::string hint = did_you_mean(text.key.text, keys);
            scope_.report(codes::unknown_parameter, text.key.location,
                          "no rule file declares " + quoted(text.key.text),
                          hint.empty() ? "only a key with a rule file can be set" : hint);
            return std::nullopt;
        }
        if (text.key.text == rule_.key()) {
            scope_.report(codes::bad_value, text.key.location,
                          "a requirement cannot be satisfied by the key that has it",
                          "write a recommendation");
            return std::nullopt;
        }
        return Satisfy{text.key.text,
                       compile_value(text.set, *found->second, Visible::planned, scope_)};
    }

    void compile_hazards() {
        for (HazardText& text : file_.hazards) {
            text.entry.condition = scope_.compile_condition(text.condition, Visible::planned);
            rule_.hazards.push_back(std::move(text.entry));
        }
    }

    void compile_recommendations() {
        for (RecommendationText& text : file_.recommendations) {
            text.entry.condition = scope_.compile_condition(text.condition, Visible::advice);
            text.entry.set = compile_value(text.set, rule_.parameter, Visible::advice, scope_);
            rule_.recommendations.push_back(std::move(text.entry));
        }
    }

    void compile_advice() {
        for (AdviceText& text : file_.advice) {
            text.entry.condition = scope_.compile_condition(text.condition, Visible::advice);
            rule_.advice.push_back(std::move(text.entry));
        }
        for (GuardText& text : file_.guards) {
            text.entry.condition = scope_.compile_condition(text.condition, Visible::advice);
            rule_.guards.push_back(std::move(text.entry));
        }
    }

    void compile_prose() {
        rule_.references = std::move(file_.references);
        rule_.myths = std::move(file_.myths);
        for (LintText& text : file_.lints) {
            LintEntry entry = compile_lint(text, rule_, scope_);
            entry.reference = reference(text.reference);
            rule_.lints.push_back(std::move(entry));
        }
        for (BehaviourText& text : file_.behaviours) {
            text.entry.reference = reference(text.reference);
            rule_.behaviours.push_back(std::move(text.entry));
        }
        for (NoteText& text : file_.notes) {
            text.entry.reference = reference(text.reference);
            rule_.notes.push_back(std::move(text.entry));
        }
    }

    std::string reference(std::optional<LocatedText>& id) {
        if (!id) return {};
        if (file_.has_prose && std::ranges::find(rule_.references, id->text, &Reference::id) ==
                                   rule_.references.end()) {
            std::vector<std::string> ids;
            for (const Reference& reference : rule_.references)
                ids.push_back(reference.id);
            scope_.report(codes::bad_value, id->location,
                          "no [[reference]] of this file has the id " + quoted(id->text),
                          did_you_mean(id->text, ids));
        }
        return std::move(id->text);
    }

    RuleFile& file_;
    const ParameterIndex& parameters_;
    Rule rule_;
    ExpressionScope scope_;
};

}  // namespace

std::optional<Rule> compile_rule(RuleFile& file, const KnownKeys& keys, Diagnostics& diagnostics) {
    const std::size_t before = diagnostics.size();
    RuleCompiler compiler(file, keys, diagnostics);
    Rule rule = compiler.run();
    if (diagnostics.size() != before || !compiler.complete()) return std::nullopt;
    return rule;
}

}  // namespace tcptune::rules

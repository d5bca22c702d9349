// SPDX-License-Identifier: Apache-2.0
#include "cli/commands.hpp"
#include "cli/context.hpp"
#include "cli/files.hpp"
#include "cli/host_facts.hpp"
#include "cli/subject.hpp"
#include "cli/today.hpp"

#include <tcptune/plan/explanation.hpp>
#include <tcptune/plan/host_state.hpp>
#include <tcptune/plan/plan.hpp>
#include <tcptune/report/json_report.hpp>
#include <tcptune/report/text_report.hpp>

#include <algorithm>
#include <string>
#include <utility>

namespace tcptune::cli {
namespace {

/// A finding that is of no rule: of a destination, of a waiver.
plan::Explanation of_finding(const plan::PlanFinding& finding) {
    plan::Explanation root{.text = finding.title, .verdict = "", .value = "", .children = {}};
    root.children.push_back(
        {.text = finding.explanation, .verdict = "", .value = "", .children = {}});
    for (const plan::PlanEvidence& line : finding.evidence) {
        root.children.push_back({.text = line.expression,
                                 .verdict = line.verdict,
                                 .value = line.value,
                                 .children = {}});
    }
    return root;
}

plan::Explanation find_in_plan(const ExplainOptions& options, const rules::RuleSet& rules,
                               const facts::FactSet& facts, plan::PlanInputs inputs) {
    const plan::Plan plan = plan::make_plan(rules, facts, inputs);
    const auto found = std::ranges::find(plan.findings, options.subject, &plan::PlanFinding::id);
    if (found == plan.findings.end()) {
        throw Error(ErrorCode::usage, options.subject, unknown_subject(rules, options.subject));
    }
    return of_finding(*found);
}

}  // namespace

Exit run_explain(const ExplainOptions& options, const report::TextStyle& style) {
    const EvaluateOptions& evaluate = options.evaluate;
    const rules::RuleSet rules = load_rule_set(evaluate.rules, rules::Parts::knowledge);
    const rules::Rule* rule = find_subject(rules, options.subject);
    // Only findings about a place have other ids; anything else is a slip, and said at once.
    if (!rule && options.subject.find('/') == std::string::npos) {
        throw Error(ErrorCode::usage, options.subject, unknown_subject(rules, options.subject));
    }
    plan::PlanInputs inputs;
    inputs.profile = load_profile(evaluate.profile);
    inputs.policy = load_policy(evaluate.policy);
    inputs.today = today();
    const facts::FactSet facts = facts_from(
        evaluate.facts, rules,
        {.window_s = evaluate.window_s, .netns = evaluate.netns, .count_namespaces = false});

    plan::Explanation explanation;
    if (rule) {
        const plan::Evaluation evaluation =
            plan::evaluate(rules, facts, {.policy = &inputs.policy, .profile = &inputs.profile});
        explanation = plan::explain(*rule, evaluation, inputs.policy, options.why_not);
    } else {
        explanation = find_in_plan(options, rules, facts, std::move(inputs));
    }
    if (options.format == Format::json) {
        write_stdout(report::explanation_json(options.subject, options.why_not, explanation,
                                              number(Exit::done)));
    } else {
        write_stdout(report::text_explanation(explanation, style));
    }
    return Exit::done;
}

}  // namespace tcptune::cli

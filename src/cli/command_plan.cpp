// SPDX-License-Identifier: Apache-2.0
#include "cli/commands.hpp"
#include "cli/context.hpp"
#include "cli/files.hpp"
#include "cli/host_facts.hpp"
#include "cli/today.hpp"

#include <tcptune/plan/plan.hpp>
#include <tcptune/report/json_report.hpp>
#include <tcptune/report/markdown_report.hpp>
#include <tcptune/report/text_report.hpp>

#include <string>

#include <unistd.h>

namespace tcptune::cli {
namespace {

/// The words that a second call needs to look at the same thing again.
report::Invocation invocation_of(const PlanOptions& options) {
    const EvaluateOptions& evaluate = options.evaluate;
    report::Invocation invocation;
    const auto add = [&](const char* name, const std::string& value) {
        if (value.empty()) return;
        invocation.input_words.emplace_back(name);
        invocation.input_words.push_back(value);
    };
    add("--facts", evaluate.facts);
    add("--profile", evaluate.profile);
    add("--policy", evaluate.policy);
    for (const std::string& directory : evaluate.rules)
        add("--rules", directory);
    add("--netns", evaluate.netns);
    invocation.saved_to = options.out;
    invocation.from_file = !evaluate.facts.empty();
    invocation.privileged = ::geteuid() == 0;
    invocation.window_given = evaluate.window_s > 0;
    invocation.all_namespaces = options.all_netns;
    return invocation;
}

}  // namespace

Exit run_plan(const PlanOptions& options, const report::TextStyle& style) {
    const EvaluateOptions& evaluate = options.evaluate;
    plan::PlanInputs inputs;
    inputs.profile = load_profile(evaluate.profile);
    inputs.policy = load_policy(evaluate.policy);
    inputs.today = today();
    const rules::RuleSet rules = load_rule_set(evaluate.rules, rules::Parts::advice);
    const facts::FactSet facts = facts_from(
        evaluate.facts, rules,
        {.window_s = evaluate.window_s, .netns = evaluate.netns, .all_netns = options.all_netns});
    const plan::Plan plan = plan::make_plan(rules, facts, inputs);

    // The number in the document is the number of the process.
    const Exit status =
        options.detailed_exitcode ? static_cast<Exit>(plan::detailed_exit_code(plan)) : Exit::done;
    if (!options.out.empty()) write_file(options.out, report::plan_json(plan, number(status)));
    switch (options.format) {
        case Format::text:
            write_stdout(report::text_plan(plan, invocation_of(options), style));
            break;
        case Format::json:
            write_stdout(report::plan_json(plan, number(status)));
            break;
        case Format::markdown:
            write_stdout(report::markdown_plan(plan, options.show_host));
            break;
    }
    return status;
}

}  // namespace tcptune::cli

// SPDX-License-Identifier: Apache-2.0
#include "report/markdown_text.hpp"
#include "report/numbers.hpp"
#include "report/plan_order.hpp"

#include <tcptune/base/text.hpp>
#include <tcptune/report/markdown_report.hpp>

#include <fmt/format.h>

namespace tcptune::report {
namespace {

using markdown::code;
using markdown::folded;
using markdown::prose;

std::string effect_cell(const plan::Effect& effect) {
    if (effect.ceiling_before_per_s || effect.ceiling_after_per_s) {
        return "port limit " +
               limit_change(effect.ceiling_before_per_s, effect.ceiling_after_per_s);
    }
    return effect.text;
}

std::string summary_line(const plan::Plan& plan, bool show_host) {
    std::size_t critical = 0;
    std::size_t warnings = 0;
    for (const plan::PlanFinding* finding : by_urgency(plan)) {
        if (finding->severity == rules::Severity::critical) ++critical;
        if (finding->severity == rules::Severity::warning) ++warnings;
    }
    std::string where;
    if (show_host && !plan.host.hostname.empty()) where = " on " + code(plan.host.hostname);
    return fmt::format(
        "**tcptune plan{}**: {} {}, {} critical and {} warning findings (Linux {}, "
        "profile {})\n",
        where, plan.changes.size(), plan.changes.size() == 1 ? "change" : "changes", critical,
        warnings, prose(plan.host.kernel_release), prose(plan.profile));
}

std::string changes_table(const plan::Plan& plan) {
    if (plan.changes.empty()) return {};
    std::string out =
        "\n| | key | before | after | risk | takes effect | expected |\n"
        "|---:|---|---|---|---|---|---|\n";
    for (const plan::PlanChange* change : by_order(plan)) {
        out += fmt::format(
            "| {} | {} | {} | {} | {} | {} | {} |\n", change->order, code(change->key),
            code(change->before_runtime), code(change->after_runtime), to_string(change->risk),
            prose(change->takes_effect), prose(effect_cell(change->expected_effect)));
    }
    return out;
}

std::string reasons(const plan::Plan& plan) {
    std::string out;
    for (const plan::PlanChange* change : by_order(plan)) {
        out += fmt::format("- {}: {}\n", code(change->key), prose(change->reason));
        for (const plan::HazardInForce& hazard : change->hazards) {
            out += fmt::format("  - hazard ({}{}): {}\n", to_string(hazard.severity),
                               hazard.verdict == plan::Truth::unknown ? ", not known here" : "",
                               prose(hazard.text));
        }
        if (!change->required_by.empty()) {
            out += fmt::format("  - needed by {}\n", prose(join(change->required_by, ", ")));
        }
        if (!change->expected_effect.note.empty()) {
            out += fmt::format("  - {}\n", prose(change->expected_effect.note));
        }
    }
    return out;
}

std::string evidence(const plan::Plan& plan) {
    std::string out;
    for (const plan::PlanFinding* finding : by_urgency(plan)) {
        out += fmt::format("- **{}** {}", to_string(finding->severity),
                           prose(finding->title.empty() ? finding->id : finding->title));
        if (!finding->key.empty()) out += " (" + code(finding->key) + ")";
        out += '\n';
        for (const plan::PlanEvidence& line : finding->evidence) {
            out += fmt::format("  - {}{}{}\n", code(trim(line.expression)),
                               line.value.empty() ? "" : ": " + code(line.value),
                               line.verdict.empty() ? "" : ", " + prose(line.verdict));
        }
    }
    return out;
}

std::string destinations(const plan::Plan& plan) {
    constexpr std::size_t most = 20;
    if (plan.destinations.empty()) return {};
    std::string out =
        "| destination | in use | usable | stage | port limit | after the plan |\n"
        "|---|---:|---:|---|---:|---:|\n";
    std::size_t shown = 0;
    for (const plan::PlanDestination& entry : plan.destinations) {
        if (++shown > most) break;
        out += fmt::format(
            "| {} | {} | {} | {} | {} | {} |\n", code(destination_name(entry.destination)),
            with_thousands(entry.before.in_use), with_thousands(entry.before.ceiling.budget.usable),
            to_string(entry.before.stage), limit_text(entry.before.ceiling.per_s),
            entry.after ? limit_text(entry.after->ceiling.per_s) : "unchanged");
    }
    if (plan.destinations.size() > most) {
        out += fmt::format("\nand {} more\n", plan.destinations.size() - most);
    }
    return out;
}

std::string advice(const std::vector<const plan::PlanAdvice*>& entries) {
    std::string out;
    for (const plan::PlanAdvice* entry : entries) {
        out += fmt::format(
            "- {}**{}** {}{}{}\n",
            entry->remedy == rules::Remedy::none ? code(entry->key) + ": "
                                                 : fmt::format("{}: ", remedy_word(entry->remedy)),
            prose(entry->title.empty() ? entry->id : entry->title), prose(entry->text),
            entry->reason.empty() ? "" : " ", prose(entry->reason));
    }
    return out;
}

std::string obstacles(const plan::Plan& plan) {
    std::string out;
    for (const plan::Refusal& refusal : plan.refusals) {
        out += fmt::format("- {} kept out of the plan: {}\n", code(refusal.key),
                           prose(refusal.reason));
    }
    for (const plan::Conflict& conflict : plan.conflicts) {
        out += fmt::format("- {} {} = {}: {}\n",
                           code(fmt::format("{}:{}", conflict.file, conflict.line)),
                           code(conflict.key), code(conflict.value), prose(conflict.text));
    }
    for (const plan::GoalResult& goal : plan.goals) {
        if (!goal.known) {
            out += fmt::format("- {}\n", prose(goal.text));
            continue;
        }
        out += fmt::format("- expected {} to {}: {}. {}\n", rate_text(goal.rate_per_s),
                           prose(goal.destination), goal.met_after ? "reached" : "not reached",
                           prose(goal.text));
    }
    for (const std::string& unknown : plan.unknowns) {
        out += fmt::format("- not known: {}\n", prose(unknown));
    }
    return out;
}

}  // namespace

std::string markdown_plan(const plan::Plan& plan, bool show_host) {
    std::string out = summary_line(plan, show_host);
    out += "\n" + prose(plan::verdict_sentence(plan)) + "\n";
    out += changes_table(plan);
    out += folded("Why each change", reasons(plan));
    out += folded("Evidence", evidence(plan));
    out += folded("Destinations", destinations(plan));
    out += folded("Advice beside the settings", advice(by_remedy(plan)));
    std::vector<const plan::PlanAdvice*> not_advised;
    for (const plan::PlanAdvice& entry : plan.not_advised)
        not_advised.push_back(&entry);
    out += folded("Not advised, and why", advice(not_advised));
    out += folded("Kept out, in conflict, not known", obstacles(plan));
    out += markdown::namespaces_note(plan.host, plan.namespaces);
    if (!plan.digest.empty()) out += "\nPlan digest: " + code(plan.digest) + "\n";
    return out;
}

}  // namespace tcptune::report

// SPDX-License-Identifier: Apache-2.0
#include "report/numbers.hpp"
#include "report/plan_order.hpp"
#include "report/text_sections.hpp"

#include <tcptune/base/text.hpp>
#include <tcptune/report/text_report.hpp>

#include <fmt/format.h>

namespace tcptune::report {
namespace {

void header(Page& page, const plan::Plan& plan) {
    host_line(page, plan.host);
    page.paragraph(0,
                   fmt::format("{}; profile {}, policy {}; {}", namespace_words(plan.host),
                               plan.profile, plan.policy, method_text(plan.method)),
                   Ink::dim);
}

void findings(Page& page, const plan::Plan& plan) {
    const std::vector<const plan::PlanFinding*> order = by_urgency(plan);
    if (order.empty()) return;
    constexpr std::size_t column = 10;
    page.heading("Findings");
    for (const plan::PlanFinding* finding : order) {
        std::string title = finding->title.empty() ? finding->id : finding->title;
        if (!finding->key.empty()) title += " [" + finding->key + "]";
        page.item(2, to_string(finding->severity), column, title, ink_of(finding->severity),
                  Ink::strong);
        if (!said_elsewhere(plan, *finding)) page.paragraph(2 + column, finding->explanation);
        const std::string evidence = evidence_line(*finding);
        if (!evidence.empty()) page.line(2 + column, evidence, Ink::dim);
    }
}

void advice(Page& page, const plan::Plan& plan) {
    if (plan.advice.empty()) return;
    constexpr std::size_t column = 9;
    page.heading("Advice");
    for (const plan::PlanAdvice* entry : by_remedy(plan)) {
        page.item(2, remedy_word(entry->remedy), column,
                  entry->title.empty() ? entry->id : entry->title, ink_of(entry->severity),
                  Ink::strong);
        if (!entry->text.empty()) page.paragraph(2 + column, entry->text);
        if (!entry->reason.empty()) page.paragraph(2 + column, entry->reason, Ink::dim);
    }
}

void not_advised(Page& page, const plan::Plan& plan) {
    if (plan.not_advised.empty()) return;
    page.heading("Not advised, and why");
    for (const plan::PlanAdvice& entry : plan.not_advised) {
        page.paragraph(
            2, entry.title.empty() ? entry.key : fmt::format("{}: {}", entry.key, entry.title),
            Ink::strong);
        if (!entry.text.empty()) page.paragraph(4, entry.text);
        if (!entry.reason.empty()) page.paragraph(4, entry.reason, Ink::dim);
    }
}

void refusals(Page& page, const plan::Plan& plan) {
    if (plan.refusals.empty()) return;
    page.heading("Kept out of the plan");
    for (const plan::Refusal& refusal : plan.refusals) {
        std::string text = fmt::format("{}: {}", refusal.key, refusal.reason);
        if (refusal.by_policy) text += fmt::format(" (policy {})", plan.policy);
        if (!refusal.where.empty()) text += fmt::format(" [{}]", refusal.where);
        page.paragraph(2, text);
    }
}

void conflicts(Page& page, const plan::Plan& plan) {
    if (plan.conflicts.empty()) return;
    page.heading("Configuration that says something else");
    for (const plan::Conflict& conflict : plan.conflicts) {
        page.paragraph(2,
                       fmt::format("{}:{}: {} = {}", conflict.file, conflict.line, conflict.key,
                                   value_text(conflict.value)),
                       Ink::caution);
        if (!conflict.text.empty()) page.paragraph(4, conflict.text);
        if (conflict.clears)
            page.command("    Clear it:", drop_lines_command({conflict.key}, conflict.file));
    }
}

void unknowns(Page& page, const plan::Plan& plan) {
    if (plan.unknowns.empty()) return;
    page.heading("Not known");
    for (const std::string& unknown : plan.unknowns)
        page.item(2, "-", 2, unknown);
}

}  // namespace

Ink ink_of(rules::Severity severity) {
    switch (severity) {
        case rules::Severity::info:
            return Ink::plain;
        case rules::Severity::warning:
            return Ink::caution;
        case rules::Severity::critical:
            return Ink::alarm;
    }
    return Ink::plain;
}

void host_line(Page& page, const facts::HostIdentity& host) {
    std::string where = host.hostname.empty() ? "host" : host.hostname;
    where += fmt::format(", Linux {}",
                         host.kernel_release.empty() ? "of unknown release" : host.kernel_release);
    page.paragraph(0, where, Ink::strong);
}

std::string namespace_words(const facts::HostIdentity& host) {
    std::string words =
        host.netns_initial ? "the host's own network namespace" : "network namespace";
    if (!host.netns.empty()) words += " (" + host.netns + ")";
    return words;
}

std::string text_plan(const plan::Plan& plan, const Invocation& invocation,
                      const TextStyle& style) {
    Page page(style);
    header(page, plan);
    findings(page, plan);
    destinations_section(page, plan);
    budget_section(page, plan);
    goals_section(page, plan);
    steps_section(page, plan);
    advice(page, plan);
    not_advised(page, plan);
    refusals(page, plan);
    conflicts(page, plan);
    unknowns(page, plan);
    namespaces_section(page, plan.host, plan.namespaces);
    page.blank();
    page.paragraph(0, plan::verdict_sentence(plan), Ink::strong);
    if (!invocation.saved_to.empty()) {
        page.paragraph(0, fmt::format("Saved to {}.", invocation.saved_to));
    }
    page.command("Next:", next_command(plan, invocation));
    return page.text();
}

}  // namespace tcptune::report

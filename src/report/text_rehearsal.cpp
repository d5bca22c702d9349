// SPDX-License-Identifier: Apache-2.0
#include "report/numbers.hpp"
#include "report/text_layout.hpp"

#include <tcptune/report/rehearsal_report.hpp>

#include <fmt/format.h>

namespace tcptune::report {
namespace {

using plan::RehearsalOutcome;

constexpr std::size_t label_width = 18;

std::string_view outcome_word(RehearsalOutcome outcome) {
    switch (outcome) {
        case RehearsalOutcome::ok:
            return "ok";
        case RehearsalOutcome::refused:
            return "REFUSED";
        case RehearsalOutcome::different:
            return "DIFFERENT";
        case RehearsalOutcome::not_rehearsed:
            break;
    }
    return "NOT REHEARSED";
}

Ink outcome_ink(RehearsalOutcome outcome) {
    if (outcome == RehearsalOutcome::ok) return Ink::good;
    return outcome == RehearsalOutcome::not_rehearsed ? Ink::caution : Ink::alarm;
}

void reason_below(Page& page, std::size_t indent, const plan::RehearsedValue& value) {
    if (value.outcome == RehearsalOutcome::ok) return;
    page.paragraph(indent, value.reason + ".");
    // After a refusal the old value is no news.
    if (!value.found.empty() && value.found != value.before)
        page.paragraph(indent, fmt::format("It holds {} then.", value_text(value.found)));
}

/// "KEY: 2 -> 1"; "KEY = 1" where it was not tried.
std::string change_text(const plan::RehearsedValue& tried) {
    if (!tried.before) return fmt::format("{} = {}", tried.key, value_text(tried.wanted));
    return fmt::format("{}: {} -> {}", tried.key, value_text(*tried.before),
                       value_text(tried.wanted));
}

void steps(Page& page, const plan::Rehearsal& rehearsal) {
    if (rehearsal.steps.empty()) return;
    page.heading("Steps, in this order");
    std::size_t number = 0;
    for (const plan::RehearsedValue& tried : rehearsal.steps) {
        const std::string label = fmt::format("{}. {}", ++number, outcome_word(tried.outcome));
        page.item(2, label, label_width, change_text(tried), outcome_ink(tried.outcome));
        reason_below(page, 2 + label_width, tried);
    }
}

void missing_values(Page& page, const plan::Rehearsal& rehearsal) {
    if (rehearsal.missing_values.empty()) return;
    page.heading("Present values that the rehearsal had to do without");
    for (const plan::RehearsedValue& value : rehearsal.missing_values) {
        page.paragraph(2, fmt::format("{} = {}", value.key, value_text(value.wanted)),
                       Ink::caution);
        reason_below(page, 4, value);
    }
}

}  // namespace

std::string text_rehearsal(const plan::Rehearsal& rehearsal, const std::string& next,
                           const TextStyle& style) {
    Page page(style);
    const std::string& here = rehearsal.hostname;
    page.paragraph(0,
                   fmt::format("Rehearsal on {}, Linux {}", here.empty() ? "this host" : here,
                               rehearsal.planned_for.kernel_release),
                   Ink::strong);
    if (!rehearsal.steps.empty())
        page.paragraph(0,
                       fmt::format("in a network namespace of its own that began with {} of this "
                                   "host's values; the host was not touched",
                                   rehearsal.present_values),
                       Ink::dim);
    if (rehearsal.other_host)
        page.paragraph(0,
                       fmt::format("The plan is for {}. The kernel of this host was used, and the "
                                   "values that the plan expects there.",
                                   rehearsal.planned_for.hostname.empty()
                                       ? "another host"
                                       : "host " + rehearsal.planned_for.hostname),
                       Ink::caution);
    steps(page, rehearsal);
    missing_values(page, rehearsal);
    page.blank();
    page.paragraph(0, plan::rehearsal_sentence(rehearsal), Ink::strong);
    if (!next.empty()) page.command("Next:", next);
    return page.text();
}

}  // namespace tcptune::report

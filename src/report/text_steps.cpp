// SPDX-License-Identifier: Apache-2.0
#include "report/numbers.hpp"
#include "report/plan_order.hpp"
#include "report/text_sections.hpp"

#include <tcptune/base/text.hpp>

#include <fmt/format.h>

namespace tcptune::report {
namespace {

constexpr std::size_t column = 9;

void effect_items(Page& page, const plan::Effect& effect) {
    if (effect.ceiling_before_per_s || effect.ceiling_after_per_s) {
        std::string text =
            "port limit " + limit_change(effect.ceiling_before_per_s, effect.ceiling_after_per_s);
        if (effect.slow_above_before_per_s || effect.slow_above_after_per_s) {
            text += ", slow from " +
                    limit_change(effect.slow_above_before_per_s, effect.slow_above_after_per_s);
        }
        if (!effect.note.empty()) text += " (" + effect.note + ")";
        page.item(5, "effect", column, text, Ink::dim, Ink::good);
        if (!effect.text.empty()) page.item(5, "", column, effect.text);
        return;
    }
    if (!effect.text.empty()) {
        page.item(5, "effect", column, effect.text, Ink::dim);
    }
    if (!effect.note.empty()) page.item(5, "", column, effect.note);
}

void boot_item(Page& page, const plan::PlanChange& change) {
    if (!change.before_boot || *change.before_boot == change.before_runtime) return;
    page.item(5, "boot", column,
              fmt::format("the running value {} is not what the next boot would set: {}.",
                          value_text(change.before_runtime), value_text(*change.before_boot)),
              Ink::dim, Ink::caution);
}

void step_entry(Page& page, const plan::PlanChange& change) {
    page.item(2, fmt::format("{}.", change.order), 3,
              fmt::format("{}: {} -> {}", change.key, value_text(change.before_runtime),
                          value_text(change.after_runtime)),
              Ink::strong, Ink::strong);
    std::string risk = fmt::format("{}; takes effect: {}", to_string(change.risk),
                                   change.takes_effect.empty() ? "at once" : change.takes_effect);
    if (change.pinned) risk += "; pinned by the site policy, not found by evidence";
    page.item(5, "risk", column, risk, Ink::dim, ink_of(change.risk));
    if (!change.reason.empty()) page.item(5, "why", column, change.reason, Ink::dim);
    if (!change.required_by.empty()) {
        page.item(5, "needed", column, "by " + join(change.required_by, ", "), Ink::dim);
    }
    for (const plan::HazardInForce& hazard : change.hazards) {
        page.item(5, "hazard", column,
                  fmt::format("({}{}) {}", to_string(hazard.severity),
                              hazard.verdict == plan::Truth::unknown ? ", not known here" : "",
                              hazard.text),
                  Ink::dim, ink_of(hazard.severity));
    }
    effect_items(page, change.expected_effect);
    boot_item(page, change);
}

}  // namespace

Ink ink_of(rules::Level level) {
    switch (level) {
        case rules::Level::low:
            return Ink::plain;
        case rules::Level::medium:
            return Ink::caution;
        case rules::Level::high:
        case rules::Level::critical:
            return Ink::alarm;
    }
    return Ink::plain;
}

void steps_section(Page& page, const plan::Plan& plan) {
    if (plan.changes.empty()) return;
    page.heading(plan.changes.size() == 1
                     ? "One step"
                     : fmt::format("{} steps, in this order", plan.changes.size()));
    for (const plan::PlanChange* change : by_order(plan))
        step_entry(page, *change);
    if (!plan.persist) {
        page.paragraph(2,
                       "The site policy keeps steps out of the configuration: they would end "
                       "with the next boot.");
    }
}

}  // namespace tcptune::report

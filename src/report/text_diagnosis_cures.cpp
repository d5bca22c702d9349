// SPDX-License-Identifier: Apache-2.0
#include "report/diagnosis_words.hpp"
#include "report/numbers.hpp"
#include "report/plan_order.hpp"
#include "report/text_diagnosis_sections.hpp"

#include <fmt/format.h>

namespace tcptune::report {
namespace {

constexpr std::size_t column = 9;

}  // namespace

void cures_section(Page& page, const diagnosis::Diagnosis& diagnosis) {
    const bool sysctl_is_settled = diagnosis.plan_was_asked || !diagnosis.steps.empty();
    if (diagnosis.advice.empty() && !sysctl_is_settled) return;
    page.heading("What cures it, first things first");
    for (const diagnosis::Advice& entry : diagnosis.advice) {
        page.item(2, remedy_word(entry.remedy), column, entry.title, Ink::plain, Ink::strong);
        if (!entry.text.empty()) page.paragraph(2 + column, entry.text);
    }
    for (const diagnosis::Step& step : diagnosis.steps) {
        page.item(
            2, "sysctl", column,
            fmt::format("{}: {} -> {}", step.key, value_text(step.before), value_text(step.after)),
            Ink::plain, Ink::strong);
        if (!step.effect.empty()) page.paragraph(2 + column, step.effect);
    }
    if (diagnosis.plan_was_asked && diagnosis.steps.empty()) {
        page.item(2, "sysctl", column, "No sysctl would help here.");
    }
}

void no_cures_section(Page& page, const diagnosis::Diagnosis& diagnosis) {
    if (diagnosis.not_cures.empty()) return;
    page.heading("What does not cure it");
    for (const diagnosis::NotACure& entry : diagnosis.not_cures) {
        page.item(2, "-", 2,
                  entry.text.empty() ? entry.what : fmt::format("{}: {}", entry.what, entry.text));
    }
}

void not_known_section(Page& page, const diagnosis::Diagnosis& diagnosis) {
    const std::vector<std::string> lines = not_known(diagnosis);
    if (lines.empty()) return;
    page.heading("Not known");
    for (const std::string& line : lines)
        page.item(2, "-", 2, line);
}

}  // namespace tcptune::report

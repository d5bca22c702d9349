// SPDX-License-Identifier: Apache-2.0
#include "report/diagnosis_words.hpp"
#include "report/numbers.hpp"
#include "report/plan_order.hpp"
#include "report/text_diagnosis_sections.hpp"
#include "report/text_sections.hpp"

#include <tcptune/base/text.hpp>
#include <tcptune/report/diagnosis_report.hpp>

#include <algorithm>
#include <span>

#include <fmt/format.h>

namespace tcptune::report {
namespace {

using diagnosis::Diagnosis;

constexpr std::size_t most_subjects = 3;
/// One screen holds so much of a finding's text; the Markdown has all.
constexpr std::size_t text_limit = 240;
constexpr std::size_t answer_limit = 480;

Ink headline_ink(const Diagnosis& diagnosis) {
    if (any_trouble(diagnosis)) return ink_of(diagnosis.findings.front().severity);
    for (const diagnosis::DestinationView& view : diagnosis.destinations) {
        if (view.forecast.stage != capacity::Stage::free) return ink_of(view.forecast.stage);
    }
    const bool is_blind = diagnosis.method == facts::SocketMethod::none || !diagnosis.budget;
    return is_blind ? Ink::caution : Ink::good;
}

void header(Page& page, const Diagnosis& diagnosis) {
    host_line(page, diagnosis.host);
    std::string how =
        namespace_words(diagnosis.host) + "; " + std::string(how_words(diagnosis.method));
    if (diagnosis.window_s > 0) {
        how +=
            fmt::format("; counters read twice, {} apart",
                        diagnosis.window_s < 2 ? fmt::format("{:.0f} ms", diagnosis.window_s * 1e3)
                                               : span_text(diagnosis.window_s));
    }
    const std::string focus = focus_words(diagnosis);
    if (!focus.empty()) how += "; only sockets" + focus;
    page.paragraph(0, how, Ink::dim);
    page.paragraph(0, headline(diagnosis) + ".", headline_ink(diagnosis));
}

void causes(Page& page, std::string_view label, const std::vector<std::string>& titles, Ink ink) {
    constexpr std::size_t column = 13;
    constexpr std::size_t most = 3;
    if (titles.empty()) return;
    const std::size_t shown = std::min(titles.size(), most);
    std::string words = join(std::span(titles).first(shown), "; ");
    if (titles.size() > shown) words += fmt::format("; and {} more", titles.size() - shown);
    page.item(2, label, column, words, Ink::dim, ink);
}

void answer(Page& page, const Diagnosis& diagnosis) {
    if (!diagnosis.answer) return;
    const diagnosis::Answer& answer = *diagnosis.answer;
    page.heading(answer.title.empty() ? answer.id : fmt::format("{}: {}", answer.id, answer.title));
    if (answer.question.text != answer.id) {
        page.line(2, "asked: " + answer.question.text, Ink::dim);
    }
    page.paragraph(2, first_sentences(answer.text, answer_limit));
    causes(page, "here",
           answer.confirmed.empty() ? std::vector{no_cause_words(answer)} : answer.confirmed,
           answer.confirmed.empty() ? Ink::plain : Ink::strong);
    causes(page, "not here", answer.ruled_out, Ink::plain);
    causes(page, "cannot tell", answer.open, Ink::caution);
}

void subjects(Page& page, const Diagnosis& diagnosis, const diagnosis::Finding& finding,
              std::size_t indent) {
    const std::size_t shown = std::min(finding.subjects.size(), most_subjects);
    for (std::size_t i = 0; i < shown; ++i) {
        const diagnosis::Subject& subject = finding.subjects[i];
        const std::string evidence = short_evidence(subject.evidence, finding.scope);
        const bool both = !subject.name.empty() && !evidence.empty();
        page.paragraph(indent, subject.name + (both ? ": " : "") + evidence, Ink::dim);
        // Owners of a destination stand with it; a process is its own subject.
        const bool owners_are_news =
            finding.scope == rules::Scope::host || finding.scope == rules::Scope::listener;
        if (owners_are_news && !subject.pids.empty()) {
            page.paragraph(indent, "by " + processes_words(diagnosis, subject.pids));
        }
    }
    const std::size_t more = finding.subjects.size() - shown + finding.more_subjects;
    if (more > 0) {
        page.paragraph(indent, fmt::format("and {} more (--format=json)", more), Ink::dim);
    }
}

void findings(Page& page, const Diagnosis& diagnosis) {
    if (diagnosis.findings.empty()) return;
    constexpr std::size_t column = 10;
    page.heading("Findings");
    for (const diagnosis::Finding& finding : diagnosis.findings) {
        page.item(2, to_string(finding.severity), column,
                  finding.title.empty() ? finding.id : finding.title, ink_of(finding.severity),
                  Ink::strong);
        subjects(page, diagnosis, finding, 2 + column);
        page.paragraph(2 + column, first_sentences(finding.text, text_limit));
    }
}

/// What is wrong in other namespaces; the others of those that were looked into are only counted.
void judged(Page& page, const Diagnosis& diagnosis) {
    std::size_t well = 0;
    for (const diagnosis::NamespaceVerdict& other : diagnosis.judged) {
        if (!other.worst || *other.worst == rules::Severity::info) {
            ++well;
            continue;
        }
        page.item(2, to_string(*other.worst), 10, other.name + ": " + other.verdict,
                  ink_of(*other.worst));
    }
    if (well > 0)
        page.paragraph(2,
                       fmt::format("Nothing was seen in {} of those that were looked into{}.", well,
                                   well == diagnosis.judged.size() ? "" : " besides"),
                       Ink::dim);
}

}  // namespace

std::string text_diagnosis(const Diagnosis& diagnosis, const DiagnoseInvocation& invocation,
                           const TextStyle& style) {
    Page page(style);
    header(page, diagnosis);
    answer(page, diagnosis);
    destinations_section(page, diagnosis);
    states_section(page, diagnosis);
    findings(page, diagnosis);
    cures_section(page, diagnosis);
    no_cures_section(page, diagnosis);
    not_known_section(page, diagnosis);
    if (!diagnosis.namespaces.empty()) {
        namespaces_section(page, diagnosis.host, diagnosis.namespaces);
        judged(page, diagnosis);
    }
    page.blank();
    page.paragraph(0, diagnosis::verdict_sentence(diagnosis), Ink::strong);
    page.command("Next:", next_command(diagnosis, invocation));
    return page.text();
}

}  // namespace tcptune::report

// SPDX-License-Identifier: Apache-2.0
#include "report/diagnosis_words.hpp"
#include "report/markdown_text.hpp"
#include "report/numbers.hpp"
#include "report/plan_order.hpp"

#include <tcptune/base/text.hpp>
#include <tcptune/report/diagnosis_report.hpp>

#include <algorithm>

#include <fmt/format.h>

namespace tcptune::report {
namespace {

using diagnosis::Diagnosis;
using markdown::code;
using markdown::folded;
using markdown::prose;

std::string summary_line(const Diagnosis& diagnosis, bool show_host) {
    std::string where;
    if (show_host && !diagnosis.host.hostname.empty()) {
        where = " on " + code(diagnosis.host.hostname);
    }
    return fmt::format("**tcptune diagnose{}**: {} (Linux {}, {})\n", where,
                       prose(headline(diagnosis)), prose(diagnosis.host.kernel_release),
                       how_words(diagnosis.method));
}

std::string causes(std::string_view label, const std::vector<std::string>& titles) {
    return titles.empty() ? "" : fmt::format("- {}: {}\n", label, prose(join(titles, "; ")));
}

std::string answer(const Diagnosis& diagnosis) {
    if (!diagnosis.answer) return {};
    const diagnosis::Answer& answer = *diagnosis.answer;
    std::string out = fmt::format("\n**{}** {}\n", prose(answer.id), prose(answer.title));
    if (answer.question.text != answer.id) out += "\nAsked: " + code(answer.question.text) + "\n";
    if (!answer.text.empty()) out += "\n" + prose(answer.text) + "\n";
    out += "\n" + causes("here", answer.confirmed.empty() ? std::vector{no_cause_words(answer)}
                                                          : answer.confirmed);
    return out + causes("not here", answer.ruled_out) + causes("cannot tell", answer.open);
}

std::string left_words(const capacity::Forecast& forecast) {
    if (forecast.stage == capacity::Stage::exhausted) return "now";
    return forecast.seconds_left ? span_text(*forecast.seconds_left) : "-";
}

std::string destinations(const Diagnosis& diagnosis) {
    constexpr std::size_t most = 20;
    std::vector<const diagnosis::DestinationView*> views = worth_showing(diagnosis);
    if (views.empty()) {
        const std::string words = no_destination_words(diagnosis);
        return words.empty() ? words : "\n" + prose(words) + "\n";
    }
    views.resize(std::min(views.size(), most));
    std::string out =
        "\n| destination | in use | usable | stage | closes | port limit | full in | sockets | "
        "owners |\n|---|---:|---:|---|---:|---:|---:|---|---|\n";
    for (const diagnosis::DestinationView* view : views) {
        const capacity::Forecast& forecast = view->forecast;
        out +=
            fmt::format("| {} | {} | {} | {} | {} | {} | {} | {} | {} |\n",
                        code(destination_name(view->destination)), with_thousands(forecast.in_use),
                        with_thousands(forecast.ceiling.budget.usable), to_string(forecast.stage),
                        rate_text(forecast.rate_per_s), limit_text(forecast.ceiling.per_s),
                        left_words(forecast), prose(states_words(view->destination)),
                        prose(owners_words(diagnosis, view->destination)));
    }
    const std::string more = more_destinations_words(diagnosis, views.size());
    return more.empty() ? out : out + "\n" + more + "\n";
}

std::string findings(const Diagnosis& diagnosis) {
    if (diagnosis.findings.empty()) return {};
    std::string out = "\nFindings:\n\n";
    for (const diagnosis::Finding& finding : diagnosis.findings) {
        out += fmt::format("- **{}** {}", to_string(finding.severity),
                           prose(finding.title.empty() ? finding.id : finding.title));
        std::string names;
        for (const diagnosis::Subject& subject : finding.subjects) {
            if (subject.name.empty()) continue;
            names += (names.empty() ? ": " : ", ") + code(subject.name);
        }
        out += names;
        if (finding.more_subjects > 0) out += fmt::format(" and {} more", finding.more_subjects);
        out += "\n";
        if (!finding.text.empty()) out += "  " + prose(finding.text) + "\n";
    }
    return out;
}

std::string cures(const Diagnosis& diagnosis) {
    const std::vector<const diagnosis::Advice*> advice = advice_to_give(diagnosis);
    const std::string_view no_step = no_step_words(diagnosis);
    if (advice.empty() && diagnosis.steps.empty() && no_step.empty()) return {};
    std::string out = "\nWhat cures it, first things first:\n\n";
    std::size_t number = 0;
    for (const diagnosis::Advice* entry : advice) {
        out += fmt::format("{}. {}: **{}** {}\n", ++number, remedy_word(entry->remedy),
                           prose(entry->title), prose(entry->text));
    }
    for (const diagnosis::Step& step : diagnosis.steps) {
        out += fmt::format("{}. sysctl: {} {} to {}. {}\n", ++number, code(step.key),
                           code(step.before), code(step.after), prose(step.effect));
    }
    if (!no_step.empty()) out += fmt::format("{}. sysctl: {}\n", ++number, no_step);
    return out;
}

std::string evidence(const Diagnosis& diagnosis) {
    std::string out;
    for (const diagnosis::Finding& finding : diagnosis.findings) {
        for (const diagnosis::Subject& subject : finding.subjects) {
            out += fmt::format("- {}{}\n", code(finding.id),
                               subject.name.empty() ? "" : ", " + code(subject.name));
            for (const plan::PlanEvidence& line : subject.evidence) {
                out += fmt::format("  - {}{}{}\n", code(trim(line.expression)),
                                   line.value.empty() ? "" : ": " + code(line.value),
                                   line.verdict.empty() ? "" : ", " + prose(line.verdict));
            }
            if (!subject.pids.empty()) {
                out += fmt::format("  - {}\n", prose(processes_words(diagnosis, subject.pids)));
            }
        }
    }
    return out;
}

std::string states(const Diagnosis& diagnosis) {
    std::string rows;
    for (const auto& [state, count] : tally(diagnosis)) {
        rows += fmt::format("| {} | {} | {} |\n", code(state), with_thousands(count),
                            prose(state_meaning(state)));
    }
    return rows.empty() ? rows : "| state | sockets | |\n|---|---:|---|\n" + rows;
}

std::string no_cures(const Diagnosis& diagnosis) {
    std::string out;
    for (const diagnosis::NotACure& entry : diagnosis.not_cures) {
        out += fmt::format("- **{}** {}\n", prose(entry.what), prose(entry.text));
    }
    return out;
}

std::string unknowns(const Diagnosis& diagnosis) {
    std::string out;
    for (const std::string& line : not_known(diagnosis))
        out += fmt::format("- {}\n", prose(line));
    return out;
}

}  // namespace

std::string markdown_diagnosis(const Diagnosis& diagnosis, bool show_host) {
    std::string out = summary_line(diagnosis, show_host);
    out += "\n" + prose(diagnosis::verdict_sentence(diagnosis)) + "\n";
    out += answer(diagnosis);
    out += destinations(diagnosis);
    out += findings(diagnosis);
    out += cures(diagnosis);
    out += folded("What does not help", no_cures(diagnosis));
    out += folded("Evidence", evidence(diagnosis));
    out += folded("TCP sockets by state", states(diagnosis));
    out += folded("Not known", unknowns(diagnosis));
    out += markdown::namespaces_note(diagnosis.host, diagnosis.namespaces);
    return out;
}

}  // namespace tcptune::report

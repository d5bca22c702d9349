// SPDX-License-Identifier: Apache-2.0
#include "report/diagnosis_words.hpp"
#include "report/numbers.hpp"
#include "report/plan_order.hpp"
#include "report/text_diagnosis_sections.hpp"

#include <tcptune/base/text.hpp>

#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include <fmt/format.h>

namespace tcptune::report {
namespace {

using diagnosis::Advice;
using diagnosis::Diagnosis;

bool asks_for_a_plan(const Advice& advice) {
    return advice.remedy == rules::Remedy::sysctl &&
           advice.title.find("tcptune plan") != std::string::npos;
}

/// Where the sentence that begins at `from` ends: behind its full stop.
std::size_t sentence_end(std::string_view text, std::size_t from) {
    for (std::size_t dot = text.find(". ", from); dot != std::string_view::npos;
         dot = text.find(". ", dot + 1)) {
        const std::size_t next = text.find_first_not_of(' ', dot + 1);
        const bool begins = next != std::string_view::npos &&
                            ((text[next] >= 'A' && text[next] <= 'Z') || text[next] == '"');
        if (begins) return dot + 1;
    }
    return text.size();
}

constexpr std::size_t cure_column = 9;

/// Cures whose text stands on the screen; of the others the title does. The Markdown has all.
std::size_t most_explained(const Diagnosis& diagnosis) {
    const std::size_t findings = diagnosis.findings.size();
    return findings > 2 ? 1 : findings == 2 ? 2 : 3;
}

/// One screen holds so much of each text.
constexpr std::size_t cure_limit = 140;
constexpr std::size_t no_cure_limit = 120;
constexpr std::size_t most_no_cures = 3;
constexpr std::size_t most_named = 5;
constexpr std::size_t effect_limit = 140;

struct Cure {
    const Advice* advice = nullptr;
    std::string text;  ///< as much of it as is shown
};

/// The first cures of each finding with their text, the others by their title alone.
std::vector<Cure> shortened(const Diagnosis& diagnosis) {
    const std::size_t most = most_explained(diagnosis);
    std::map<std::string, std::size_t> explained;
    std::vector<Cure> cures;
    for (const Advice* advice : advice_to_give(diagnosis)) {
        bool explain = advice->finding_ids.empty();
        for (const std::string& id : advice->finding_ids)
            explain = ++explained[id] <= most || explain;
        cures.push_back({advice, explain ? first_sentences(advice->text, cure_limit) : ""});
    }
    return cures;
}

/// In one line; the list of --all-netns is a section of its own.
std::string other_namespaces(const Diagnosis& diagnosis) {
    const std::optional<std::int64_t>& others = diagnosis.host.other_netns;
    if (!diagnosis.namespaces.empty() || (others && *others <= 0)) return {};
    return others ? fmt::format("{} other network {} not looked at (as root: --all-netns)",
                                with_thousands(*others),
                                *others == 1 ? "namespace was" : "namespaces were")
                  : std::string(namespaces_not_known);
}

bool is_cut(const Cure& cure) {
    return cure.text.size() < trim(cure.advice->text).size();
}

}  // namespace

std::string first_sentences(std::string_view text, std::size_t limit) {
    text = trim(text);
    std::size_t end = sentence_end(text, 0);
    while (end < text.size()) {
        const std::size_t next = sentence_end(text, end);
        if (next > limit) break;
        end = next;
    }
    return std::string(text.substr(0, end));
}

std::vector<const Advice*> advice_to_give(const Diagnosis& diagnosis) {
    std::vector<const Advice*> result;
    for (const Advice& advice : diagnosis.advice) {
        if (!diagnosis.plan_was_asked || !asks_for_a_plan(advice)) result.push_back(&advice);
    }
    return result;
}

std::string_view no_step_words(const Diagnosis& diagnosis) {
    if (!diagnosis.plan_was_asked || !diagnosis.steps.empty()) return {};
    const std::vector<const Advice*> advice = advice_to_give(diagnosis);
    const bool others = std::ranges::any_of(
        advice, [](const Advice* entry) { return entry->remedy == rules::Remedy::sysctl; });
    return others ? "The plan proposes no step here." : "No sysctl would help here.";
}

void cures_section(Page& page, const Diagnosis& diagnosis) {
    const std::vector<Cure> cures = shortened(diagnosis);
    const std::string_view no_step = no_step_words(diagnosis);
    if (cures.empty() && diagnosis.steps.empty() && no_step.empty()) return;
    page.heading(
        fmt::format("What cures it, first things first{}",
                    std::ranges::any_of(cures, is_cut) ? " (in full: --format=markdown)" : ""));
    for (const Cure& cure : cures) {
        page.item(2, remedy_word(cure.advice->remedy), cure_column, cure.advice->title, Ink::plain,
                  Ink::strong);
        page.paragraph(2 + cure_column, cure.text);
    }
    for (const diagnosis::Step& step : diagnosis.steps) {
        page.item(
            2, "sysctl", cure_column,
            fmt::format("{}: {} -> {}", step.key, value_text(step.before), value_text(step.after)),
            Ink::plain, Ink::strong);
        if (step.limit_after_per_s) {
            page.paragraph(2 + cure_column,
                           fmt::format("port limit {}", limit_change(step.limit_before_per_s,
                                                                     step.limit_after_per_s)));
        }
        page.paragraph(2 + cure_column, first_sentences(step.effect, effect_limit));
    }
    if (!no_step.empty()) page.item(2, "sysctl", cure_column, no_step);
}

void no_cures_section(Page& page, const Diagnosis& diagnosis) {
    const std::vector<diagnosis::NotACure>& entries = diagnosis.not_cures;
    if (entries.empty()) return;
    page.heading("What does not help");
    const std::size_t explained = std::min(entries.size(), most_no_cures);
    for (std::size_t i = 0; i < explained; ++i) {
        const std::string text = first_sentences(entries[i].text, no_cure_limit);
        page.item(2, "-", 2,
                  text.empty() ? entries[i].what : fmt::format("{}: {}", entries[i].what, text));
    }
    if (entries.size() == explained) return;
    const std::size_t named = std::min(entries.size(), explained + most_named);
    std::string others = "nor: " + entries[explained].what;
    for (std::size_t i = explained + 1; i < named; ++i)
        others += "; " + entries[i].what;
    if (entries.size() > named) others += fmt::format("; and {} more", entries.size() - named);
    page.item(2, "-", 2, others);
}

void not_known_section(Page& page, const Diagnosis& diagnosis) {
    std::vector<std::string> lines = not_known(diagnosis);
    const std::string namespaces = other_namespaces(diagnosis);
    if (!namespaces.empty()) lines.push_back(namespaces);
    if (lines.empty()) return;
    page.heading("Not known");
    for (const std::string& line : lines)
        page.item(2, "-", 2, line);
}

}  // namespace tcptune::report

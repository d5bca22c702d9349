// SPDX-License-Identifier: Apache-2.0
#include "lint/passes.hpp"

#include <tcptune/lint/lint.hpp>

#include <algorithm>
#include <utility>

#include <fmt/format.h>

namespace tcptune::lint {

namespace {

/// One fix a line: taking it out before anything else, then the first one. A second run does the
/// rest.
void keep_one_fix_a_line(std::span<Finding> findings) {
    for (auto begin = findings.begin(); begin != findings.end();) {
        const auto end = std::find_if(begin, findings.end(), [&](const Finding& finding) {
            return finding.line != begin->line;
        });
        const auto with = [&](Fix::Kind kind) {
            return std::find_if(begin, end,
                                [kind](const Finding& f) { return f.fix.kind == kind; });
        };
        auto kept = with(Fix::Kind::remove);
        if (kept == end) kept = with(Fix::Kind::replace);
        for (auto finding = begin; finding != end; ++finding)
            if (finding != kept) finding->fix = {};
        begin = end;
    }
}

void put_in_order(Findings& findings, bool only_drop) {
    std::ranges::stable_sort(findings, [](const Finding& one, const Finding& other) {
        if (one.line != other.line) return one.line < other.line;
        if (one.column != other.column) return one.column < other.column;
        return one.severity > other.severity;
    });
    if (only_drop)
        for (Finding& finding : findings)
            if (finding.rule_id != "lint/dropped") finding.fix = {};
    keep_one_fix_a_line(findings);
}

void judge(Document& document, Knowledge& knowledge, Findings& findings) {
    const Standard& standard = knowledge.standard();
    if (document.kind == TextKind::not_linux || document.kind == TextKind::other) {
        note_kind(document, findings);
        return;
    }
    note_encoding(document, findings);
    note_lines(document, knowledge, findings);
    note_keys(document, knowledge, findings);
    const Effects effects(document, knowledge);
    note_duplicates(document, effects, knowledge, findings);
    const std::vector<bool> told = note_rules(document, effects, knowledge, findings);
    note_values(document, effects, told, knowledge, findings);
    note_myths(document, knowledge, findings);
    if (!standard.drop.empty()) note_dropped(document, standard, findings);
    put_in_order(findings, !standard.drop.empty());
}

/// More than anybody reads of one file, and a bound for the memory that a hostile one takes.
constexpr std::size_t most_findings = 10000;

void cut_short(Findings& findings) {
    if (findings.size() <= most_findings) return;
    const auto rest = findings.begin() + static_cast<std::ptrdiff_t>(most_findings);
    Finding more = *rest;
    more.category = Category::syntax;
    more.severity =
        std::ranges::max_element(rest, findings.end(), {}, &Finding::severity)->severity;
    more.key.clear();
    more.rule_id = "lint/too-many";
    more.title =
        fmt::format("{} more findings of this file are left out", findings.size() - most_findings);
    more.explanation = "The worst of them is as severe as this one.";
    more.mend = "Mend what is told, and run it again.";
    more.fix = {};
    findings.resize(most_findings);
    findings.push_back(std::move(more));
}

}  // namespace

Report lint(std::span<const Input> inputs, const Standard& standard) {
    Report report;
    Knowledge knowledge(standard);
    for (const Input& input : inputs) {
        Document document = read_document(input, knowledge);
        Findings findings;
        judge(document, knowledge, findings);
        cut_short(findings);
        FileReport file{.file = input.file, .kind = document.kind};
        file.lines = document.lines.empty() ? 0 : document.lines.back().number;
        file.assignments = static_cast<std::uint32_t>(
            std::ranges::count(document.settings, false, &Setting::exclusion));
        file.not_judged = document.not_judged;
        report.files.push_back(std::move(file));
        std::ranges::move(findings, std::back_inserter(report.findings));
    }
    return report;
}

}  // namespace tcptune::lint

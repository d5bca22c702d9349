// SPDX-License-Identifier: Apache-2.0
#include "cli/lint_run.hpp"

#include <tcptune/base/error.hpp>
#include <tcptune/base/text.hpp>
#include <tcptune/lint/fix.hpp>

#include <algorithm>
#include <iterator>
#include <utility>

namespace tcptune::cli {
namespace {

/// Texts are judged together up to this size: rules are looked up once for all of them.
constexpr std::size_t batch_bytes = std::size_t{16} << 20U;
/// Of a line, what a report may show: it shows far less.
constexpr std::size_t longest_kept = std::size_t{64} << 10U;
/// A mended line may show another mistake that can be mended.
constexpr int most_rounds = 8;
constexpr std::string_view utf8_mark = "\xEF\xBB\xBF";

/// Lines of a text by number, without their ends; a byte order mark is in none.
std::vector<std::string_view> lines_by_number(std::string_view text) {
    if (text.starts_with(utf8_mark)) text.remove_prefix(utf8_mark.size());
    std::vector<std::string_view> lines = split(text, '\n');
    for (std::string_view& line : lines)
        if (line.ends_with('\r')) line.remove_suffix(1);
    return lines;
}

/// A line of a script may be one part of a command, and the only one between "then" and "fi": to
/// take it out could break the script.
void keep_scripts(lint::Report& report, std::span<const lint::Input> inputs) {
    std::size_t at = 0;
    for (std::size_t i = 0; i < inputs.size(); ++i) {
        const bool script =
            report.files[i].kind == lint::TextKind::shell || inputs[i].text.starts_with("#!");
        for (; at < report.findings.size() && report.findings[at].file == inputs[i].file; ++at)
            if (script) report.findings[at].fix = {};
    }
}

lint::Report judged(std::span<const lint::Input> inputs, const lint::Standard& standard) {
    lint::Report report = lint::lint(inputs, standard);
    keep_scripts(report, inputs);
    return report;
}

struct Mended {
    std::string text;
    lint::Report left;  ///< what is wrong with it
};

Mended mended(const lint::Input& input, lint::Report report, const lint::Standard& standard) {
    Mended made{.text = input.text, .left = std::move(report)};
    for (int round = 0; round < most_rounds; ++round) {
        std::string next = lint::fixed(made.text, made.left.findings);
        if (next == made.text) break;
        made.text = std::move(next);
        const lint::Input again{.file = input.file, .text = made.text};
        made.left = judged({&again, 1}, standard);
    }
    return made;
}

/// The texts of one batch, each with what is needed to write it.
struct LintBatch {
    std::vector<lint::Input> inputs;
    std::vector<const LintSource*> sources;
    std::vector<std::optional<FileStamp>> stamps;
    std::size_t bytes = 0;
};

/// A finding of a file goes to the outcome with its line.
void add_to_outcome(report::LintOutcome& outcome, lint::Report&& of_file, std::string_view text) {
    if (!of_file.findings.empty()) {
        const std::vector<std::string_view> lines = lines_by_number(text);
        for (lint::Finding& finding : of_file.findings) {
            const bool there = finding.line > 0 && finding.line <= lines.size();
            outcome.source_lines.emplace_back(
                there ? lines[finding.line - 1].substr(0, longest_kept) : std::string_view());
            outcome.report.findings.push_back(std::move(finding));
        }
    }
    std::ranges::move(of_file.files, std::back_inserter(outcome.report.files));
}

void add_batch(LintRun& run, LintBatch& batch, const lint::Standard& standard,
               const LintWish& wish) {
    lint::Report report = judged(batch.inputs, standard);
    std::size_t at = 0;
    for (std::size_t i = 0; i < batch.inputs.size(); ++i) {
        lint::Input& input = batch.inputs[i];
        lint::Report of_file;
        of_file.files.push_back(report.files[i]);
        for (; at < report.findings.size() && report.findings[at].file == input.file; ++at)
            of_file.findings.push_back(std::move(report.findings[at]));

        Mended made;
        if (wish.fix) made = mended(input, of_file, standard);
        const bool changes = wish.fix && made.text != input.text;
        if (changes) run.diff += lint::unified_diff(input.file, input.text, made.text);
        if (changes && wish.of_mended)
            add_to_outcome(run.outcome, std::move(made.left), made.text);
        else
            add_to_outcome(run.outcome, std::move(of_file), input.text);
        if (changes) {
            run.rewrites.push_back({.shown = input.file,
                                    .path = batch.sources[i]->path,
                                    .stamp = batch.stamps[i],
                                    .before = std::move(input.text),
                                    .after = std::move(made.text)});
        }
    }
    batch = {};
}

}  // namespace

LintRun lint_sources(const LintSources& sources, const lint::Standard& standard,
                     const LintWish& wish) {
    LintRun run;
    run.outcome.kernel = standard.kernel;
    run.outcome.unread = sources.unread;
    LintBatch batch;
    for (const LintSource& source : sources.sources) {
        try {
            LintText read = read_lint_source(source);
            batch.bytes += read.text.size();
            batch.inputs.push_back({.file = source.shown, .text = std::move(read.text)});
            batch.sources.push_back(&source);
            batch.stamps.push_back(read.stamp);
        } catch (const Error& error) {
            run.outcome.unread.push_back({.file = error.object(), .reason = error.reason()});
        }
        if (batch.bytes >= batch_bytes) add_batch(run, batch, standard, wish);
    }
    if (!batch.inputs.empty()) add_batch(run, batch, standard, wish);
    return run;
}

std::size_t changed_lines(std::string_view before, std::string_view after) {
    const std::vector<std::string_view> old_lines = split(before, '\n');
    const std::vector<std::string_view> new_lines = split(after, '\n');
    std::size_t changed = 0;
    for (std::size_t i = 0; i < std::min(old_lines.size(), new_lines.size()); ++i)
        changed += old_lines[i] != new_lines[i] ? 1U : 0U;
    return changed;
}

}  // namespace tcptune::cli

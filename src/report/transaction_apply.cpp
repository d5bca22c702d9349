// SPDX-License-Identifier: Apache-2.0
#include "report/numbers.hpp"
#include "report/text_sections.hpp"
#include "report/transaction_page.hpp"

#include <tcptune/base/text.hpp>
#include <tcptune/report/apply_report.hpp>
#include <tcptune/report/next_command.hpp>

#include <vector>

#include <fmt/format.h>

namespace tcptune::report {
namespace {

/// So many lines of a failed check are shown; JSON has all that was kept.
constexpr std::size_t most_output_lines = 20;

/// The last lines of foreign output, one per line of ours.
void output_lines(Page& page, const CheckResult& check) {
    std::vector<std::string_view> lines = split(check.output, '\n');
    while (!lines.empty() && trim(lines.back()).empty())
        lines.pop_back();
    const std::size_t skipped =
        lines.size() > most_output_lines ? lines.size() - most_output_lines : 0;
    if (skipped > 0 || check.output_cut)
        page.line(6, "(the last lines of what it wrote)", Ink::dim);
    for (std::size_t i = skipped; i < lines.size(); ++i)
        page.line(6, lines[i], Ink::dim);
}

std::string command_line(const std::vector<std::string>& words) {
    std::vector<std::string> quoted;
    for (const std::string& word : words)
        quoted.push_back(shell_word(word));
    return join(quoted, " ");
}

std::string_view objection_title(const std::string& kind) {
    if (kind == "stale") return "The plan does not fit any more";
    return kind == "policy" ? "The policy refuses" : "What would win at the next boot";
}

std::string_view file_word(const FileChange& file) {
    if (file.before_digest.empty()) return "new";
    return file.after_digest.empty() ? "removed" : "changed";
}

/// Items that are not as everybody expects them to be.
std::vector<txn::Outcome> troubles(const txn::Result& result) {
    std::vector<txn::Outcome> found;
    for (const txn::Outcome& outcome : result.outcomes) {
        switch (outcome.status) {
            case txn::OutcomeStatus::conflict:
            case txn::OutcomeStatus::gone:
            case txn::OutcomeStatus::failed:
            case txn::OutcomeStatus::not_tried:
                found.push_back(outcome);
                break;
            default:
                break;
        }
    }
    return found;
}

bool is_kept(const ApplyReport& report) {
    return report.ended && (report.ended->state == txn::State::committed ||
                            report.ended->state == txn::State::committed_not_durable);
}

/// After a revert: what it did not reach.
void left_behind(Page& page, const ApplyReport& report) {
    if (!report.ended || is_kept(report)) return;
    for (const KeyChange& change : report.keys) {
        if (!change.remains) continue;
        page.paragraph(0,
                       fmt::format("Not reverted: {} is not {} as before.", change.key,
                                   value_text(change.before)),
                       Ink::caution);
    }
    for (const FileChange& file : report.files)
        page.paragraph(0,
                       fmt::format("Not reverted: the file {} ({}).", file.path, file_word(file)),
                       Ink::caution);
}

}  // namespace

std::string text_steps(const plan::Plan& plan, const TextStyle& style) {
    Page page(style);
    steps_section(page, plan);
    return page.text();
}

std::string text_begun(const ApplyReport& report, const MomentText& moment,
                       std::int64_t until_unix_s, std::int64_t now_unix_s, const TextStyle& style) {
    Page page(style);
    if (!report.begun) return page.text();
    const std::string until = moment_near(moment, until_unix_s, now_unix_s);
    const std::string id = short_id(report.id);
    if (report.command) {
        page.paragraph(0,
                       fmt::format("Checkpoint {}: every sysctl of the catalog is remembered by "
                                   "{}.",
                                   id, report.helper),
                       Ink::strong);
    } else {
        page.paragraph(0, fmt::format("Transaction {}, written by {}:", id, report.helper),
                       Ink::strong);
        outcome_lines(page, report.begun->outcomes);
    }
    std::string until_words = fmt::format("Undone at {} unless it is confirmed.", until);
    if (report.bound) {
        until_words = fmt::format(
            "Undone at {} at the latest, and at once when this program ends without keeping it.",
            until);
    } else if (report.command) {
        until_words = fmt::format(
            "If this program dies it is undone at {}; while the command runs, that moves on.",
            until);
    }
    page.paragraph(0, until_words, Ink::caution);
    return page.text();
}

std::string text_plan_origin(std::string_view host, std::string_view profile,
                             std::string_view policy, const std::string& digest,
                             const TextStyle& style) {
    Page page(style);
    page.paragraph(0,
                   fmt::format("Plan {} for {}, profile {}, policy {}", digest.substr(0, 12),
                               host.empty() ? "a host without a name" : host, profile, policy),
                   Ink::strong);
    return page.text();
}

std::string text_warnings(std::span<const std::string> warnings, const TextStyle& style) {
    Page page(style);
    for (const std::string& warning : warnings)
        page.item(2, "-", 2, warning, Ink::caution);
    return page.text();
}

std::string text_asked(std::span<const AskedChange> changes, const TextStyle& style) {
    Page page(style);
    std::size_t number = 0;
    for (const AskedChange& change : changes) {
        page.item(2, fmt::format("{}.", ++number), 4,
                  fmt::format("{}: {} -> {}", change.key, value_text(change.before),
                              value_text(change.after)),
                  Ink::plain, Ink::strong);
    }
    return page.text();
}

std::string text_check(const CheckResult& check, const TextStyle& style) {
    Page page(style);
    page.item(0, "Check", 6,
              fmt::format("{}: {} ({:.1f} s)", check.command, check_words(check), check.seconds),
              Ink::plain, check.passed() ? Ink::good : Ink::alarm);
    if (!check.passed()) output_lines(page, check);
    return page.text();
}

std::string text_objections(std::span<const Objection> objections, const TextStyle& style) {
    Page page(style);
    if (!objections.empty()) page.heading(objection_title(objections.front().kind));
    for (const Objection& objection : objections) {
        std::string where = objection.file;
        if (!where.empty() && objection.line > 0) where += fmt::format(":{}", objection.line);
        page.paragraph(2, where.empty() ? objection.object : where + ": " + objection.object,
                       Ink::strong);
        page.paragraph(4, objection.text);
        if (!objection.expected.empty() || !objection.found.empty()) {
            page.paragraph(4, fmt::format("expected {}, found {}", value_text(objection.expected),
                                          value_text(objection.found)));
        }
        if (!objection.mend.empty()) page.paragraph(4, objection.mend, Ink::good);
    }
    for (const Objection& objection : objections)
        if (!objection.command.empty()) page.command("Clear it:", objection.command);
    return page.text();
}

std::string text_command(const ApplyReport& report, const TextStyle& style) {
    Page page(style);
    if (report.command) {
        page.paragraph(0,
                       fmt::format("{}: {}", command_line(report.command->words),
                                   command_words(*report.command)),
                       report.command->succeeded() ? Ink::strong : Ink::alarm);
    }
    if (report.keys.empty() && report.files.empty()) {
        page.paragraph(0, "No sysctl of this namespace and no configuration file was changed.");
        return page.text();
    }
    if (!report.keys.empty()) page.heading("Sysctls that changed");
    for (const KeyChange& change : report.keys) {
        page.paragraph(2, fmt::format("{}: {} -> {}", change.key, value_text(change.before),
                                      value_text(change.after)));
        if (!change.covered)
            page.paragraph(4, "outside the catalog: a revert leaves it as it is", Ink::caution);
    }
    if (!report.files.empty()) page.heading("Configuration files that changed (never reverted)");
    for (const FileChange& file : report.files) {
        page.item(2, file_word(file), 9, file.path);
        const auto beginning = [](const std::string& digest) {
            return digest.empty() ? "none" : digest.substr(0, 12);
        };
        page.paragraph(11,
                       fmt::format("sha256 {} -> {}", beginning(file.before_digest),
                                   beginning(file.after_digest)),
                       Ink::dim);
    }
    return page.text();
}

std::string text_ending(const ApplyReport& report, const MomentText& moment,
                        std::int64_t now_unix_s, const TextStyle& style) {
    Page page(style);
    if (report.ended) {
        outcome_lines(page, troubles(*report.ended));
    } else if (report.begun && txn::has_ended(report.begun->state)) {
        outcome_lines(page, report.begun->outcomes);
    }
    left_behind(page, report);
    page.paragraph(0, sentence_of(report.ending.summary),
                   report.ending.exit_code == 0 ? Ink::good : Ink::alarm);
    std::string text = page.text();
    if (report.armed) {
        text += text_armed(report.armed->id, report.armed->seconds_left, moment, now_unix_s, style);
        return text;
    }
    Page next(style);
    if (is_kept(report) && !report.command) next.command("Undo it:", rollback_command(report.id));
    return text + next.text();
}

}  // namespace tcptune::report

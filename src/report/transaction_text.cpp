// SPDX-License-Identifier: Apache-2.0
#include "report/numbers.hpp"
#include "report/text_layout.hpp"
#include "report/transaction_page.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace tcptune::report {
namespace {

constexpr std::size_t label_column = 9;

Ink ink_of(txn::OutcomeStatus status) {
    switch (status) {
        case txn::OutcomeStatus::conflict:
        case txn::OutcomeStatus::gone:
        case txn::OutcomeStatus::not_tried:
            return Ink::caution;
        case txn::OutcomeStatus::failed:
            return Ink::alarm;
        default:
            return Ink::plain;
    }
}

Ink ink_of(txn::State state) {
    switch (state) {
        case txn::State::rollback_incomplete:
        case txn::State::committed_not_durable:
            return Ink::alarm;
        case txn::State::applied:
        case txn::State::rolled_back_with_conflicts:
            return Ink::caution;
        default:
            return Ink::strong;
    }
}

std::string spaced(std::string_view word) {
    std::string text(word);
    std::ranges::replace(text, '_', ' ');
    return text;
}

/// The state in at most 15 columns.
std::string_view short_state(txn::State state) {
    switch (state) {
        case txn::State::applied:
            return "armed";
        case txn::State::committed_not_durable:
            return "not durable";
        case txn::State::rolling_back:
            return "rolling back";
        case txn::State::rolled_back:
            return "rolled back";
        case txn::State::rolled_back_with_conflicts:
            return "with conflicts";
        case txn::State::rollback_incomplete:
            return "incomplete";
        case txn::State::ended_by_reboot:
            return "ended by reboot";
        default:
            return to_string(state);
    }
}

std::string values_of(const txn::Outcome& outcome) {
    // The drop-in is a file: it has no value.
    if (outcome.key.starts_with('/') && outcome.before.empty() && outcome.after.empty()) return "";
    const std::string before = value_text(outcome.before);
    const std::string after = value_text(outcome.after);
    switch (outcome.status) {
        case txn::OutcomeStatus::applied:
        case txn::OutcomeStatus::kept:
        case txn::OutcomeStatus::restored:
            return before == after ? ": " + after : fmt::format(": {} -> {}", before, after);
        case txn::OutcomeStatus::unchanged:
        case txn::OutcomeStatus::already_old:
            return ": " + before;
        case txn::OutcomeStatus::conflict:
        case txn::OutcomeStatus::failed:
            if (outcome.after.empty()) return ": was " + before;
            if (before == after) return ": is " + after;
            return fmt::format(": is {}, was {} before", after, before);
        case txn::OutcomeStatus::gone:
            return ": was " + before;
        case txn::OutcomeStatus::not_tried:
            return "";
    }
    return "";
}

/// Who may end it, until when, and what happens without anybody.
void armed_lines(Page& page, const txn::TransactionInfo& info, const MomentText& moment,
                 std::int64_t now_unix_s) {
    const std::string until = moment_near(moment, now_unix_s + info.seconds_left, now_unix_s);
    if (info.bound) {
        page.paragraph(0,
                       fmt::format("Armed: {} is undone as soon as the program that made it "
                                   "ends without keeping it, at the latest at {} (in {} s).",
                                   short_id(info.id), until, info.seconds_left),
                       Ink::caution);
    } else {
        page.paragraph(0,
                       fmt::format("Armed: {} is undone at {} (in {} s) unless it is confirmed.",
                                   short_id(info.id), until, info.seconds_left),
                       Ink::caution);
        page.paragraph(0, "If nothing is done, every value goes back by itself then.");
        page.command("Keep it:", confirm_command(info.id));
    }
    page.command("Undo it:", rollback_command(info.id));
}

std::string after_boot(const txn::TransactionInfo& info) {
    if (info.kind == txn::Kind::checkpoint) return "a checkpoint writes no file";
    if (!info.persist) return "running values only: they end with the next boot";
    return info.state == txn::State::committed ? "kept by the drop-in"
                                               : "the drop-in is written when it is confirmed";
}

std::string last_line(const txn::TransactionInfo& info, const MomentText& moment) {
    return fmt::format("{}, {} of {}: {}", short_id(info.id), to_string(info.kind),
                       moment(info.started_unix_s), state_words(info.state, info.reason));
}

}  // namespace

std::string moment_near(const MomentText& moment, std::int64_t unix_s, std::int64_t now_unix_s) {
    const std::string text = moment(unix_s);
    const std::string now = moment(now_unix_s);
    const std::size_t space = text.find(' ');
    if (space == std::string::npos || now.substr(0, now.find(' ')) != text.substr(0, space))
        return text;
    return text.substr(space + 1);
}

void outcome_lines(Page& page, std::span<const txn::Outcome> outcomes) {
    constexpr std::size_t column = 13;
    for (const txn::Outcome& outcome : outcomes) {
        page.item(2, spaced(to_string(outcome.status)), column, outcome.key + values_of(outcome),
                  ink_of(outcome.status));
        if (!outcome.detail.empty()) page.paragraph(2 + column, outcome.detail, Ink::dim);
    }
}

std::string text_outcomes(std::span<const txn::Outcome> outcomes, const TextStyle& style) {
    Page page(style);
    outcome_lines(page, outcomes);
    return page.text();
}

std::string text_sentence(std::string_view sentence, const TextStyle& style) {
    Page page(style);
    page.paragraph(0, sentence);
    return page.text();
}

std::string text_armed(const std::string& id, std::uint32_t seconds_left, const MomentText& moment,
                       std::int64_t now_unix_s, const TextStyle& style) {
    txn::TransactionInfo info;
    info.id = id;
    info.seconds_left = seconds_left;
    Page page(style);
    armed_lines(page, info, moment, now_unix_s);
    return page.text();
}

std::string text_transaction(const txn::TransactionInfo& info, const MomentText& moment,
                             std::int64_t now_unix_s, const TextStyle& style) {
    Page page(style);
    page.paragraph(0, fmt::format("Transaction {} ({})", info.id, to_string(info.kind)),
                   Ink::strong);
    const auto item = [&](std::string_view label, std::string_view text, Ink ink = Ink::plain) {
        page.item(2, label, label_column, text, Ink::dim, ink);
    };
    item("state", state_words(info.state, info.reason), ink_of(info.state));
    item("started", fmt::format("{} by uid {}", moment(info.started_unix_s), info.uid));
    if (!info.label.empty()) item("label", info.label);
    if (!info.plan_digest.empty()) item("plan", info.plan_digest);
    if (!txn::has_ended(info.state) || info.state == txn::State::committed)
        item("boot", after_boot(info));
    if (!info.outcomes.empty()) {
        page.heading("Items");
        outcome_lines(page, info.outcomes);
    }
    if (info.state == txn::State::applied) {
        page.blank();
        armed_lines(page, info, moment, now_unix_s);
    } else if (info.state == txn::State::committed && info.kind == txn::Kind::apply) {
        page.blank();
        page.command("Undo it:", rollback_command(info.id));
    }
    return page.text();
}

std::string text_history(std::span<const txn::TransactionInfo> transactions,
                         const MomentText& moment, const TextStyle& style) {
    Page page(style);
    if (transactions.empty()) {
        page.paragraph(0, "No transaction is known.");
        return page.text();
    }
    constexpr auto columns = "{:<8}  {:<19}  {:<10}  {:<15}  {}";
    page.row(0, fmt::format(columns, "id", "started", "kind", "state", "label"), Ink::dim);
    for (const txn::TransactionInfo& info : transactions) {
        const Ink ink = ink_of(info.state);
        page.row(0,
                 fmt::format(columns, short_id(info.id), moment(info.started_unix_s),
                             to_string(info.kind), short_state(info.state),
                             safe_text(info.label, style)),
                 ink == Ink::strong ? Ink::plain : ink);
    }
    return page.text();
}

std::string text_status(const HelperStatus& status, const MomentText& moment,
                        std::int64_t now_unix_s, const TextStyle& style) {
    Page page(style);
    if (status.helper.empty()) {
        page.paragraph(0, "No helper: " + status.problem, Ink::alarm);
        return page.text();
    }
    page.paragraph(0, "Reached: " + status.helper);
    if (status.recovery_required) {
        page.paragraph(0,
                       "An earlier transaction could not be undone wholly: a person must look. "
                       "Nothing new is begun until then.",
                       Ink::alarm);
    }
    if (status.armed) {
        const txn::TransactionInfo& info = *status.armed;
        armed_lines(page, info, moment, now_unix_s);
        page.paragraph(0, fmt::format("Begun {} by uid {}{}{}", moment(info.started_unix_s),
                                      info.uid, info.label.empty() ? "" : ", ", info.label));
        outcome_lines(page, info.outcomes);
    } else {
        page.paragraph(0, "Nothing is armed.");
    }
    if (status.last) {
        page.paragraph(0, "Last: " + last_line(*status.last, moment));
        if (!status.armed) page.command("Next:", "tcptune show " + short_id(status.last->id));
    }
    return page.text();
}

}  // namespace tcptune::report

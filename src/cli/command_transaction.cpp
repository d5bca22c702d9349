// SPDX-License-Identifier: Apache-2.0
#include "cli/commands.hpp"
#include "cli/files.hpp"
#include "cli/helper_client.hpp"
#include "cli/moment.hpp"
#include "cli/transaction_commands.hpp"
#include "cli/transaction_exit.hpp"
#include "cli/transaction_ids.hpp"

#include <tcptune/base/error.hpp>
#include <tcptune/report/transaction_report.hpp>

#include <algorithm>
#include <utility>

#include <unistd.h>

namespace tcptune::cli {
namespace {

/// Reading asks nobody for a password.
std::unique_ptr<HelperClient> connect_to_read(const TransactionOptions& options) {
    return connect_helper(options.reach.direct ? Route::direct : Route::automatic, false);
}

std::string ended_words(const txn::TransactionInfo& info) {
    return "transaction " + report::short_id(info.id) + " has ended already (" +
           report::state_words(info.state, info.reason) + ")";
}

/// The armed one, or the one that was meant: the newest, when it was undone for want of a
/// confirmation.
txn::TransactionInfo to_confirm(HelperClient& client, const TransactionOptions& options) {
    const std::vector<txn::TransactionInfo> all = client.list();
    if (!options.ids.empty()) return client.get(find_transaction(all, options.ids.front()).id);
    if (const txn::TransactionInfo* armed = armed_among(all)) return *armed;
    if (!all.empty()) {
        const txn::TransactionInfo newest = client.get(all.front().id);
        if (newest.reason == txn::Reason::deadline || !txn::has_ended(newest.state)) return newest;
        throw Error(ErrorCode::no_input, "", "nothing is armed; " + ended_words(newest));
    }
    throw Error(ErrorCode::no_input, "", "nothing is armed, and no transaction is known");
}

Exit run_confirm(const TransactionOptions& options, const report::TextStyle& style) {
    const std::unique_ptr<HelperClient> client = connect_to_change(options);
    const txn::TransactionInfo info = to_confirm(*client, options);
    if (txn::has_ended(info.state)) return say_ended(info, Asked::confirm, options);
    const txn::Result result = client->confirm(info.id);
    const Ending ending = ending_of(result, Asked::confirm);
    write_stdout(options.format == Format::json
                     ? report::result_json("confirm", result, ending.in_words())
                     : text_of(result, ending, style));
    return ending.exit;
}

Exit run_history(const TransactionOptions& options, const report::TextStyle& style) {
    const std::vector<txn::TransactionInfo> all = connect_to_read(options)->list();
    const Ending ending{Exit::done, "all transactions that are known"};
    write_stdout(options.format == Format::json ? report::transactions_json(all, ending.in_words())
                                                : report::text_history(all, local_moment, style));
    return ending.exit;
}

Exit run_show(const TransactionOptions& options, const report::TextStyle& style) {
    const std::unique_ptr<HelperClient> client = connect_to_read(options);
    const txn::TransactionInfo info =
        client->get(find_transaction(client->list(), options.ids.front()).id);
    const report::Ending ending{number(Exit::done), std::string(status_word(Exit::done)),
                                report::state_words(info.state, info.reason)};
    write_stdout(options.format == Format::json
                     ? report::transaction_json(info, ending)
                     : report::text_transaction(info, local_moment, unix_now(), style));
    return Exit::done;
}

/// What the helper says, or why it says nothing.
report::HelperStatus ask_status(const TransactionOptions& options) {
    report::HelperStatus status;
    try {
        const std::unique_ptr<HelperClient> client = connect_to_read(options);
        status.recovery_required = client->needs_recovery();
        for (const txn::TransactionInfo& listed : client->list()) {
            const bool armed = listed.state == txn::State::applied;
            if (!armed && !txn::has_ended(listed.state)) status.recovery_required = true;
            if (armed) status.armed = client->get(listed.id);
            if (armed) continue;
            status.last = client->get(listed.id);
            break;
        }
        status.helper = client->name();
    } catch (const txn::Refused& refused) {
        if (exit_for(refused.fault(), false) != Exit::unavailable) throw;
        status = {};
        status.problem =
            (refused.object().empty() ? "" : refused.object() + ": ") + sentence_of(refused);
    }
    return status;
}

Ending ending_of(const report::HelperStatus& status) {
    if (status.helper.empty()) return {Exit::unavailable, "the helper cannot be reached"};
    if (status.recovery_required)
        return {Exit::uncertain, "an earlier transaction is unresolved: a person must look"};
    if (status.armed) return {Exit::done, "a transaction waits to be confirmed"};
    return {Exit::done, "nothing is armed"};
}

Exit run_status(const TransactionOptions& options, const report::TextStyle& style) {
    const report::HelperStatus status = ask_status(options);
    const Ending ending = ending_of(status);
    if (options.format == Format::json) {
        write_stdout(report::status_json(status, ending.in_words()));
        return ending.exit;
    }
    std::string text = report::text_status(status, local_moment, unix_now(), style);
    if (status.recovery_required && status.last)
        text += report::text_outcomes(status.last->outcomes, style);
    write_stdout(text);
    return ending.exit;
}

}  // namespace

std::unique_ptr<HelperClient> connect_to_change(const TransactionOptions& options) {
    const bool terminal = ::isatty(STDIN_FILENO) == 1 && ::isatty(STDERR_FILENO) == 1;
    return connect_helper(options.reach.direct ? Route::direct : Route::automatic, terminal);
}

std::string text_of(const txn::Result& result, const Ending& ending,
                    const report::TextStyle& style) {
    std::string text = report::text_outcomes(result.outcomes, style);
    text += report::text_sentence(
        "Transaction " + report::short_id(result.id) + ": " + std::string(ending.summary) + ".",
        style);
    if (result.state == txn::State::committed && ending.exit == Exit::done)
        text += "Undo it: " + report::rollback_command(result.id) +
                (style.direct ? " --direct\n" : "\n");
    return text;
}

Exit say_ended(const txn::TransactionInfo& info, Asked asked, const TransactionOptions& options) {
    const Exit exit = ending_of(info.state, info.reason, asked).exit;
    const std::string sentence = ended_words(info);
    if (options.format == Format::json) {
        const char* operation = asked == Asked::confirm ? "confirm" : "rollback";
        write_stdout(report::result_json(operation,
                                         {info.id, info.state, info.reason, info.outcomes},
                                         {number(exit), std::string(status_word(exit)), sentence}));
    } else {
        write_stdout((exit == Exit::done ? "Nothing to do: " : "Too late: ") + sentence + ".\n");
    }
    return exit;
}

Exit run_transaction(const TransactionOptions& options, const report::TextStyle& plain) {
    report::TextStyle style = plain;
    style.direct = options.reach.direct;
    switch (options.action) {
        case TransactionAction::confirm:
            return run_confirm(options, style);
        case TransactionAction::rollback:
            return run_rollback(options, style);
        case TransactionAction::history:
            return run_history(options, style);
        case TransactionAction::show:
            return run_show(options, style);
        case TransactionAction::status:
            return run_status(options, style);
        case TransactionAction::diff:
            return run_diff(options, style);
    }
    return Exit::internal;
}

}  // namespace tcptune::cli

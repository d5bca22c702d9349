// SPDX-License-Identifier: Apache-2.0
#include "cli/files.hpp"
#include "cli/transaction_commands.hpp"
#include "cli/transaction_ids.hpp"

#include <tcptune/base/error.hpp>
#include <tcptune/report/difference_report.hpp>

#include <algorithm>
#include <map>
#include <utility>

#include <unistd.h>

namespace tcptune::cli {
namespace {

constexpr Ending nothing_to_undo{Exit::done, "there is nothing to undo"};

using Infos = std::vector<txn::TransactionInfo>;

/// With force also one whose conflicts were left alone.
bool can_be_undone(const txn::TransactionInfo& info, bool force) {
    return !txn::has_ended(info.state) || is_committed(info) ||
           (force && info.state == txn::State::rolled_back_with_conflicts);
}

/// In the order in which they are undone: newest first.
Infos targets(HelperClient& client, const TransactionOptions& options) {
    const Infos all = client.list();
    Infos chosen;
    if (!options.to.empty()) {
        const txn::TransactionInfo& last = find_transaction(all, options.to);
        for (const txn::TransactionInfo& info : all) {
            if (info.id == last.id) break;
            if (!txn::has_ended(info.state)) {
                throw Error(ErrorCode::operational, report::short_id(info.id),
                            "is not at its end; confirm it or roll it back first");
            }
            if (is_committed(info)) chosen.push_back(client.get(info.id));
        }
        return chosen;
    }
    if (!options.ids.empty()) return {client.get(find_transaction(all, options.ids.front()).id)};
    if (options.last) {
        const auto found = std::ranges::find_if(all, is_committed);
        if (found == all.end())
            throw Error(ErrorCode::no_input, "--last", "there is no transaction that was kept");
        return {client.get(found->id)};
    }
    // What a helper could not undo is not at its end either: it may be tried again.
    const auto open = std::ranges::find_if(
        all, [](const txn::TransactionInfo& info) { return !txn::has_ended(info.state); });
    if (open == all.end()) {
        throw Error(ErrorCode::no_input, "",
                    "nothing is armed; name a transaction, or take --last for the newest that "
                    "was kept");
    }
    return {client.get(open->id)};
}

/// Whether the helper would look at this item at all.
bool is_open(const txn::Outcome& item) {
    switch (item.status) {
        case txn::OutcomeStatus::applied:
        case txn::OutcomeStatus::kept:
        case txn::OutcomeStatus::conflict:
        case txn::OutcomeStatus::failed:
            return true;
        default:
            return false;
    }
}

/// `row.right` is the value that the helper would find; becomes the one that it would leave.
void foresee(report::DifferenceRow& row, const txn::Outcome& item, bool force) {
    if (item.key.starts_with('/')) {
        row.note = "gets back what it held before, if it is as tcptune left it";
    } else if (!row.right) {
        row.note = "cannot be read here";
    } else if (item.status == txn::OutcomeStatus::conflict && force) {
        row.note = "gets back its value of before the transaction";
    } else if (item.status == txn::OutcomeStatus::conflict ||
               (*row.right != item.before && *row.right != item.after && !force)) {
        row.note = "somebody else set this value meanwhile: left alone, unless with --force";
    } else {
        row.right = item.before;
    }
}

std::string title_of(const Infos& infos) {
    if (infos.size() != 1) return "Rollback of " + std::to_string(infos.size()) + " transactions";
    const txn::TransactionInfo& info = infos.front();
    std::string title = "Rollback of transaction " + report::short_id(info.id);
    if (info.kind == txn::Kind::checkpoint)
        title += ": every key that differs from the checkpoint is written back";
    return title;
}

/// What the helper would write, one transaction after the other, seen from the values of now.
report::Difference preview(const Infos& infos, bool force) {
    report::Difference difference;
    difference.title = title_of(infos);
    difference.left = "now";
    difference.right = "after the rollback";
    std::map<std::string, std::size_t> place;
    for (const txn::TransactionInfo& info : infos) {
        for (auto item = info.outcomes.rbegin(); item != info.outcomes.rend(); ++item) {
            if (!is_open(*item)) continue;
            const auto [found, fresh] = place.try_emplace(item->key, difference.rows.size());
            if (fresh) {
                const std::optional<std::string> now = running_value(item->key);
                difference.rows.push_back({item->key, now, now, ""});
            }
            foresee(difference.rows[found->second], *item, force);
        }
    }
    return difference;
}

/// A line from the terminal that begins with y.
bool said_yes(const std::string& question) {
    write_stderr(question + " [y/N] ");
    char first = '\0', character = '\0';
    while (::read(STDIN_FILENO, &character, 1) == 1 && character != '\n')
        if (first == '\0') first = character;
    return first == 'y' || first == 'Y';
}

/// What has ended is undone only after a yes: it may have been in force for months.
bool may_go_on(const Infos& infos, const TransactionOptions& options,
               const report::TextStyle& style) {
    const auto has_ended = [](const txn::TransactionInfo& info) {
        return txn::has_ended(info.state);
    };
    if (options.yes || std::ranges::none_of(infos, has_ended)) return true;
    if (::isatty(STDIN_FILENO) != 1 || ::isatty(STDERR_FILENO) != 1) {
        throw Error(ErrorCode::usage, "",
                    "to undo what was kept is asked before, and nobody is here to ask; --yes says "
                    "it beforehand");
    }
    write_stderr(report::text_difference(preview(infos, options.force), style));
    return said_yes("Undo it?");
}

/// What was done is told when all of it is done: a reader that has gone away must not stop it.
Exit finish(const std::vector<txn::Result>& results, const std::string& text,
            const report::Ending& ending, const TransactionOptions& options) {
    if (options.format == Format::text)
        write_stdout(text);
    else if (options.to.empty() && results.size() == 1)
        write_stdout(report::result_json("rollback", results.front(), ending));
    else
        write_stdout(report::rollbacks_json(results, ending));
    return static_cast<Exit>(ending.exit_code);
}

/// One after the other, until one does not end as it should.
Exit undo(HelperClient& client, const Infos& infos, const TransactionOptions& options,
          const report::TextStyle& style) {
    std::vector<txn::Result> results;
    if (infos.empty())
        return finish({}, "There is nothing to undo.\n", nothing_to_undo.in_words(), options);
    report::Ending ending;
    std::string text;
    for (const txn::TransactionInfo& info : infos) {
        try {
            results.push_back(client.rollback(info.id, options.force));
        } catch (const txn::Refused& refused) {
            if (results.empty()) throw;
            // The first ones are undone: to say only why the next was refused would hide that.
            const Exit exit = exit_for(refused.fault(), true);
            ending = {
                number(exit), std::string(status_word(exit)),
                std::to_string(results.size()) + " of " + std::to_string(infos.size()) +
                    " transactions are rolled back; the next was refused: " + sentence_of(refused)};
            text += ending.summary + ".\n";
            break;
        }
        const Ending of_this = ending_of(results.back(), Asked::rollback);
        ending = of_this.in_words();
        text += text_of(results.back(), of_this, style);
        if (of_this.exit != Exit::done) break;
    }
    return finish(results, text, ending, options);
}

}  // namespace

Exit run_rollback(const TransactionOptions& options, const report::TextStyle& style) {
    const std::unique_ptr<HelperClient> client = connect_to_change(options);
    const Infos infos = targets(*client, options);
    if (infos.size() == 1 && !can_be_undone(infos.front(), options.force))
        return say_ended(infos.front(), Asked::rollback, options);
    if (options.dry_run) {
        const report::Difference difference = preview(infos, options.force);
        const Ending ending{Exit::done, "nothing was written"};
        write_stdout(options.format == Format::json
                         ? report::difference_json("rollback", difference, ending.in_words())
                         : report::text_difference(difference, style));
        return ending.exit;
    }
    if (!may_go_on(infos, options, style)) {
        return finish({}, std::string(refused_at_prompt.summary) + ".\n",
                      refused_at_prompt.in_words(), options);
    }
    return undo(*client, infos, options, style);
}

}  // namespace tcptune::cli

// SPDX-License-Identifier: Apache-2.0
#include "cli/options_parser.hpp"

#include <tcptune/txn/request.hpp>

#include <algorithm>
#include <functional>
#include <string_view>
#include <utility>

namespace tcptune::cli {
namespace {

constexpr std::size_t most_checks = 16;
constexpr const char* operand_meaning = "Its id, or the first digits; none: the armed one";
/// What a bound transaction has on top of its checks and watch.
constexpr double spare_s = 30;

void add_reach(CLI::App* command, ReachOptions& reach) {
    command->add_flag("--direct", reach.direct, "Without the helper, in this process (root)");
}

void add_stream_format(CLI::App* command, StreamFormat& format) {
    add_word(
        command, "--format", "FORMAT", {"text", "json", "jsonl"},
        [&format](std::size_t index) { format = static_cast<StreamFormat>(index); },
        "text, json, jsonl (default: text)");
}

void add_confirm_timeout(CLI::App* command, double& span) {
    add_span(command, "--confirm-timeout", span, "End armed; undone after SPAN unless confirmed",
             {10, "10s", "90, 2min or 1h"});
}

void add_checks(CLI::App* command, std::vector<std::string>& checks, double& limit) {
    refuse_empty(command->add_option("--check", checks, "Shell command that must succeed; repeat"))
        ->type_name("CMD")
        ->type_size(1)
        ->allow_extra_args(false);
    add_span(command, "--check-timeout", limit, "Time for each check (default: 30s)",
             {1, "1s", "5, 30s or 2min"});
}

void add_yes(CLI::App* command, bool& yes) {
    command->add_flag("-y,--yes", yes, "Do not ask");
}

/// Printable ASCII, as the helper and the header of the file for the next boot have it.
void add_label_part(CLI::App* command, const std::string& name, const std::string& type,
                    std::string& text, const std::string& description) {
    command->add_option(name, text, description)
        ->type_name(type)
        ->check(
            [](const std::string& word) {
                if (word.empty()) return std::string("must not be empty");
                const bool printable = std::ranges::all_of(
                    word, [](char character) { return character >= ' ' && character <= '~'; });
                return printable ? std::string() : std::string("takes printable ASCII only");
            },
            "");
}

/// Lower case and without "@" when it is 4 to 32 hexadecimal digits, else "".
std::string transaction_prefix(std::string_view word) {
    if (word.starts_with('@')) word.remove_prefix(1);
    std::string digits(word);
    for (char& digit : digits)
        if (digit >= 'A' && digit <= 'F') digit = static_cast<char>(digit - 'A' + 'a');
    const bool fits = digits.size() >= 4 && digits.size() <= 32 &&
                      digits.find_first_not_of("0123456789abcdef") == std::string::npos;
    return fits ? digits : std::string();
}

/// An id, or "now" where that has a meaning. One option per word: a list would have to be refused
/// by its length, which no one understands.
CLI::Option* take_transaction(CLI::App* command, const std::string& name,
                              std::function<void(std::string)> store,
                              const std::string& description) {
    return command
        ->add_option_function<std::string>(
            name,
            [name, store = std::move(store)](const std::string& word) {
                std::string taken =
                    word == "@now" || word == "now" ? "now" : transaction_prefix(word);
                if (taken.empty()) {
                    throw CLI::ValidationError(
                        name, "takes the id of a transaction, 4 to 32 hexadecimal digits, not '" +
                                  word + "'");
                }
                store(std::move(taken));
            },
            description)
        ->type_name("");
}

CLI::Option* take_operand(CLI::App* command, const std::string& name, TransactionOptions& options,
                          const std::string& description) {
    return take_transaction(
        command, name, [&options](std::string id) { options.ids.push_back(std::move(id)); },
        description);
}

CLI::App* add_transaction(Parser& parser, const std::string& name, TransactionAction action,
                          const std::string& what, const std::string& page) {
    TransactionOptions& options = parser.draft.transaction;
    CLI::App* command = add_command(parser, &parser.app, name, what, page);
    command->callback([&options, action] { options.action = action; });
    add_reach(command, options.reach);
    add_format(command, options.format, false);
    return command;
}

std::string contradiction_of_times(double confirm_s, std::size_t checks, double check_s,
                                   double watch_s) {
    if (checks > most_checks) return "at most 16 times --check";
    if (confirm_s > 0 && watch_s >= confirm_s)
        return "--watch must end before --confirm-timeout does";
    if (static_cast<double>(checks) * check_s + watch_s + spare_s > txn::max_timeout_s)
        return "the checks and the watch together may take 59min 30s at most";
    return {};
}

}  // namespace

std::string label_of(const std::string& ticket, const std::string& comment) {
    return ticket + (ticket.empty() || comment.empty() ? "" : ": ") + comment;
}

std::string contradiction(const ApplyOptions& options, bool rollback_on_fail) {
    if (rollback_on_fail && options.keep_on_fail)
        return "--rollback-on-fail and --keep-on-fail exclude each other";
    if (!options.plan.empty() &&
        (!options.evaluate.profile.empty() || options.evaluate.window_s > 0))
        return "the plan is made: --profile and --window cannot go with it";
    if (options.plan == "-" && !options.yes)
        return "a plan from standard input leaves nobody to ask: --yes is needed";
    const std::size_t label = label_of(options.ticket, options.comment).size();
    if (label > txn::max_label_bytes)
        return "--ticket and --comment make " + std::to_string(label) +
               " characters; 64 are the most";
    return contradiction_of_times(options.confirm_timeout_s, options.checks.size(),
                                  options.check_limit_s, options.watch_s);
}

std::string contradiction(const CheckpointOptions& options) {
    if (options.command.empty() || options.command.front().empty())
        return "needs a command: tcptune checkpoint -- CMD";
    return contradiction_of_times(options.confirm_timeout_s, options.checks.size(),
                                  options.check_limit_s, 0);
}

std::string contradiction(const TransactionOptions& options) {
    const bool diff = options.action == TransactionAction::diff;
    for (std::size_t i = 0; i < options.ids.size(); ++i) {
        if (options.ids[i] == "now" && (!diff || i == 0))
            return diff ? "@now is the second of two" : "takes the id of a transaction, not 'now'";
    }
    if (options.to == "now") return "--to: takes the id of a transaction, not 'now'";
    if (options.action != TransactionAction::rollback) return {};
    const int named =
        (options.ids.empty() ? 0 : 1) + (options.last ? 1 : 0) + (options.to.empty() ? 0 : 1);
    if (named > 1) return "only one of TX, --last and --to";
    return {};
}

void add_apply(Parser& parser) {
    ApplyOptions& apply = parser.draft.apply;
    CLI::App* command =
        add_command(parser, &parser.app, "apply",
                    "Change what the plan says, and undo it if it hurts", "tcptune-apply(1)");
    refuse_empty(
        add_operand(command, "PLAN", apply.plan, "A saved plan; - is stdin; none: make one now"));
    command->add_flag("--rollback-on-fail", parser.draft.rollback_on_fail,
                      "Undo when a check or guard fails (default)");
    command->add_flag("--keep-on-fail", apply.keep_on_fail, "Keep although a check or guard fails");
    add_confirm_timeout(command, apply.confirm_timeout_s);
    add_checks(command, apply.checks, apply.check_limit_s);
    add_span(command, "--watch", apply.watch_s, "Watch counters and guards for SPAN",
             {1, "1s", "30, 1min or 1h"});
    command->add_flag("--runtime-only", apply.runtime_only, "Write no file for the next boot");
    add_label_part(command, "--ticket", "ID", apply.ticket, "Remembered with the transaction");
    add_label_part(command, "--comment", "TEXT", apply.comment, "Remembered too");
    add_policies(command, apply.evaluate);
    add_rules(command, apply.evaluate.rules);
    add_window(command, apply.evaluate.window_s);
    add_yes(command, apply.yes);
    add_reach(command, apply.reach);
    add_stream_format(command, apply.format);
}

void add_checkpoint(Parser& parser) {
    CheckpointOptions& checkpoint = parser.draft.checkpoint;
    CLI::App* command =
        add_command(parser, &parser.app, "checkpoint",
                    "Run a command and undo its changes if it hurts", "tcptune-checkpoint(1)");
    add_operand(command, "CMD", parser.draft.stray, "After '--': a command and its words");
    add_confirm_timeout(command, checkpoint.confirm_timeout_s);
    add_checks(command, checkpoint.checks, checkpoint.check_limit_s);
    add_yes(command, checkpoint.yes);
    add_reach(command, checkpoint.reach);
    add_stream_format(command, checkpoint.format);
}

void add_rehearse(Parser& parser) {
    RehearseOptions& rehearse = parser.draft.rehearse;
    CLI::App* command =
        add_command(parser, &parser.app, "rehearse",
                    "Try a plan on this kernel without touching the host", "tcptune-rehearse(1)");
    refuse_empty(add_operand(command, "PLAN", rehearse.plan, "A saved plan; - is stdin"))
        ->required();
    add_rules(command, rehearse.rules);
    add_format(command, rehearse.format, false);
}

void add_confirm(Parser& parser) {
    CLI::App* command = add_transaction(parser, "confirm", TransactionAction::confirm,
                                        "Keep what is armed", "tcptune-confirm(1)");
    take_operand(command, "TX", parser.draft.transaction, operand_meaning);
}

void add_rollback(Parser& parser) {
    TransactionOptions& options = parser.draft.transaction;
    CLI::App* command =
        add_transaction(parser, "rollback", TransactionAction::rollback,
                        "Undo what is armed, or what was kept", "tcptune-rollback(1)");
    take_operand(command, "TX", options, operand_meaning);
    command->add_flag("--last", options.last, "The newest that was kept");
    take_transaction(
        command, "--to", [&options](std::string id) { options.to = std::move(id); },
        "All that were kept after TX")
        ->type_name("TX");
    command->add_flag("-n,--dry-run", options.dry_run, "Only show what would be written");
    command->add_flag("--force", options.force, "Also values that others changed since");
    add_yes(command, options.yes);
}

void add_history(Parser& parser) {
    add_transaction(parser, "history", TransactionAction::history, "All transactions, newest first",
                    "tcptune-history(1)");
}

void add_show(Parser& parser) {
    CLI::App* command = add_transaction(parser, "show", TransactionAction::show,
                                        "One transaction with every value", "tcptune-history(1)");
    take_operand(command, "TX", parser.draft.transaction, "Its id, or the first digits")
        ->required();
}

void add_status(Parser& parser) {
    add_transaction(parser, "status", TransactionAction::status,
                    "What is armed, or how the last one ended", "tcptune-history(1)");
}

void add_diff(Parser& parser) {
    TransactionOptions& options = parser.draft.transaction;
    CLI::App* command =
        add_transaction(parser, "diff", TransactionAction::diff,
                        "What a transaction changed, or what changed since", "tcptune-history(1)");
    take_operand(command, "@TX", options, "Its id; alone: before and after it")->required();
    take_operand(command, "@OTHER", options, "Compare with another one, or with @now");
}

}  // namespace tcptune::cli

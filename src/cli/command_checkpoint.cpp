// SPDX-License-Identifier: Apache-2.0
#include "cli/apply_child.hpp"
#include "cli/apply_output.hpp"
#include "cli/apply_run.hpp"
#include "cli/apply_snapshot.hpp"
#include "cli/commands.hpp"
#include "cli/context.hpp"
#include "cli/files.hpp"

#include <tcptune/base/error.hpp>
#include <tcptune/host/identity.hpp>

#include <algorithm>
#include <csignal>
#include <optional>
#include <string>
#include <utility>

#include <fmt/format.h>
#include <poll.h>
#include <unistd.h>

namespace tcptune::cli {
namespace {

constexpr Ending command_failed{
    Exit::rolled_back, "the command failed; what it did to the catalog's sysctls is undone"};
constexpr Ending command_not_started{Exit::rolled_back,
                                     "the command could not be started; nothing was changed"};
constexpr std::string_view kept = "the command succeeded; what it changed is kept";
constexpr std::string_view kept_nothing = "the command succeeded and changed no sysctl";

/// So long a command may take to end after a signal.
constexpr double grace_s = 5;

/// While CMD runs the deadline is pushed on, so that it counts from CMD's end, and a dead client is
/// still noticed in time.
class Deadline {
public:
    explicit Deadline(TransactionRun& run)
        : run_(run), period_s_(run.confirm_timeout_s / 3), next_(seconds_now() + period_s_) {}

    void keep_up() {
        if (run_.confirm_timeout_s <= 0 || seconds_now() < next_) return;
        next_ = seconds_now() + period_s_;
        try {
            (void)run_.client.extend(run_.report.id, wire_timeout(0, run_.confirm_timeout_s));
        } catch (const txn::Refused&) {
            // Then the deadline comes sooner; the end will tell.
            return;
        }
    }

private:
    TransactionRun& run_;
    double period_s_;
    double next_;
};

/// Runs CMD as the caller with our own streams, to its end.
void run_command(TransactionRun& run) {
    report::CommandResult& command = *run.report.command;
    const double start = seconds_now();
    try {
        Child child(command.words,
                    run.out.is_text() ? ChildStreams::ours : ChildStreams::ours_but_output,
                    {{"TCPTUNE_TRANSACTION", run.report.id}});
        command.started = true;
        Deadline deadline(run);
        double told = 0;
        while (!child.ended()) {
            if (const int signal = run.interrupts.signal(); signal != 0) {
                if (told == 0) {
                    told = seconds_now();
                    // A key of the terminal has reached the command as well.
                    if (signal != SIGINT && signal != SIGQUIT) child.send(signal, false);
                }
                if (seconds_now() - told > grace_s) child.kill_group();
            }
            deadline.keep_up();
            pollfd wake{told == 0 ? run.interrupts.fd() : -1, POLLIN, 0};
            (void)::poll(&wake, 1, 50);
        }
        command.status = child.status();
        command.signal = child.signal();
    } catch (const SystemError& error) {
        command.problem = error.reason();
    }
    command.seconds = seconds_now() - start;
}

/// The command's name, where it is one that a label may hold.
std::string label_for(const std::string& command) {
    const std::string name = base_name(command);
    const bool printable = std::ranges::all_of(name, [](char c) { return c >= ' ' && c <= '~'; });
    const std::string label = "checkpoint -- " + name;
    return printable && label.size() <= txn::max_label_bytes ? label : "checkpoint";
}

bool asks(const CheckpointOptions& options) {
    return !options.yes && options.format == StreamFormat::text && options.confirm_timeout_s <= 0 &&
           ::isatty(STDIN_FILENO) == 1 && ::isatty(STDOUT_FILENO) == 1;
}

Ending decide(TransactionRun& run, const CheckpointOptions& options) {
    const report::CommandResult& command = *run.report.command;
    if (run.interrupts.signal() != 0) return interrupted(run);
    if (!command.succeeded()) {
        const Ending ending = undo(run, Asked::after_failure);
        if (ending.exit != Exit::rolled_back) return ending;
        return command.started ? command_failed : command_not_started;
    }
    const bool good = run_checks(run, options.checks, options.check_limit_s, false);
    if (run.interrupts.signal() != 0) return interrupted(run);
    if (!good) return undo(run, Asked::after_failure);
    const bool changed = !run.report.keys.empty() || !run.report.files.empty();
    if (!run.report.bound) return wait_for_confirmation(run);
    if (changed && asks(options)) {
        const std::optional<bool> answer = ask("Keep what it changed?", 0, run.interrupts);
        if (!answer) return interrupted(run);
        if (!*answer) return undo(run, Asked::after_refusal);
    }
    run.kept_summary = changed ? kept : kept_nothing;
    return keep(run);
}

/// After a revert: what it did not reach.
void look_what_remains(report::ApplyReport& report, const HostSnapshot& before) {
    const auto now = sysctls_now();
    for (report::KeyChange& change : report.keys) {
        const auto found = now.find(change.key);
        const auto old = before.sysctls.find(change.key);
        change.remains =
            found == now.end() || old == before.sysctls.end() || found->second != old->second;
    }
}

Ending carry_out(const CheckpointOptions& options, Interrupts& interrupts, ApplyOutput& out,
                 report::ApplyReport& report) {
    const Route route = options.reach.direct ? Route::direct : Route::automatic;
    try {
        const sysctl::ParameterCatalog catalog =
            load_rule_set({}, rules::Parts::declaration).catalog();
        const auto client = connect_for(route, options.confirm_timeout_s);
        report.helper = client->name();
        TransactionRun run{*client, route, interrupts, out, report, options.confirm_timeout_s};
        txn::CheckpointRequest request;
        // How long a command takes is not known: with a connection that watches over it, as long as
        // there can be.
        request.timeout_s =
            report.bound ? txn::max_timeout_s : wire_timeout(0, options.confirm_timeout_s);
        request.netns = host::namespace_id();
        request.bound = report.bound;
        request.label = report.label = label_for(options.command.front());
        const HostSnapshot before = snapshot_now();
        expect_begin(run);
        if (!begun(run, client->checkpoint(request), request.timeout_s))
            return ending_of(*report.begun, Asked::apply);
        if (interrupts.signal() != 0) return interrupted(run);
        run_command(run);
        const HostSnapshot after = snapshot_now();
        report.keys = changed_keys(before, after, [&](const std::string& key) {
            const sysctl::Parameter* parameter = catalog.find(key);
            return parameter != nullptr && parameter->access == sysctl::Access::apply;
        });
        report.files = changed_files(before, after);
        out.text(report::text_command(report, out.style()));
        out.event(report::command_event(out.seconds(), report));
        const Ending ending = decide(run, options);
        look_what_remains(report, before);
        return ending;
    } catch (const txn::Refused& refusal) {
        return not_begun(interrupts, out, report, refusal);
    }
}

}  // namespace

Exit run_checkpoint(const CheckpointOptions& options, ColourChoice colour) {
    ApplyOutput out("checkpoint", options.format, colour, options.reach);
    return with_last_line(out, options.format, [&] {
        Interrupts interrupts;
        report::ApplyReport report;
        report.command.emplace();
        report.command->words = options.command;
        report.bound = options.confirm_timeout_s <= 0;
        return end_with(out, report, carry_out(options, interrupts, out, report));
    });
}

}  // namespace tcptune::cli

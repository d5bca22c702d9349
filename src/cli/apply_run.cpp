// SPDX-License-Identifier: Apache-2.0
#include "cli/apply_run.hpp"

#include "cli/checks.hpp"
#include "cli/input_error.hpp"
#include "cli/moment.hpp"

#include <tcptune/base/escape.hpp>

#include <algorithm>
#include <cmath>
#include <utility>

#include <fmt/format.h>
#include <unistd.h>

namespace tcptune::cli {
namespace {

using report::Armed;

constexpr double margin_s = 30;

constexpr const char* words_early =
    "\ntcptune: ended at once; 'tcptune status' tells whether anything is armed\n";
constexpr const char* words_bound =
    "\ntcptune: ended at once; the helper undoes the change because the connection goes\n";
constexpr const char* words_armed =
    "\ntcptune: ended at once; the helper undoes the change at its deadline unless it is confirmed "
    "('tcptune status')\n";

bool somebody_is_there() {
    return ::isatty(STDIN_FILENO) == 1 && ::isatty(STDERR_FILENO) == 1;
}

std::uint32_t whole_seconds(double seconds) {
    const double least = txn::min_timeout_s;
    const double most = txn::max_timeout_s;
    return static_cast<std::uint32_t>(std::clamp(std::ceil(seconds), least, most));
}

Ending signal_ending(const Interrupts& interrupts, std::string_view summary) {
    return {static_cast<Exit>(128 + interrupts.signal()), summary};
}

std::optional<txn::TransactionInfo> look_up(HelperClient& client, const std::string& id) {
    try {
        return client.get(id);
    } catch (const Error&) {
        return {};
    }
}

/// The answer did not come: the helper may be there again in a moment, and knows how it stands. It
/// is asked over our connection, which keeps a bound transaction alive, and if that is gone over
/// another one. Nothing when nobody tells in time.
std::optional<txn::TransactionInfo> ask_again(const TransactionRun& run) {
    constexpr int most_tries = 10;
    for (int i = 0; i < most_tries; ++i) {
        (void)::usleep(500'000);
        std::optional<txn::TransactionInfo> info = look_up(run.client, run.report.id);
        if (!info) {
            try {
                info = look_up(*connect_helper(run.route, false), run.report.id);
            } catch (const Error&) {
                continue;
            }
        }
        if (info && (txn::has_ended(info->state) || info->state == txn::State::applied))
            return info;
    }
    return {};
}

txn::Result result_of(const txn::TransactionInfo& info) {
    return {info.id, info.state, info.reason, info.outcomes};
}

/// The answer of `call`, or how the transaction has ended when somebody was faster: its deadline,
/// another process of the same user, the helper's end.
txn::Result settled(const TransactionRun& run, const std::function<txn::Result()>& call) {
    try {
        return call();
    } catch (const txn::Refused& refusal) {
        const bool lost = refusal.fault() == txn::Fault::connection_lost;
        const std::optional<txn::TransactionInfo> info =
            lost ? ask_again(run) : look_up(run.client, run.report.id);
        if (info && txn::has_ended(info->state)) return result_of(*info);
        if (!lost || !info) throw;
    }
    // It died before it did anything, and holds the transaction again.
    return call();
}

void note_end(TransactionRun& run, const txn::Result& result) {
    run.report.ended = result;
    run.report.armed.reset();
    const bool kept = txn::is_committed(result.state);
    run.out.event(
        report::result_event(kept ? "confirmed" : "rolled_back", run.out.seconds(), result));
}

bool is_kept(const txn::Result& result) {
    return result.state == txn::State::committed;
}

/// Asks whoever sits there, because nothing outlives this process.
Ending ask_to_keep(TransactionRun& run) {
    const std::optional<bool> answer =
        ask("Keep it? It is undone otherwise.", run.confirm_timeout_s, run.interrupts);
    if (run.interrupts.signal() != 0) return interrupted(run);
    if (answer && *answer) return keep(run);
    if (answer) return undo(run, Asked::after_refusal);
    const Ending ending = undo(run, Asked::apply);
    if (ending.exit != Exit::rolled_back) return ending;
    return ending_of(txn::State::rolled_back, txn::Reason::deadline, Asked::apply);
}

}  // namespace

std::unique_ptr<HelperClient> connect_for(Route route, double confirm_timeout_s) {
    const auto refuse_deadline = [] {
        throw Error(ErrorCode::usage, "--confirm-timeout",
                    "without the helper this process keeps the deadline and has to ask: it needs a "
                    "terminal");
    };
    const bool waits = confirm_timeout_s > 0 && !somebody_is_there();
    if (waits && route == Route::direct) refuse_deadline();
    auto client = connect_helper(route, somebody_is_there());
    if (waits && !client->outlives_us()) refuse_deadline();
    return client;
}

std::uint32_t wire_timeout(double work_s, double confirm_timeout_s) {
    if (confirm_timeout_s <= 0) return whole_seconds(work_s + margin_s);
    return whole_seconds(work_s > 0 ? std::max(work_s + margin_s, confirm_timeout_s)
                                    : confirm_timeout_s);
}

void expect_begin(TransactionRun& run) {
    if (run.client.outlives_us()) run.interrupts.end_on_second(words_early);
}

bool begun(TransactionRun& run, txn::Result result, std::uint32_t timeout_s) {
    report::ApplyReport& report = run.report;
    report.id = result.id;
    report.begun = std::move(result);
    const bool armed = report.begun->state == txn::State::applied;
    if (armed && run.client.outlives_us())
        run.interrupts.end_on_second(report.bound ? words_bound : words_armed);
    const std::int64_t now = unix_now();
    if (armed)
        run.out.text(
            report::text_begun(report, local_moment, now + timeout_s, now, run.out.style()));
    run.out.event(report::result_event(report.command ? "checkpoint" : "applied", run.out.seconds(),
                                       *report.begun));
    return armed;
}

bool run_checks(TransactionRun& run, const std::vector<std::string>& checks, double limit_s,
                bool all) {
    bool good = true;
    std::size_t number = 0;
    for (const std::string& check : checks) {
        ++number;
        if (run.interrupts.signal() != 0 || (!good && !all)) break;
        const auto tick = [&](double left) {
            run.out.progress().show(fmt::format("Check {} of {}: at most {} more", number,
                                                checks.size(), countdown_text(left)));
        };
        run.report.checks.push_back(run_check(check, limit_s, run.report.id, run.interrupts, tick));
        const report::CheckResult& result = run.report.checks.back();
        run.out.progress().clear();
        run.out.text(report::text_check(result, run.out.style()));
        run.out.event(report::check_event(run.out.seconds(), result));
        good = good && result.passed();
    }
    return good;
}

Ending keep(TransactionRun& run) {
    try {
        const txn::Result result = settled(run, [&] { return run.client.confirm(run.report.id); });
        note_end(run, result);
        if (is_kept(result) && !run.kept_summary.empty()) return {Exit::done, run.kept_summary};
        return ending_of(result, Asked::apply);
    } catch (const txn::Refused& refusal) {
        const Ending why = refused(run.out, run.report, refusal);
        if (refusal.fault() == txn::Fault::connection_lost) return why;
        const Ending ending = undo(run, Asked::apply);
        if (ending.exit != Exit::rolled_back) return ending;
        return {why.exit, "rolled back: it could not be confirmed"};
    }
}

Ending undo(TransactionRun& run, Asked asked) {
    try {
        const txn::Result result =
            settled(run, [&] { return run.client.rollback(run.report.id, false); });
        note_end(run, result);
        return ending_of(result, asked);
    } catch (const txn::Refused& refusal) {
        (void)refused(run.out, run.report, refusal);
        return {Exit::uncertain, "the rollback was refused: it is left to the deadline"};
    }
}

Ending wait_for_confirmation(TransactionRun& run) {
    std::uint32_t left = whole_seconds(run.confirm_timeout_s);
    try {
        left = run.client.extend(run.report.id, left);
    } catch (const txn::Refused& refusal) {
        // Already ended, or no longer time for so much: the helper knows.
        try {
            const txn::TransactionInfo info = run.client.get(run.report.id);
            left = info.seconds_left;
            if (txn::has_ended(info.state)) {
                note_end(run, result_of(info));
                return ending_of(info.state, info.reason, Asked::apply);
            }
        } catch (const txn::Refused&) {
            return refused(run.out, run.report, refusal);
        }
    }
    if (!run.client.outlives_us()) return ask_to_keep(run);
    run.report.armed = Armed{run.report.id, left, unix_now() + left};
    run.out.event(report::armed_event(run.out.seconds(), *run.report.armed));
    return ending_of(txn::State::applied, txn::Reason::asked, Asked::apply);
}

Ending interrupted(TransactionRun& run) {
    if (run.report.bound || !run.client.outlives_us()) {
        const Ending ending = undo(run, Asked::after_refusal);
        if (ending.exit != Exit::rolled_back) return ending;
        return signal_ending(run.interrupts, "interrupted; rolled back");
    }
    try {
        const txn::TransactionInfo info = run.client.get(run.report.id);
        if (txn::has_ended(info.state)) {
            note_end(run, result_of(info));
            return ending_of(info.state, info.reason, Asked::apply);
        }
        run.report.armed = Armed{info.id, info.seconds_left, unix_now() + info.seconds_left};
        run.out.event(report::armed_event(run.out.seconds(), *run.report.armed));
    } catch (const txn::Refused& refusal) {
        return refused(run.out, run.report, refusal);
    }
    return signal_ending(run.interrupts, "interrupted; the helper holds it until its deadline");
}

Ending interrupted_early(const Interrupts& interrupts) {
    return signal_ending(interrupts, "interrupted; nothing was written");
}

Ending refused(ApplyOutput& out, report::ApplyReport& report, const txn::Refused& refusal) {
    report.error_object = refusal.object();
    report.error_reason = sentence_of(refusal);
    out.error(report.error_object, report.error_reason);
    const Exit exit = exit_for(refusal.fault(), true);
    if (refusal.fault() == txn::Fault::connection_lost)
        return {exit, "the helper's answer did not come: whether anything is changed is not known"};
    return {exit, report.begun ? "the helper refused" : "refused; nothing was written"};
}

Ending not_begun(const Interrupts& interrupts, ApplyOutput& out, report::ApplyReport& report,
                 const txn::Refused& refusal) {
    const Ending ending = refused(out, report, refusal);
    const bool known = refusal.fault() != txn::Fault::connection_lost && !report.begun;
    return interrupts.signal() != 0 && known ? interrupted_early(interrupts) : ending;
}

Exit end_with(ApplyOutput& out, report::ApplyReport& report, const Ending& ending) {
    report.ending = ending.in_words();
    out.end(report);
    return ending.exit;
}

Exit with_last_line(ApplyOutput& out, StreamFormat format, const std::function<Exit()>& body) {
    if (format != StreamFormat::jsonl) return body();
    report::ApplyReport report;
    Ending ending{Exit::failed, "nothing was written"};
    try {
        return body();
    } catch (const txn::Refused& refusal) {
        ending = refused(out, report, refusal);
        return end_with(out, report, ending);
    } catch (const InputError& error) {
        ending.exit = exit_for(error.code());
        report.error_object = error.object();
        report.error_reason = error.reason();
        if (!error.diagnostics().empty()) {
            const Diagnostic& first = error.diagnostics().front();
            report.error_reason += fmt::format(": line {}: {}", first.location.line, first.message);
        }
    } catch (const Error& error) {
        ending.exit = exit_for(error.code());
        report.error_object = error.object();
        report.error_reason = error.reason();
    }
    out.error(report.error_object, report.error_reason);
    return end_with(out, report, ending);
}

}  // namespace tcptune::cli

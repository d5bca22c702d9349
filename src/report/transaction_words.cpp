// SPDX-License-Identifier: Apache-2.0
#include "report/numbers.hpp"

#include <tcptune/report/apply_report.hpp>

#include <algorithm>
#include <chrono>

#include <fmt/format.h>

namespace tcptune::report {
namespace {

std::string_view reason_words(txn::Reason reason) {
    switch (reason) {
        case txn::Reason::asked:
            return "as asked";
        case txn::Reason::deadline:
            return "not confirmed in time";
        case txn::Reason::client_gone:
            return "the connection of who asked for it was lost";
        case txn::Reason::write_failed:
            return "a write failed or read back differently";
        case txn::Reason::drift:
            return "a value was changed by somebody else";
        case txn::Reason::file_failed:
            return "the drop-in could not be written";
        case txn::Reason::stopped:
            return "the helper was stopped";
        case txn::Reason::recovered:
            return "the helper died on the way and was started again";
        case txn::Reason::reboot:
            return "the host was rebooted";
    }
    return "";
}

std::string with_reason(std::string_view what, txn::Reason reason) {
    return fmt::format("{}: {}", what, reason_words(reason));
}

std::string guards_words(std::size_t count, std::string_view one, std::string_view more) {
    return fmt::format("{} {}", count, count == 1 ? one : more);
}

}  // namespace

std::string utc_text(std::int64_t unix_s) {
    // Beyond the years of four digits a calendar says nothing to anybody.
    constexpr std::int64_t last = 253402300799;
    if (unix_s < 0 || unix_s > last) return "";
    const std::chrono::sys_seconds moment{std::chrono::seconds(unix_s)};
    const auto day = std::chrono::floor<std::chrono::days>(moment);
    const std::chrono::year_month_day date(day);
    const std::chrono::hh_mm_ss time(moment - day);
    return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z", static_cast<int>(date.year()),
                       static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                       time.hours().count(), time.minutes().count(), time.seconds().count());
}

std::string short_id(const std::string& id) {
    return id.substr(0, 8);
}

std::string confirm_command(const std::string& id) {
    return "tcptune confirm " + short_id(id);
}

std::string rollback_command(const std::string& id) {
    return "tcptune rollback " + short_id(id);
}

std::string state_words(txn::State state, txn::Reason reason) {
    switch (state) {
        case txn::State::prepared:
            return "prepared: nothing was written yet";
        case txn::State::applying:
            return "being written";
        case txn::State::applied:
            return "armed: undone unless it is confirmed";
        case txn::State::committing:
            return "being committed";
        case txn::State::committed:
            return "committed";
        case txn::State::committed_not_durable:
            return "committed, but the disk did not confirm the drop-in";
        case txn::State::rolling_back:
            return with_reason("being rolled back", reason);
        case txn::State::rolled_back:
            return with_reason("rolled back", reason);
        case txn::State::rolled_back_with_conflicts:
            return with_reason("rolled back but for what somebody else has changed", reason);
        case txn::State::rollback_incomplete:
            return with_reason("not wholly rolled back", reason);
        case txn::State::ended_by_reboot:
            return "not confirmed before the reboot, which undid it";
    }
    return "";
}

std::string_view to_string(GuardVerdict verdict) {
    switch (verdict) {
        case GuardVerdict::holds:
            return "holds";
        case GuardVerdict::violated:
            return "violated";
        case GuardVerdict::violated_before:
            return "violated_before";
        case GuardVerdict::not_judged:
            return "not_judged";
    }
    return "";
}

std::string_view to_string(CheckVerdict verdict) {
    switch (verdict) {
        case CheckVerdict::passed:
            return "passed";
        case CheckVerdict::failed:
            return "failed";
        case CheckVerdict::killed:
            return "killed";
        case CheckVerdict::timed_out:
            return "timed_out";
        case CheckVerdict::not_started:
            return "not_started";
        case CheckVerdict::interrupted:
            return "interrupted";
    }
    return "";
}

std::string check_words(const CheckResult& check) {
    switch (check.verdict) {
        case CheckVerdict::passed:
            return "passed";
        case CheckVerdict::failed:
            return fmt::format("failed with exit status {}", check.number);
        case CheckVerdict::killed:
            return fmt::format("ended by signal {}", check.number);
        case CheckVerdict::timed_out:
            return fmt::format("did not end within {}", span_text(check.limit_s));
        case CheckVerdict::not_started:
            return fmt::format("could not be started (errno {})", check.number);
        case CheckVerdict::interrupted:
            return "interrupted";
    }
    return "";
}

std::string command_words(const CommandResult& command) {
    if (!command.started) return "could not be started: " + command.problem;
    if (command.signal != 0) return fmt::format("was ended by signal {}", command.signal);
    if (command.status != 0) return fmt::format("failed with exit status {}", command.status);
    return "succeeded";
}

bool WatchReport::violated() const {
    return std::ranges::any_of(
        guards, [](const WatchGuard& guard) { return guard.verdict == GuardVerdict::violated; });
}

std::string watch_verdict(const WatchReport& watch) {
    const auto count = [&](GuardVerdict verdict) {
        return static_cast<std::size_t>(
            std::ranges::count(watch.guards, verdict, &WatchGuard::verdict));
    };
    if (watch.guards.empty()) return "No rule has a guard for these keys: nothing was judged.";
    const std::size_t violated = count(GuardVerdict::violated);
    const std::size_t before = count(GuardVerdict::violated_before);
    const std::size_t open = count(GuardVerdict::not_judged);
    std::string words;
    if (violated > 0)
        words = guards_words(violated, "guard is violated", "guards are violated") + ". ";
    if (const std::size_t held = count(GuardVerdict::holds); held > 0)
        words += guards_words(held, "guard holds", "guards hold") + ". ";
    if (before > 0)
        words += guards_words(before, "guard was", "guards were") +
                 " violated before the change too: not blamed on it. ";
    if (open > 0) words += guards_words(open, "guard was", "guards were") + " not judged. ";
    words.pop_back();
    return words;
}

}  // namespace tcptune::report

// SPDX-License-Identifier: Apache-2.0
#include "cli/checks.hpp"

#include "cli/apply_child.hpp"
#include "cli/progress.hpp"

#include <tcptune/base/error.hpp>

#include <algorithm>
#include <array>
#include <cerrno>

#include <poll.h>
#include <unistd.h>

namespace tcptune::cli {
namespace {

constexpr int look_every_ms = 50;

/// What can be read now, as far as one turn takes; false when there is nothing more to come.
bool take_output(int fd, report::CheckResult& result) {
    // A check that writes without end must not keep us from its limit.
    constexpr int most_pieces = 64;
    std::array<char, 16384> piece;
    for (int i = 0; i < most_pieces; ++i) {
        const ssize_t got = ::read(fd, piece.data(), piece.size());
        if (got == 0 || (got < 0 && errno != EAGAIN && errno != EINTR)) return false;
        if (got < 0) return true;
        result.output.append(piece.data(), static_cast<std::size_t>(got));
        if (result.output.size() > check_output_limit) {
            result.output.erase(0, result.output.size() - check_output_limit);
            result.output_cut = true;
        }
    }
    return true;
}

void judge(Child& child, report::CheckResult& result) {
    result.verdict = report::CheckVerdict::passed;
    if (child.signal() != 0) {
        result.verdict = report::CheckVerdict::killed;
        result.number = child.signal();
    } else if (child.status() != 0) {
        result.verdict = report::CheckVerdict::failed;
        result.number = child.status();
    }
}

}  // namespace

report::CheckResult run_check(const std::string& command, double limit_s,
                              const std::string& transaction, const Interrupts& interrupts,
                              const std::function<void(double)>& tick) {
    report::CheckResult result;
    result.command = command;
    result.limit_s = limit_s;
    const double start = seconds_now();
    try {
        Child child({"/bin/sh", "-c", command}, ChildStreams::captured,
                    {{"TCPTUNE_TRANSACTION", transaction}});
        bool open = true;
        while (!child.ended()) {
            const double left = limit_s - (seconds_now() - start);
            if (interrupts.signal() != 0 || left <= 0) {
                child.kill_group();
                result.verdict =
                    left <= 0 ? report::CheckVerdict::timed_out : report::CheckVerdict::interrupted;
                break;
            }
            if (tick) tick(left);
            std::array<pollfd, 2> waits{
                {{interrupts.fd(), POLLIN, 0}, {open ? child.output() : -1, POLLIN, 0}}};
            const int wait_ms =
                std::min(look_every_ms, static_cast<int>(std::min(left * 1000, 1e6)) + 1);
            (void)::poll(waits.data(), waits.size(), wait_ms);
            if (open && waits[1].revents != 0) open = take_output(child.output(), result);
        }
        if (result.verdict == report::CheckVerdict::not_started) judge(child, result);
        // The rest; what a process in the background still writes later is not waited for.
        if (open) (void)take_output(child.output(), result);
    } catch (const SystemError& error) {
        result.number = error.error_number();
    }
    result.seconds = seconds_now() - start;
    return result;
}

}  // namespace tcptune::cli

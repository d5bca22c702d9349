// SPDX-License-Identifier: Apache-2.0
#include "cli/checks.hpp"

#include "cli/progress.hpp"

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <string>
#include <sys/wait.h>
#include <vector>

#include <doctest/doctest.h>
#include <poll.h>
#include <unistd.h>

using tcptune::cli::Interrupts;
using tcptune::cli::run_check;
using tcptune::cli::seconds_now;
using tcptune::report::CheckResult;
using tcptune::report::CheckVerdict;

namespace {

CheckResult check(const std::string& command, double limit_s = 10) {
    const Interrupts interrupts;
    return run_check(command, limit_s, "0123abcd", interrupts, {});
}

bool is_gone(pid_t pid) {
    for (int i = 0; i < 200; ++i) {
        if (::kill(pid, 0) != 0 && errno == ESRCH) return true;
        // An orphan that nobody reaps is dead all the same.
        const std::string status = "/proc/" + std::to_string(pid) + "/stat";
        if (FILE* file = std::fopen(status.c_str(), "r")) {
            char state = 0;
            const int got = std::fscanf(file, "%*d (%*[^)]) %c", &state);
            (void)std::fclose(file);
            if (got == 1 && state == 'Z') return true;
        }
        (void)::poll(nullptr, 0, 10);
    }
    return false;
}

}  // namespace

TEST_CASE("a check that ends with 0 passed, with anything else it failed") {
    CHECK(check("exit 0").verdict == CheckVerdict::passed);
    const CheckResult failed = check("echo out; echo err >&2; exit 7");
    CHECK(failed.verdict == CheckVerdict::failed);
    CHECK(failed.number == 7);
    CHECK(failed.output == "out\nerr\n");
    CHECK(check("no-such-program-anywhere").number == 127);
}

TEST_CASE("a check that a signal ended says which") {
    const CheckResult killed = check("kill -SEGV $$");
    CHECK(killed.verdict == CheckVerdict::killed);
    CHECK(killed.number == SIGSEGV);
}

TEST_CASE("a check knows the transaction and has nothing to read") {
    CHECK(check("echo \"$TCPTUNE_TRANSACTION\"; cat").output == "0123abcd\n");
}

TEST_CASE("the limit ends a check with all that it started") {
    const double start = seconds_now();
    const CheckResult slow = check("sleep 100 & echo $!; sleep 100", 0.5);
    CHECK(slow.verdict == CheckVerdict::timed_out);
    CHECK(seconds_now() - start < 3);
    CHECK(slow.seconds >= 0.5);
    const pid_t child = std::atoi(slow.output.c_str());
    REQUIRE(child > 0);
    CHECK(is_gone(child));
}

TEST_CASE("a check that ignores SIGTERM is ended too") {
    const CheckResult stubborn = check("trap '' TERM INT HUP; while :; do sleep 1; done", 0.3);
    CHECK(stubborn.verdict == CheckVerdict::timed_out);
}

TEST_CASE("a process in the background does not hold up a check that has passed") {
    const double start = seconds_now();
    CHECK(check("sleep 5 & exit 0").passed());
    CHECK(seconds_now() - start < 2);
}

TEST_CASE("of much output the end is kept, and a check that writes without end meets its limit") {
    const CheckResult much = check(
        "i=0; while [ $i -lt 20000 ]; do echo \"line $i\"; i=$((i+1)); "
        "done; exit 1");
    CHECK(much.output.size() == tcptune::cli::check_output_limit);
    CHECK(much.output_cut);
    CHECK(much.output.ends_with("line 19999\n"));
    const CheckResult endless = check("yes", 0.5);
    CHECK(endless.verdict == CheckVerdict::timed_out);
    CHECK(endless.output.size() <= tcptune::cli::check_output_limit);
}

TEST_CASE("output is kept byte by byte: escaping it is the report's business") {
    const CheckResult odd = check("printf '\\033[2J\\000\\377'; exit 1");
    CHECK(odd.output == std::string("\x1b[2J\0\xff", 6));
}

TEST_CASE("a signal ends a check within a tenth of a second") {
    const Interrupts interrupts;
    double raised = 0;
    const CheckResult result = run_check("sleep 100", 60, "", interrupts, [&](double left) {
        if (raised == 0 && left < 59.8) {
            raised = seconds_now();
            (void)::raise(SIGTERM);
        }
    });
    CHECK(result.verdict == CheckVerdict::interrupted);
    CHECK(seconds_now() - raised < 0.3);
    CHECK(interrupts.signal() == SIGTERM);
}

TEST_CASE("a check gets the signals as they are for everybody") {
    const Interrupts interrupts;  // ignores SIGPIPE and catches SIGTERM here
    CHECK(run_check("kill -PIPE $$; exit 3", 10, "", interrupts, {}).verdict ==
          CheckVerdict::killed);
    CHECK(run_check("kill -TERM $$; exit 3", 10, "", interrupts, {}).number == SIGTERM);
}

TEST_CASE("a wait ends at once with a signal, and the first signal is the one that counts") {
    Interrupts interrupts;
    CHECK(interrupts.signal() == 0);
    CHECK(interrupts.wait(0.05));
    (void)::raise(SIGHUP);
    (void)::raise(SIGINT);  // without last words a second one does nothing
    const double start = seconds_now();
    CHECK_FALSE(interrupts.wait(10));
    CHECK(seconds_now() - start < 0.1);
    CHECK(interrupts.signal() == SIGHUP);
}

TEST_CASE("with last words a second signal ends the process at once") {
    int ends[2];
    REQUIRE(::pipe(ends) == 0);
    const pid_t child = ::fork();
    if (child == 0) {
        (void)::dup2(ends[1], STDERR_FILENO);
        Interrupts interrupts;
        interrupts.end_on_second("last words\n");
        (void)::raise(SIGINT);
        (void)::raise(SIGTERM);
        ::_exit(1);
    }
    (void)::close(ends[1]);
    int how = 0;
    REQUIRE(::waitpid(child, &how, 0) == child);
    REQUIRE(WIFEXITED(how));
    CHECK(WEXITSTATUS(how) == 128 + SIGTERM);
    char text[64] = {};
    CHECK(::read(ends[0], text, sizeof text - 1) == 11);
    CHECK(std::string(text) == "last words\n");
    (void)::close(ends[0]);
}

TEST_CASE("after the scope signals do again what they did before") {
    const auto handler_of = [](int signal) {
        struct sigaction action{};
        (void)::sigaction(signal, nullptr, &action);
        return action.sa_handler;
    };
    const auto term = handler_of(SIGTERM);
    const auto pipe = handler_of(SIGPIPE);
    {
        const Interrupts interrupts;
        CHECK((handler_of(SIGTERM) != term));
        CHECK((handler_of(SIGPIPE) == SIG_IGN));
    }
    CHECK((handler_of(SIGTERM) == term));
    CHECK((handler_of(SIGPIPE) == pipe));
}

TEST_CASE("a countdown is rounded up") {
    using tcptune::cli::countdown_text;
    CHECK(countdown_text(0) == "0 s");
    CHECK(countdown_text(6.2) == "7 s");
    CHECK(countdown_text(60) == "1 min");
    CHECK(countdown_text(89.5) == "1 min 30 s");
    CHECK(countdown_text(-3) == "0 s");
}

// SPDX-License-Identifier: Apache-2.0
// Predicts with tcptune::capacity and counts with the running kernel.
//   capacity_check [--periods] [CASE...]
#include "cases.hpp"
#include "network.hpp"

#include <algorithm>
#include <cstdio>
#include <exception>
#include <string>
#include <sys/wait.h>
#include <vector>

#include <unistd.h>

namespace {

using namespace tcptune::netns_test;

constexpr int passed = 0;
constexpr int failed = 1;
constexpr int skipped = 77;
// A case that hangs ends by SIGALRM.
constexpr unsigned case_limit_s = 60;
constexpr unsigned periods_limit_s = 200;

struct Case {
    const char* name;
    void (*run)(Record&);
};

constexpr Case all_cases[] = {
    {"plain", plain},
    {"listeners", listeners},
    {"reserved", reserved_ports},
    {"bound-only", bound_only},
    {"mixed", mixed_ranges},
    {"source-addresses", source_addresses},
    {"mapped", mapped_client},
    {"bind-first", bind_first},
    {"bind-first-beside", bind_first_beside_listeners},
    {"server-closes", server_closes},
    {"reuse-rate", reuse_rate},
    {"loopback-reuse", loopback_reuse},
    {"no-timestamps", no_timestamps},
    {"seconds-left", seconds_left},
    {"preferred-half", preferred_half},
    {"wider-same", widened_same_parity},
    {"wider-other", widened_other_parity},
    {"reuse-half", reuse_keeps_the_half},
    {"default-range", default_range},
};
constexpr Case long_cases[] = {{"two-periods", two_periods}};

int run_here(const Case& chosen, unsigned limit_s) {
    ::alarm(limit_s);
    Record record(chosen.name);
    try {
        enter_new_network();
        chosen.run(record);
    } catch (const Skipped& why) {
        record.note(std::string("skipped: ") + why.what());
        return skipped;
    } catch (const std::exception& error) {
        record.note(std::string("failed: ") + error.what());
        return failed;
    }
    return record.good() ? passed : failed;
}

int run_apart(const Case& chosen, unsigned limit_s) {
    (void)std::fflush(stdout);
    const pid_t child = ::fork();
    if (child == 0) {
        const int result = run_here(chosen, limit_s);
        (void)std::fflush(stdout);
        ::_exit(result);
    }
    int status = 0;
    if (child < 0 || ::waitpid(child, &status, 0) != child) return failed;
    if (WIFEXITED(status)) return WEXITSTATUS(status);
    std::printf("  %-18s ended by signal %d\n", chosen.name, WTERMSIG(status));
    return failed;
}

}  // namespace

int main(int argc, char** argv) {
    const std::vector<std::string> words(argv + 1, argv + argc);
    const bool periods = std::ranges::count(words, "--periods") != 0;
    const auto wanted = [&](const Case& one) {
        return words.empty() || periods || std::ranges::count(words, one.name) != 0;
    };
    int failures = 0;
    int skips = 0;
    int runs = 0;
    std::printf("  %-18s %-58s %10s %10s\n", "case", "what", "predicted", "counted");
    const auto run = [&](const Case& one, unsigned limit_s) {
        if (!wanted(one)) return;
        const int result = run_apart(one, limit_s);
        ++runs;
        if (result == skipped)
            ++skips;
        else if (result != passed)
            ++failures;
    };
    if (periods)
        for (const Case& one : long_cases)
            run(one, periods_limit_s);
    else
        for (const Case& one : all_cases)
            run(one, case_limit_s);
    std::printf("%d cases, %d failed, %d skipped\n", runs, failures, skips);
    if (failures > 0 || runs == 0) return failed;
    return skips == runs ? skipped : passed;
}

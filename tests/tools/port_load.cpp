// SPDX-License-Identifier: Apache-2.0
// Makes and holds TCP sockets for tests and benches; see --help. Bounded in count and time.
#include "load_modes.hpp"

#include <algorithm>
#include <array>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <string>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <vector>

#include <poll.h>

namespace port_load {
namespace {

/// What a worker tells its parent; small enough for one atomic write to a pipe.
struct Report {
    std::int64_t made = 0;
    std::int64_t failed = 0;
    int first_error = 0;
};

void stay(const Options& options) {
    if (!options.until_eof) {
        sleep_seconds(options.hold_s);
        return;
    }
    std::array<char, 256> buffer{};
    while (::read(STDIN_FILENO, buffer.data(), buffer.size()) > 0) {
    }
}

/// Worker `number` has a port, a block of addresses and a part of the count of its own.
Options share_of(const Options& options, int number) {
    Options own = options;
    const auto index = static_cast<std::uint32_t>(number);
    own.count = options.count / options.workers;
    if (number == 0) own.count += options.count % options.workers;
    own.to = advanced(options.to, index * options.destinations);
    own.to.set_port(static_cast<std::uint16_t>(options.to.port() + index));
    if (options.rate > 0) own.rate = options.rate / options.workers;
    return own;
}

[[noreturn]] void run_worker(const Options& options, const UniqueFd& reports) {
    (void)::prctl(PR_SET_PDEATHSIG, SIGKILL);
    const Held held = hold(options);
    const Report report{held.made, held.failed, held.first_error};
    (void)!::write(reports.get(), &report, sizeof report);
    while (true)
        (void)::poll(nullptr, 0, -1);
}

int hold_with_workers(const Options& options) {
    std::array<int, 2> ends{};
    if (::pipe(ends.data()) != 0) return 1;
    const UniqueFd in(ends[0]);
    const UniqueFd out(ends[1]);
    const double start = now_seconds();
    std::vector<pid_t> children;
    for (int i = 0; i < options.workers; ++i) {
        const pid_t pid = ::fork();
        if (pid == 0) {
            (void)::alarm(options.limit_s);
            run_worker(share_of(options, i), out);
        }
        if (pid > 0) children.push_back(pid);
    }
    Report sum;
    for (std::size_t i = 0; i < children.size(); ++i) {
        Report report;
        if (::read(in.get(), &report, sizeof report) != static_cast<ssize_t>(sizeof report)) break;
        sum.made += report.made;
        sum.failed += report.failed;
        if (sum.first_error == 0) sum.first_error = report.first_error;
    }
    (void)std::printf("ready made=%lld failed=%lld errno=%d seconds=%.2f\n",
                      static_cast<long long>(sum.made), static_cast<long long>(sum.failed),
                      sum.first_error, now_seconds() - start);
    (void)std::fflush(stdout);
    stay(options);
    for (const pid_t child : children) {
        (void)::kill(child, SIGKILL);
        (void)::waitpid(child, nullptr, 0);
    }
    return sum.made == options.count ? 0 : 1;
}

}  // namespace
}  // namespace port_load

int main(int argc, char** argv) {
    const port_load::Options options =
        port_load::read_options(std::vector<std::string>(argv + std::min(argc, 1), argv + argc));
    (void)::alarm(options.limit_s);
    port_load::raise_descriptor_limit();
    if (options.mode == port_load::Mode::serve) return port_load::serve(options);
    if (options.mode == port_load::Mode::load) return port_load::load(options);
    return port_load::hold_with_workers(options);
}

// SPDX-License-Identifier: Apache-2.0
#include "cli/polkit_agent.hpp"

#include <tcptune/base/unique_fd.hpp>

#include <array>
#include <cerrno>
#include <csignal>
#include <string>
#include <sys/prctl.h>
#include <sys/wait.h>

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

namespace tcptune::cli {
namespace {

constexpr const char* program = "/usr/bin/pkttyagent";
/// polkit that does not answer in this time will not answer the helper either.
constexpr int registration_ms = 5000;

/// In the child. With --fallback an agent of the desktop goes before.
[[noreturn]] void become_agent(pid_t parent, int notify) {
    (void)::prctl(PR_SET_PDEATHSIG, SIGTERM);
    if (::getppid() != parent) ::_exit(0);
    sigset_t none;
    (void)::sigemptyset(&none);
    (void)::sigprocmask(SIG_SETMASK, &none, nullptr);
    (void)::signal(SIGPIPE, SIG_DFL);
    (void)::fcntl(notify, F_SETFD, 0);
    const std::string descriptor = std::to_string(notify);
    const std::string process = std::to_string(parent);
    ::execl(program, program, "--notify-fd", descriptor.c_str(), "--fallback", "--process",
            process.c_str(), nullptr);
    ::_exit(127);
}

}  // namespace

PolkitAgent::PolkitAgent() {
    if (::access(program, X_OK) != 0) return;
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) return;
    const UniqueFd registered(ends[0]);
    UniqueFd notify(ends[1]);
    const pid_t parent = ::getpid();
    pid_ = ::fork();
    if (pid_ == 0) become_agent(parent, notify.get());
    notify.reset();
    if (pid_ < 0) return;
    // The agent closes its end when polkit knows it, and so does its death.
    pollfd end{registered.get(), 0, 0};
    while (::poll(&end, 1, registration_ms) < 0 && errno == EINTR) {
    }
}

PolkitAgent::~PolkitAgent() {
    if (pid_ <= 0) return;
    (void)::kill(pid_, SIGTERM);
    (void)::kill(pid_, SIGCONT);
    while (::waitpid(pid_, nullptr, 0) < 0 && errno == EINTR) {
    }
}

}  // namespace tcptune::cli

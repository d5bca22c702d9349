// SPDX-License-Identifier: Apache-2.0
#include "cli/interrupt.hpp"

#include "cli/progress.hpp"

#include <tcptune/base/error.hpp>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstdint>
#include <cstring>
#include <sys/eventfd.h>

#include <poll.h>
#include <unistd.h>

namespace tcptune::cli {
namespace {

// What a handler may touch: lock-free atomics only.
std::atomic<int> first_signal{0};
std::atomic<int> wake_fd{-1};
std::atomic<const char*> last_words{nullptr};
static_assert(std::atomic<int>::is_always_lock_free);
static_assert(std::atomic<const char*>::is_always_lock_free);

void note(int signal) {
    const int saved = errno;
    int none = 0;
    if (first_signal.compare_exchange_strong(none, signal)) {
        const std::uint64_t one = 1;
        (void)!::write(wake_fd.load(), &one, sizeof one);
    } else if (const char* words = last_words.load(); words != nullptr) {
        (void)!::write(STDERR_FILENO, words, std::strlen(words));
        ::_exit(128 + signal);
    }
    errno = saved;
}

}  // namespace

Interrupts::Interrupts() {
    const int fd = ::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (fd < 0) throw SystemError(ErrorCode::operational, "eventfd", errno);
    first_signal = 0;
    last_words = nullptr;
    wake_fd = fd;
    struct sigaction action{};
    action.sa_handler = note;
    (void)::sigemptyset(&action.sa_mask);
    // Reads and writes go on; a wait in poll(2) ends all the same.
    action.sa_flags = SA_RESTART;
    for (std::size_t i = 0; i < signals.size(); ++i) {
        (void)::sigaction(signals[i], nullptr, &before_[i]);
        // What was ignored from the start (nohup) stays ignored.
        if (before_[i].sa_handler != SIG_IGN) (void)::sigaction(signals[i], &action, nullptr);
    }
    struct sigaction ignore{};
    ignore.sa_handler = SIG_IGN;
    (void)::sigemptyset(&ignore.sa_mask);
    (void)::sigaction(SIGPIPE, &ignore, &pipe_before_);
}

Interrupts::~Interrupts() {
    for (std::size_t i = 0; i < signals.size(); ++i)
        (void)::sigaction(signals[i], &before_[i], nullptr);
    (void)::sigaction(SIGPIPE, &pipe_before_, nullptr);
    (void)::close(wake_fd.exchange(-1));
}

int Interrupts::signal() const {
    return first_signal.load();
}

int Interrupts::fd() const {
    return wake_fd.load();
}

bool Interrupts::wait(double seconds) const {
    const double end = seconds_now() + seconds;
    while (signal() == 0) {
        const double left = end - seconds_now();
        if (left <= 0) return true;
        pollfd wake{fd(), POLLIN, 0};
        (void)::poll(&wake, 1, static_cast<int>(std::min(left * 1000, 1e6)) + 1);
    }
    return false;
}

void Interrupts::end_on_second(const char* message) {
    last_words = message;
}

}  // namespace tcptune::cli

// SPDX-License-Identifier: Apache-2.0
#include "cli/watch.hpp"

#include "cli/files.hpp"

#include <tcptune/base/unique_fd.hpp>

#include <chrono>
#include <csignal>
#include <sys/signalfd.h>

#include <poll.h>
#include <termios.h>
#include <unistd.h>

namespace tcptune::cli {
namespace {

// The alternate screen keeps what stood on the terminal before; the cursor is hidden meanwhile.
constexpr const char* enter_screen = "\x1b[?1049h\x1b[?25l";
constexpr const char* leave_screen = "\x1b[?25h\x1b[?1049l";
constexpr const char* repaint = "\x1b[H\x1b[2J";

/// A terminal that gives single keys without showing them, until the end of the scope.
class KeyTerminal {
public:
    KeyTerminal() {
        if (::tcgetattr(STDIN_FILENO, &before_) != 0) return;
        termios keys = before_;
        keys.c_lflag &= ~static_cast<tcflag_t>(ICANON | ECHO);
        keys.c_cc[VMIN] = 0;
        keys.c_cc[VTIME] = 0;
        changed_ = ::tcsetattr(STDIN_FILENO, TCSANOW, &keys) == 0;
        write_stdout(enter_screen);
    }
    KeyTerminal(const KeyTerminal&) = delete;
    KeyTerminal& operator=(const KeyTerminal&) = delete;
    ~KeyTerminal() {
        if (changed_) (void)::tcsetattr(STDIN_FILENO, TCSANOW, &before_);
        // Nobody can be told any more that this fails.
        (void)!::write(STDOUT_FILENO, leave_screen, std::char_traits<char>::length(leave_screen));
    }

private:
    termios before_{};
    bool changed_ = false;
};

/// SIGINT and SIGTERM as something that can be waited for.
UniqueFd caught_signals() {
    sigset_t set;
    ::sigemptyset(&set);
    ::sigaddset(&set, SIGINT);
    ::sigaddset(&set, SIGTERM);
    (void)::sigprocmask(SIG_BLOCK, &set, nullptr);
    return UniqueFd(::signalfd(-1, &set, SFD_CLOEXEC));
}

bool is_quit_key() {
    char key = 0;
    while (::read(STDIN_FILENO, &key, 1) == 1)
        if (key == 'q' || key == 'Q') return true;
    return false;
}

/// Waits; true when it shall end. Something that closes standard output ends it as well.
bool wait_for_end(int signals, bool keys, double seconds) {
    using Clock = std::chrono::steady_clock;
    const Clock::time_point end =
        Clock::now() + std::chrono::milliseconds(static_cast<int>(seconds * 1000));
    while (true) {
        const auto left =
            std::chrono::duration_cast<std::chrono::milliseconds>(end - Clock::now()).count();
        pollfd fds[] = {
            {signals, POLLIN, 0}, {STDOUT_FILENO, 0, 0}, {keys ? STDIN_FILENO : -1, POLLIN, 0}};
        if (left <= 0 || ::poll(fds, 3, static_cast<int>(left)) <= 0) return false;
        if (fds[0].revents != 0 || (fds[1].revents & (POLLERR | POLLHUP)) != 0) return true;
        if ((fds[2].revents & (POLLERR | POLLHUP)) != 0) keys = false;
        if (keys && fds[2].revents != 0 && is_quit_key()) return true;
    }
}

}  // namespace

void watch(double seconds, bool terminal, const std::function<WatchView()>& look) {
    const UniqueFd signals = caught_signals();
    if (!terminal) {
        do {
            write_stdout(look().line + "\n");
        } while (!wait_for_end(signals.get(), false, seconds));
        return;
    }
    const bool keys = ::isatty(STDIN_FILENO) == 1;
    const KeyTerminal keep;
    do {
        write_stdout(repaint + look().screen);
    } while (!wait_for_end(signals.get(), keys, seconds));
}

}  // namespace tcptune::cli

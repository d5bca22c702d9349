// SPDX-License-Identifier: Apache-2.0
#include "cli/watch.hpp"

#include "cli/files.hpp"

#include <tcptune/base/unique_fd.hpp>

#include <chrono>
#include <csignal>
#include <sys/ioctl.h>
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

/// The alternate screen, until the end of the scope.
class OtherScreen {
public:
    OtherScreen() { write_stdout(enter_screen); }
    OtherScreen(const OtherScreen&) = delete;
    OtherScreen& operator=(const OtherScreen&) = delete;
    ~OtherScreen() {
        // Nobody can be told any more that this fails.
        (void)!::write(STDOUT_FILENO, leave_screen, std::char_traits<char>::length(leave_screen));
    }
};

/// A terminal that gives single keys without showing them, until the end of the scope. Keys that
/// else are signals come as keys too: no way out leaves the terminal as it is now.
class KeyTerminal {
public:
    KeyTerminal() {
        if (::isatty(STDIN_FILENO) != 1 || ::tcgetattr(STDIN_FILENO, &before_) != 0) return;
        termios keys = before_;
        keys.c_lflag &= ~static_cast<tcflag_t>(ICANON | ECHO | ISIG);
        keys.c_cc[VMIN] = 0;
        keys.c_cc[VTIME] = 0;
        changed_ = ::tcsetattr(STDIN_FILENO, TCSANOW, &keys) == 0;
    }
    KeyTerminal(const KeyTerminal&) = delete;
    KeyTerminal& operator=(const KeyTerminal&) = delete;
    ~KeyTerminal() {
        if (changed_) (void)::tcsetattr(STDIN_FILENO, TCSANOW, &before_);
    }
    [[nodiscard]] bool gives_keys() const { return changed_; }

private:
    termios before_{};
    bool changed_ = false;
};

/// What else would end this, as something that can be waited for.
UniqueFd caught_signals() {
    sigset_t set;
    ::sigemptyset(&set);
    for (const int signal : {SIGINT, SIGTERM, SIGQUIT, SIGHUP, SIGTSTP})
        ::sigaddset(&set, signal);
    (void)::sigprocmask(SIG_BLOCK, &set, nullptr);
    return UniqueFd(::signalfd(-1, &set, SFD_CLOEXEC));
}

constexpr char control_c = 3;
constexpr char control_d = 4;
constexpr char control_backslash = 28;

bool is_quit_key() {
    char key = 0;
    while (::read(STDIN_FILENO, &key, 1) == 1)
        if (key == 'q' || key == 'Q' || key == control_c || key == control_d ||
            key == control_backslash)
            return true;
    return false;
}

/// What fits the window: the most urgent stands first, and a screen that scrolls shows its end.
std::string first_rows(const std::string& screen) {
    winsize size{};
    if (::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_row == 0) return screen;
    std::size_t end = 0;
    for (unsigned row = 1; row < size.ws_row; ++row) {
        end = screen.find('\n', end);
        if (end == std::string::npos) return screen;
        ++end;
    }
    return screen.substr(0, end);
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
    const OtherScreen screen;
    const KeyTerminal keys;
    do {
        write_stdout(repaint + first_rows(look().screen));
    } while (!wait_for_end(signals.get(), keys.gives_keys(), seconds));
}

}  // namespace tcptune::cli

// SPDX-License-Identifier: Apache-2.0
#include "cli/progress.hpp"

#include "cli/files.hpp"

#include <algorithm>
#include <cmath>
#include <ctime>
#include <sys/ioctl.h>

#include <fmt/format.h>
#include <unistd.h>

namespace tcptune::cli {
namespace {

std::size_t terminal_width() {
    winsize size{};
    if (::ioctl(STDERR_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) return 79;
    return size.ws_col - 1U;
}

}  // namespace

double seconds_now() {
    timespec now{};
    (void)::clock_gettime(CLOCK_BOOTTIME, &now);
    return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) / 1e9;
}

Progress::Progress(bool wanted) : terminal_(wanted && ::isatty(STDERR_FILENO) == 1) {}

void Progress::show(std::string_view text) {
    if (!terminal_) return;
    const std::string_view part = text.substr(0, terminal_width());
    if (part == shown_) return;
    write_stderr(fmt::format("\r\x1b[K{}", part));
    shown_ = part;
}

void Progress::clear() {
    if (shown_.empty()) return;
    write_stderr("\r\x1b[K");
    shown_.clear();
}

std::string countdown_text(double seconds) {
    const auto whole = static_cast<long>(std::ceil(std::clamp(seconds, 0.0, 1e6)));
    if (whole < 60) return fmt::format("{} s", whole);
    if (whole % 60 == 0) return fmt::format("{} min", whole / 60);
    return fmt::format("{} min {} s", whole / 60, whole % 60);
}

}  // namespace tcptune::cli

// SPDX-License-Identifier: Apache-2.0
#include "cli/terminal.hpp"

#include <algorithm>
#include <cstdlib>
#include <string_view>
#include <sys/ioctl.h>

#include <unistd.h>

namespace tcptune::cli {
namespace {

std::string_view environment(const char* name) {
    const char* value = ::secure_getenv(name);
    return value ? value : "";
}

/// As locale(7) orders them: the first that is set decides.
bool locale_is_utf8() {
    for (const char* name : {"LC_ALL", "LC_CTYPE", "LANG"}) {
        const std::string_view value = environment(name);
        if (value.empty()) continue;
        return value.find("UTF-8") != std::string_view::npos ||
               value.find("utf8") != std::string_view::npos;
    }
    return false;
}

}  // namespace

report::TextStyle style_for(int fd, ColourChoice colour) {
    report::TextStyle style;
    const bool terminal = ::isatty(fd) == 1;
    if (terminal) {
        winsize size{};
        if (::ioctl(fd, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) {
            style.width = std::min<std::size_t>(style.width, size.ws_col);
        }
        style.unicode = locale_is_utf8();
    }
    switch (colour) {
        case ColourChoice::always:
            style.colour = true;
            break;
        case ColourChoice::never:
            style.colour = false;
            break;
        case ColourChoice::automatic:
            style.colour = terminal && environment("NO_COLOR").empty() &&
                           !environment("TERM").empty() && environment("TERM") != "dumb";
            break;
    }
    return style;
}

}  // namespace tcptune::cli

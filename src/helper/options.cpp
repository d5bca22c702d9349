// SPDX-License-Identifier: Apache-2.0
#include "helper/options.hpp"

#include <tcptune/base/escape.hpp>
#include <tcptune/base/text.hpp>

#include <cstdio>
#include <string_view>

namespace tcptune::helper {
namespace {

constexpr int exit_usage = 64;

constexpr const char* help =
    "Usage: tcptuned [--recover] [--idle-exit=SECONDS]\n"
    "The privileged helper of tcptune; the system bus starts it. See tcptuned(8).\n\n"
    "  --recover            undo what was cut off, without a bus, and exit\n"
    "  --idle-exit=SECONDS  exit when idle and nothing is armed (60; 0: never)\n"
    "  --version, --help\n";

bool read_idle_limit(std::string_view text, Options& options) {
    const auto seconds = parse_real(text);
    if (!seconds || *seconds < 0 || *seconds > 86400) return false;
    options.idle_limit = std::chrono::duration<double>(*seconds);
    return true;
}

}  // namespace

std::optional<int> read_options(int argc, char** argv, Options& options) {
    for (int i = 1; i < argc; ++i) {
        const std::string_view word(argv[i]);
        const std::size_t equals = word.find('=');
        const std::string_view name = word.substr(0, equals);
        const std::string_view value =
            equals == std::string_view::npos ? "" : word.substr(equals + 1);
        if (word == "--version") return std::puts("tcptuned " TCPTUNE_VERSION) < 0 ? 1 : 0;
        if (word == "--help") return std::fputs(help, stdout) < 0 ? 1 : 0;
        if (word == "--recover") {
            options.recover_only = true;
        } else if (name != "--idle-exit" || !read_idle_limit(value, options)) {
            (void)std::fprintf(stderr, "tcptuned: %s: not understood; see --help\n",
                               escape_line(word).c_str());
            return exit_usage;
        }
    }
    return std::nullopt;
}

}  // namespace tcptune::helper

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace tcptune::lint {

/// What stops a command from doing what it was typed for.
enum class ShellTrouble {
    none,
    spaces,      ///< sysctl -w key = value: three words
    no_quotes,   ///< sysctl -w key=1024 65000: the second number is a word of its own
    redirection  ///< sudo echo 1 > /proc/...: the shell opens the file, without sudo
};

struct ShellAssignment {
    std::string name;
    std::string value;
    std::size_t offset = 0;  ///< of the word that holds the name
    ShellTrouble trouble = ShellTrouble::none;
    bool into_file = false;  ///< echo "key = value" >> /etc/sysctl.conf
};

/// A line that a shell would execute.
struct ShellLine {
    bool is_command = false;  ///< sysctl, or something written below /proc/sys or /sys
    std::vector<ShellAssignment> assignments = {};
};
[[nodiscard]] ShellLine shell_line(std::string_view line);

}  // namespace tcptune::lint

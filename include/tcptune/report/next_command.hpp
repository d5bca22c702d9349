// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <tcptune/plan/plan.hpp>

#include <set>
#include <string>
#include <vector>

namespace tcptune::report {

/// How the plan was asked for, so that the command to run next is one that can be pasted.
struct Invocation {
    std::vector<std::string> input_words;  ///< "--facts", "proxy.json", "--profile", ...
    std::string saved_to;                  ///< the file of --out; empty when not saved
    bool from_file = false;                ///< facts of a file: looking again is no cure
    bool privileged = false;               ///< running as root already
    bool window_given = false;
    bool all_namespaces = false;
};

/// What takes the lines that set these keys out of a file, so that another one decides at boot.
[[nodiscard]] std::string drop_lines_command(const std::set<std::string>& keys,
                                             const std::string& file);

/// The one command to run next: always one that this release has.
[[nodiscard]] std::string next_command(const plan::Plan& plan, const Invocation& invocation);

/// `word` as one word of a POSIX shell, quoted only where needed.
[[nodiscard]] std::string shell_word(const std::string& word);

}  // namespace tcptune::report

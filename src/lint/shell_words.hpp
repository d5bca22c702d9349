// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace tcptune::lint {

/// A word of a shell's command line without its quotes, or an operator: | ; & && || > >> <.
struct ShellWord {
    std::string text;
    std::size_t offset = 0;
    bool is_operator = false;
    bool quoted = false;
};
/// Up to a comment. Variables and substitutions stay as they are written.
[[nodiscard]] std::vector<ShellWord> shell_words(std::string_view line);

}  // namespace tcptune::lint

// SPDX-License-Identifier: Apache-2.0
#include "lint/shell_words.hpp"

#include <algorithm>

namespace tcptune::lint {

namespace {

constexpr std::string_view blanks = " \t\r\v\f";
constexpr std::string_view operators = "|;&<>";

/// Takes a word off `line` at `at`; `at` is no blank and no operator.
ShellWord take_word(std::string_view line, std::size_t& at) {
    ShellWord word;
    word.offset = at;
    char quote = 0;
    for (; at < line.size(); ++at) {
        const char c = line[at];
        if (quote == 0 && (blanks.find(c) != std::string_view::npos ||
                           operators.find(c) != std::string_view::npos))
            break;
        if (quote == 0 && (c == '\'' || c == '"')) {
            quote = c;
            word.quoted = true;
        } else if (quote != 0 && c == quote) {
            quote = 0;
        } else if (c == '\\' && quote != '\'' && at + 1 < line.size() &&
                   (quote == 0 || line[at + 1] == '"' || line[at + 1] == '\\')) {
            word.text += line[++at];
        } else {
            word.text += c;
        }
    }
    return word;
}

}  // namespace

std::vector<ShellWord> shell_words(std::string_view line) {
    std::vector<ShellWord> words;
    std::size_t at = 0;
    while ((at = line.find_first_not_of(blanks, at)) != std::string_view::npos) {
        if (line[at] == '#') break;
        if (operators.find(line[at]) == std::string_view::npos) {
            words.push_back(take_word(line, at));
            continue;
        }
        const bool doubled = line.substr(at, 2) == std::string(2, line[at]);
        words.push_back({std::string(line.substr(at, doubled ? 2 : 1)), at, true, false});
        at += doubled ? 2 : 1;
    }
    return words;
}

}  // namespace tcptune::lint

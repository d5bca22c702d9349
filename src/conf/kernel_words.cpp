// SPDX-License-Identifier: Apache-2.0
#include "conf/kernel_words.hpp"

#include <algorithm>
#include <optional>
#include <utility>

namespace tcptune::conf {

namespace {

bool separates_words(char c) {
    return c == ' ' || (c >= '\t' && c <= '\r') || c == '\xa0' || c == '\0';
}

/// The next word and how long it was, quotes and all. Quotes hold blanks together anywhere; they
/// go away at the ends of a word and of a value only.
struct Word {
    std::string_view text;
    std::optional<std::string_view> value;
};

std::string_view without_last_quote(std::string_view text) {
    return text.ends_with('"') ? text.substr(0, text.size() - 1) : text;
}

Word take_word(std::string_view& line) {
    const bool quoted = line.starts_with('"');
    if (quoted) line.remove_prefix(1);
    bool inside = quoted;
    std::size_t length = 0, equals = 0;
    for (; length < line.size(); ++length) {
        const char c = line[length];
        if (!inside && separates_words(c)) break;
        if (c == '=' && equals == 0) equals = length;
        if (c == '"') inside = !inside;
    }
    Word word{line.substr(0, length), std::nullopt};
    line.remove_prefix(length);
    if (equals != 0) {
        std::string_view value = word.text.substr(equals + 1);
        if (quoted) value = without_last_quote(value);
        if (value.starts_with('"')) value = without_last_quote(value.substr(1));
        word.value = value;
        word.text = word.text.substr(0, equals);
    } else if (quoted) {
        word.text = without_last_quote(word.text);
    }
    return word;
}

}  // namespace

std::vector<KernelWord> kernel_words(std::string_view command_line) {
    constexpr std::string_view prefix = "sysctl";
    std::vector<KernelWord> words;
    while (true) {
        const auto begin = std::ranges::find_if_not(command_line, separates_words);
        command_line.remove_prefix(static_cast<std::size_t>(begin - command_line.begin()));
        if (command_line.empty()) return words;
        const Word word = take_word(command_line);
        if (word.text == "--" && !word.value) return words;
        if (!word.value || word.value->empty() || word.text.size() < prefix.size() + 2) continue;
        const char after = word.text[prefix.size()];
        if (!word.text.starts_with(prefix) || (after != '.' && after != '/')) continue;
        KernelWord found{std::string(word.text.substr(prefix.size() + 1)),
                         std::string(*word.value)};
        std::ranges::replace(found.name, '.', '/');
        words.push_back(std::move(found));
    }
}

}  // namespace tcptune::conf

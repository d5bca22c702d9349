// SPDX-License-Identifier: Apache-2.0
#include "conf/pattern.hpp"

#include <tcptune/base/text.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <optional>
#include <utility>

namespace tcptune::conf {

namespace {

bool between(char c, char low, char high) {
    return low <= c && c <= high;
}

/// The named classes that a sysctl's name can have members of; the loader runs in the C locale.
bool class_holds(std::string_view name, char c) {
    const bool lower = between(c, 'a', 'z'), upper = between(c, 'A', 'Z');
    const bool digit = between(c, '0', '9'), graph = between(c, '!', '~');
    const bool alnum = lower || upper || digit;
    const std::array<std::pair<std::string_view, bool>, 8> classes{{
        {"lower", lower},
        {"upper", upper},
        {"alpha", lower || upper},
        {"digit", digit},
        {"alnum", alnum},
        {"xdigit", digit || between(c, 'a', 'f') || between(c, 'A', 'F')},
        {"punct", graph && !alnum},
        {"graph", graph},
    }};
    const auto found =
        std::ranges::find(classes, name, [](const auto& entry) { return entry.first; });
    return found == classes.end() ? name == "print" && between(c, ' ', '~') : found->second;
}

struct Bracket {
    std::size_t length = 0;  ///< of the whole expression with its brackets
    bool holds = false;
};

/// The bracket expression at the start of `pattern`, or nothing when it is not closed.
std::optional<Bracket> bracket(std::string_view pattern, char c) {
    std::size_t at = 1;
    const bool negated = pattern.substr(at, 1) == "!" || pattern.substr(at, 1) == "^";
    if (negated) ++at;
    const auto literal = [&] {
        if (pattern[at] == '\\' && at + 1 < pattern.size()) ++at;
        return pattern[at++];
    };
    bool holds = false;
    for (bool first = true; at < pattern.size(); first = false) {
        if (pattern[at] == ']' && !first) return Bracket{at + 1, holds != negated};
        if (pattern.substr(at, 2) == "[:") {
            if (const auto end = pattern.find(":]", at + 2); end != std::string_view::npos) {
                holds = class_holds(pattern.substr(at + 2, end - at - 2), c) || holds;
                at = end + 2;
                continue;
            }
        }
        const char low = literal();
        char high = low;
        if (at + 1 < pattern.size() && pattern[at] == '-' && pattern[at + 1] != ']') {
            ++at;
            high = literal();
        }
        holds = between(c, low, high) || holds;
    }
    return std::nullopt;
}

/// How many bytes of `pattern` match the character `c`; 0 when they do not.
std::size_t matched(std::string_view pattern, char c) {
    if (pattern.empty()) return 0;
    if (pattern[0] == '?') return 1;
    if (pattern[0] == '[') {
        if (const auto set = bracket(pattern, c)) return set->holds ? set->length : 0;
    }
    if (pattern[0] == '\\' && pattern.size() > 1) return pattern[1] == c ? 2 : 0;
    return pattern[0] == c ? 1 : 0;
}

}  // namespace

// Iterative, with one place to go back to: the last star.
bool component_matches(std::string_view pattern, std::string_view name) {
    if (name.starts_with('.') && !pattern.starts_with('.') && !pattern.starts_with("\\."))
        return false;
    // A backslash before a separator takes no meaning away.
    if (pattern.ends_with('\\') && !pattern.ends_with("\\\\")) pattern.remove_suffix(1);
    std::size_t p = 0, n = 0;
    std::size_t after_star = std::string_view::npos, retry = 0;
    while (n < name.size()) {
        if (p < pattern.size() && pattern[p] == '*') {
            after_star = ++p;
            retry = n;
        } else if (const std::size_t length = matched(pattern.substr(p), name[n]); length > 0) {
            p += length;
            ++n;
        } else if (after_star != std::string_view::npos) {
            p = after_star;
            n = ++retry;
        } else {
            return false;
        }
    }
    return pattern.find_first_not_of('*', p) == std::string_view::npos;
}

bool key_matches(std::string_view pattern, std::string_view key) {
    while (true) {
        const std::size_t cut = pattern.find('.');
        const std::size_t end = key.find('.');
        if (!component_matches(pattern.substr(0, cut), key.substr(0, end))) return false;
        if (cut == std::string_view::npos || end == std::string_view::npos) return cut == end;
        pattern.remove_prefix(cut + 1);
        key.remove_prefix(end + 1);
    }
}

std::string_view literal_prefix(std::string_view pattern) {
    return pattern.substr(0, pattern.find_first_of("*?[\\"));
}

}  // namespace tcptune::conf

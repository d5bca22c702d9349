// SPDX-License-Identifier: Apache-2.0
#include <tcptune/base/text.hpp>
#include <tcptune/sysctl/sysctl_conf.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <optional>
#include <utility>

namespace tcptune::sysctl {

namespace {

// A pattern with more is nobody's configuration; what is beyond matches nothing.
constexpr std::size_t most_alternatives = 64;
constexpr std::size_t longest_with_braces = 1024;

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

/// fnmatch(3) for one component. Iterative, with one place to go back to: the last star.
bool component_matches(std::string_view pattern, std::string_view name) {
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

/// "a{b,c{d,e}}f" -> "abf", "acdf", "acef", as GLOB_BRACE of glob(3).
std::vector<std::string> expand_braces(std::string_view pattern) {
    std::vector<std::string> finished, open{std::string(pattern)};
    // Each step finishes one text or opens one pair of braces of it.
    for (std::size_t step = 0; !open.empty() && step < 2 * most_alternatives; ++step) {
        const std::string text = std::move(open.back());
        open.pop_back();
        const std::size_t begin = text.find('{');
        std::size_t depth = 0, end = begin;
        std::vector<std::size_t> cuts;
        for (; end < text.size(); ++end) {
            if (text[end] == '{' && depth++ == 0) cuts.push_back(end);
            if (text[end] == ',' && depth == 1) cuts.push_back(end);
            if (text[end] == '}' && --depth == 0) break;
        }
        if (end >= text.size()) {
            finished.push_back(text);
            continue;
        }
        cuts.push_back(end);
        for (std::size_t cut = 0; cut + 1 < cuts.size(); ++cut) {
            if (open.size() >= most_alternatives) break;
            open.push_back(text.substr(0, begin) +
                           text.substr(cuts[cut] + 1, cuts[cut + 1] - cuts[cut] - 1) +
                           text.substr(end + 1));
        }
    }
    return finished;
}

bool alternative_matches(std::string_view pattern, const std::vector<std::string_view>& key) {
    auto components = split(pattern, '.');
    std::erase(components, "");  // what "{.,x}." may leave
    return std::ranges::equal(components, key, component_matches);
}

}  // namespace

bool glob_matches(std::string_view pattern, std::string_view key) {
    const auto components = split(key, '.');
    if (pattern.find('{') == std::string_view::npos || pattern.size() > longest_with_braces)
        return alternative_matches(pattern, components);
    return std::ranges::any_of(expand_braces(pattern), [&](const std::string& alternative) {
        return alternative_matches(alternative, components);
    });
}

}  // namespace tcptune::sysctl

// SPDX-License-Identifier: Apache-2.0
#include "lint/knowledge.hpp"

#include "lint/line_form.hpp"

#include <algorithm>
#include <array>

namespace tcptune::lint {

namespace {

// A hostile text may name a million keys; what is beyond is looked up anew each time.
constexpr std::size_t most_remembered = 50'000;

bool is_name_character(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("._-/*?[]{},:@+").find(c) != std::string_view::npos;
}
// The search for a near name is the slowest question; nobody misspells more keys than this.
constexpr std::size_t most_suggestions = 2'000;

}  // namespace

bool Knowledge::knows(std::string_view key) const {
    return standard_.rules.find(key) != nullptr || standard_.names.knows(key);
}

bool Knowledge::looks_like_key(std::string_view name) {
    constexpr std::array<std::string_view, 12> roots{"net",    "kernel", "vm",   "fs",
                                                     "dev",    "abi",    "user", "debug",
                                                     "crypto", "sunrpc", "xen",  "fscache"};
    const std::size_t separator = name.find_first_of("./");
    if (separator == std::string_view::npos || separator + 1 == name.size()) return false;
    return std::ranges::all_of(name, is_name_character) &&
           std::ranges::find(roots, name.substr(0, separator)) != roots.end();
}

KeyFacts Knowledge::look_up(const std::string& key) {
    KeyFacts facts;
    const KernelVersion& kernel = standard_.kernel;
    facts.rule = standard_.rules.find(main_name(key));
    facts.gone = standard_.names.gone(key);
    if (facts.gone && kernel < facts.gone->since) facts.gone = nullptr;
    if (facts.rule) {
        const KernelRange& range = facts.rule->parameter.kernels;
        if (range.until && kernel >= *range.until)
            facts.state = KeyState::removed;
        else if (range.since && kernel < *range.since)
            facts.state = KeyState::not_yet;
        else if (facts.gone)
            facts.state = facts.gone->no_effect ? KeyState::no_effect : KeyState::removed;
        return facts;
    }
    if (facts.gone) {
        facts.state = facts.gone->no_effect ? KeyState::no_effect : KeyState::removed;
    } else if (!is_pattern(key) && !standard_.names.knows(key)) {
        facts.state = standard_.names.foreign(key).empty() ? KeyState::unknown : KeyState::foreign;
        if (facts.state == KeyState::unknown && suggestions_++ < most_suggestions)
            facts.near = standard_.names.near(key);
    }
    return facts;
}

const KeyFacts& Knowledge::about(const std::string& key) {
    const auto found = facts_.find(key);
    if (found != facts_.end()) return found->second;
    if (facts_.size() >= most_remembered) facts_.clear();
    return facts_.emplace(key, look_up(key)).first->second;
}

bool Knowledge::finds(const std::string& pattern, std::string_view text) {
    const auto [found, first] = patterns_.try_emplace(pattern);
    std::string reason;
    if (first) found->second = Pattern::compile(pattern, reason);
    return found->second && found->second->matches(text);
}

}  // namespace tcptune::lint

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <tcptune/base/pattern.hpp>
#include <tcptune/lint/lint.hpp>

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>

namespace tcptune::lint {

enum class KeyState {
    usable,
    removed,    ///< the target kernel has it no more
    no_effect,  ///< there, and without effect
    not_yet,    ///< a later kernel has it
    foreign,    ///< another system's
    unknown,
};

/// The key that the rules describe, of two names for one number of the kernel.
[[nodiscard]] constexpr std::string_view main_name(std::string_view key) {
    return key == "net.nf_conntrack_max" ? "net.netfilter.nf_conntrack_max" : key;
}

/// What is known about one key on the target kernel.
struct KeyFacts {
    KeyState state = KeyState::usable;
    const rules::Rule* rule = nullptr;
    const rules::GoneKey* gone = nullptr;
    std::optional<std::string> near = {};  ///< of an unknown key
};

/// What was found out about a `[[lint]]` entry.
struct EntryMemory {
    std::optional<std::set<std::string>> keys;  ///< the other keys that its condition reads
    /// Whether it holds, by the value, when it reads no other key.
    std::unordered_map<std::string, bool> answers;
};

/// The rules and names for one target kernel. Remembers what it was asked: the same few hundred
/// keys fill all files.
class Knowledge {
public:
    explicit Knowledge(const Standard& standard) : standard_(standard) {}

    [[nodiscard]] const Standard& standard() const { return standard_; }
    [[nodiscard]] const KeyFacts& about(const std::string& key);
    /// Whether Linux has or had it.
    [[nodiscard]] bool knows(std::string_view key) const;
    /// Whether it begins as the sysctls of Linux do: net., kernel., vm., ...
    [[nodiscard]] static bool looks_like_key(std::string_view name);
    /// Whether the pattern, compiled once, is found. One that is none was reported when the rules
    /// were read, and finds nothing.
    [[nodiscard]] bool finds(const std::string& pattern, std::string_view text);
    [[nodiscard]] EntryMemory& memory(const rules::LintEntry* entry) { return entries_[entry]; }

private:
    [[nodiscard]] KeyFacts look_up(const std::string& key);

    const Standard& standard_;
    std::size_t suggestions_ = 0;
    std::unordered_map<std::string, KeyFacts> facts_;
    std::unordered_map<std::string, std::optional<Pattern>> patterns_;
    std::unordered_map<const rules::LintEntry*, EntryMemory> entries_;
};

}  // namespace tcptune::lint

// SPDX-License-Identifier: Apache-2.0
#include "rules/name_shape.hpp"

#include <tcptune/rules/name_book.hpp>

#include <algorithm>
#include <bit>
#include <span>
#include <utility>

#include <fmt/format.h>

/// NameBook::near(): which key somebody meant. Each way gives all candidates of its best grade;
/// only a single one is an answer.
namespace tcptune::rules {

namespace {

constexpr std::size_t longest_key = 256;

/// A short name is near to too many others for two slips.
std::size_t slips_allowed(std::string_view folded) {
    constexpr std::size_t long_name = 8;
    return last_component(folded).size() < long_name ? 1 : 2;
}

/// IPv6 has no key of its own for what belongs to TCP and UDP; but for the rest, the key of IPv4 is
/// another setting and not the same one misspelt.
bool crosses_to_ipv4(std::string_view folded, std::string_view candidate) {
    if (!folded.starts_with("net.ipv6.") || !candidate.starts_with("net.ipv4.")) return false;
    const std::string_view last = last_component(candidate);
    return !last.starts_with("tcp_") && !last.starts_with("udp_");
}

/// The pattern with what the key has in place of each '*'.
std::string filled_pattern(const Components& pattern, const Components& key) {
    Components components = pattern;
    for (std::size_t i = 0; i < components.size(); ++i)
        if (components[i] == "*") components[i] = key[i];
    return dotted(components);
}

std::optional<std::size_t> slips_to_pattern(const Components& pattern, const Components& key,
                                            std::size_t limit) {
    std::size_t sum = 0;
    for (std::size_t i = 0; i < pattern.size(); ++i) {
        if (pattern[i] == "*" || pattern[i] == key[i]) continue;
        const auto slips = slips_between(pattern[i], key[i], limit - sum);
        if (!slips) return std::nullopt;
        sum += *slips;
    }
    return sum;
}

/// The nearest candidates so far.
struct Nearest {
    std::size_t slips;
    std::set<std::string> keys = {};

    void add(std::size_t found, std::string key) {
        if (found < slips) keys.clear();
        slips = std::min(slips, found);
        if (found == slips) keys.insert(std::move(key));
    }
};

}  // namespace

std::set<std::string> NameBook::by_typing(std::string_view key) const {
    const std::string folded = folded_name(key);
    const std::uint64_t letters = letters_of(folded);
    Nearest nearest{.slips = 2};
    const auto first = by_length_.lower_bound(folded.size() < 2 ? 0 : folded.size() - 2);
    const auto last = by_length_.upper_bound(folded.size() + 2);
    for (auto length = first; length != last; ++length) {
        for (const std::uint32_t at : length->second) {
            const Name& name = names_[at];
            // One slip changes two letters at most.
            if (std::popcount(letters ^ name.letters) > 4) continue;
            const std::size_t limit = std::min(nearest.slips, slips_allowed(name.folded));
            const auto slips = slips_between(folded, name.folded, limit);
            if (slips && !crosses_to_ipv4(folded, name.folded)) nearest.add(*slips, name.key);
        }
    }
    // Half a name is as near as anything: "udp_rmem" was udp_rmem_min, and not udp_mem.
    const std::string begun = std::string(key) + "_";
    for (auto longer = by_key_.lower_bound(begun);
         longer != by_key_.end() && longer->first.starts_with(begun); ++longer)
        if (!is_name_pattern(longer->first)) nearest.keys.insert(longer->first);
    const auto given = components_of(folded);
    const auto spelt = components_of(key);
    if (!given || !spelt) return nearest.keys;
    const auto same_size = patterns_.find(given->size());
    if (same_size == patterns_.end()) return nearest.keys;
    for (const std::uint32_t at : same_size->second) {
        const Name& name = names_[at];
        const auto pattern = components_of(name.folded);
        if (!pattern) continue;
        const std::size_t limit = std::min(nearest.slips, slips_allowed(name.folded));
        const auto slips = slips_to_pattern(*pattern, *given, limit);
        if (slips && !crosses_to_ipv4(folded, name.folded))
            nearest.add(*slips, filled_pattern(*components_of(name.key), *spelt));
    }
    return nearest.keys;
}

/// A component too many, mostly a doubled one ("net.ipv4.net.ipv4.tcp_sack"), or one too few.
std::set<std::string> NameBook::by_shape(std::string_view spelt) const {
    std::set<std::string> found;
    std::set<std::string> doubled;
    const auto key = components_of(spelt);
    if (!key) return found;
    constexpr std::size_t longest_run = 3;
    for (std::size_t begin = 0; begin + 1 < key->size(); ++begin) {
        for (std::size_t run = 1; run <= longest_run && begin + run < key->size(); ++run) {
            Components shorter = *key;
            const auto from = shorter.begin() + static_cast<std::ptrdiff_t>(begin);
            const auto after = shorter.erase(from, from + static_cast<std::ptrdiff_t>(run));
            std::string candidate = dotted(shorter);
            if (shorter.size() < 2 || !knows(candidate)) continue;
            const auto taken = key->begin() + static_cast<std::ptrdiff_t>(begin);
            const std::span rest(after, shorter.end());
            if (rest.size() >= run &&
                std::equal(rest.begin(), rest.begin() + static_cast<std::ptrdiff_t>(run), taken))
                doubled.insert(candidate);
            found.insert(std::move(candidate));
        }
    }
    if (!doubled.empty()) return doubled;
    const auto same_end = by_last_.find(folded_name(key->back()));
    if (same_end == by_last_.end()) return found;
    for (const std::uint32_t at : same_end->second) {
        const auto name = components_of(names_[at].key);
        if (!name || name->size() != key->size() + 1) continue;
        for (std::size_t missing = 0; missing + 1 < name->size(); ++missing) {
            if ((*name)[missing] == "*") continue;
            Components whole = *key;
            whole.insert(whole.begin() + static_cast<std::ptrdiff_t>(missing), (*name)[missing]);
            std::string candidate = filled_pattern(*name, whole);
            if (folded_name(candidate) == folded_name(dotted(whole)))
                found.insert(std::move(candidate));
        }
    }
    return found;
}

/// The right name in a directory that has none like it.
std::set<std::string> NameBook::by_last_component(std::string_view key) const {
    constexpr std::size_t telling = 6;  // "max" or "mode" says nothing
    const std::string folded = folded_name(key);
    const std::string_view last = last_component(folded);
    const auto same_end = by_last_.find(last);
    if (last.size() < telling || same_end == by_last_.end()) return {};
    std::set<std::string> found;
    for (const std::uint32_t at : same_end->second)
        found.insert(names_[at].key);
    const bool usable = std::ranges::none_of(found, [&](const std::string& name) {
        return is_name_pattern(name) || crosses_to_ipv4(folded, name);
    });
    return usable ? found : std::set<std::string>();
}

/// "net.ipv4.synack_retries" or "net.ipv4_fastopen": the protocol before the name is missing.
std::set<std::string> NameBook::by_protocol(std::string_view key) const {
    constexpr std::string_view directory = "net.ipv4";
    std::set<std::string> found;
    if (!key.starts_with(directory) || key.size() <= directory.size() + 1) return found;
    const char separator = key[directory.size()];
    if (separator != '.' && separator != '_') return found;
    const std::string_view last = key.substr(directory.size() + 1);
    for (const std::string_view protocol : {"", "tcp_", "udp_", "ip_", "icmp_"}) {
        const std::string candidate = fmt::format("{}.{}{}", directory, protocol, last);
        if (by_key_.contains(candidate)) found.insert(candidate);
    }
    return found;
}

std::optional<std::string> NameBook::near(std::string_view key) const {
    if (key.empty() || key.size() > longest_key || knows(key)) return std::nullopt;
    for (const auto way : {&NameBook::by_protocol, &NameBook::by_typing, &NameBook::by_shape,
                           &NameBook::by_last_component}) {
        std::set<std::string> found = (this->*way)(key);
        if (found.size() == 1) return *found.begin();
        if (!found.empty()) return std::nullopt;
    }
    return std::nullopt;
}

}  // namespace tcptune::rules

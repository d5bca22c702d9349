// SPDX-License-Identifier: Apache-2.0
#include "conf/key_universe.hpp"

#include "conf/loader_name.hpp"
#include "conf/pattern.hpp"

#include <tcptune/base/text.hpp>

#include <algorithm>

namespace tcptune::conf {

namespace {

using KnownKey = std::pair<std::string_view, NameId>;

/// Separators that say nothing, as an empty alternative of braces leaves them.
std::string without_empty_components(std::string_view pattern) {
    std::string simple;
    for (const std::string_view component : split(pattern, '.')) {
        if (component.empty()) continue;
        if (!simple.empty()) simple += '.';
        simple += component;
    }
    return simple;
}

void add_matches(std::string_view pattern, const std::vector<KnownKey>& known,
                 std::vector<NameId>& matches) {
    const std::string_view prefix = literal_prefix(pattern);
    for (auto at = std::ranges::lower_bound(known, prefix, {}, &KnownKey::first);
         at != known.end() && at->first.starts_with(prefix); ++at)
        if (key_matches(pattern, at->first)) matches.push_back(at->second);
}

}  // namespace

KeyUniverse::KeyUniverse(const Ground& ground) : ground_(ground), complete_(!ground.keys.empty()) {
    for (const std::string& key : ground.keys) {
        const NameId id = names.id_of(key);
        known_.emplace_back(names.name(id), id);
    }
    for (const auto& [key, parameter] : ground.catalog.all()) {
        const bool there = parameter.kernels.contains(ground.kernel) || ground.initial(key);
        if (complete_ || !there) continue;
        const NameId id = names.id_of(key);
        known_.emplace_back(names.name(id), id);
    }
    sort();
}

void KeyUniverse::sort() {
    std::ranges::sort(known_);
    const auto [first, last] = std::ranges::unique(known_);
    known_.erase(first, last);
}

void KeyUniverse::add(std::string_view key) {
    if (complete_ || is_pattern(key)) return;
    const NameId id = names.id_of(key);
    known_.emplace_back(names.name(id), id);
    sort();
}

std::string_view KeyUniverse::absence_of(NameId key) const {
    const std::string& name = names.name(key);
    if (std::ranges::binary_search(known_, KnownKey{name, key})) return "";
    if (complete_) return "this kernel has no such key now";
    if (ground_.catalog.find(name) != nullptr) return "that kernel has no such key";
    // Directly below /proc/sys are directories only.
    if (name.find('.') == std::string::npos) return "no kernel has such a key";
    return "";
}

bool KeyUniverse::is_directory(std::string_view dotted) const {
    const std::string below = std::string(dotted) + '.';
    const auto at =
        std::ranges::lower_bound(known_, below, {}, [](const KnownKey& key) { return key.first; });
    return at != known_.end() && at->first.starts_with(below);
}

std::vector<NameId> KeyUniverse::matching(std::string_view pattern, Loader loader) const {
    std::vector<NameId> matches;
    if (loader == Loader::procps || pattern.find('{') == std::string_view::npos) {
        add_matches(pattern, known_, matches);
        return matches;
    }
    for (const std::string& alternative : brace_alternatives(pattern))
        add_matches(without_empty_components(alternative), known_, matches);
    return matches;
}

}  // namespace tcptune::conf

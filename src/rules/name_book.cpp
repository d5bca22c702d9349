// SPDX-License-Identifier: Apache-2.0
#include "rules/name_shape.hpp"

#include <tcptune/rules/name_book.hpp>

#include <algorithm>
#include <utility>

namespace tcptune::rules {

bool NameBook::has_pattern(std::string_view key) const {
    const std::string last = folded_name(last_component(key));
    for (const std::string_view end : {std::string_view(last), std::string_view("*")}) {
        const auto found = by_last_.find(end);
        if (found == by_last_.end()) continue;
        for (const std::uint32_t at : found->second)
            if (matches_name(names_[at].key, key)) return true;
    }
    return false;
}

bool NameBook::knows(std::string_view key) const {
    return by_key_.contains(key) || has_pattern(key);
}

const GoneKey* NameBook::gone(std::string_view key) const {
    if (const auto found = gone_.find(key); found != gone_.end()) return &found->second;
    for (const std::string& pattern : gone_patterns_)
        if (matches_name(pattern, key)) return &gone_.find(pattern)->second;
    return nullptr;
}

bool NameBook::complete(std::string_view key) const {
    const std::string_view directory = directory_of(key);
    return complete_.contains(directory) ||
           std::ranges::any_of(complete_patterns_, [&](const std::string& pattern) {
               return matches_name(pattern, directory);
           });
}

std::string_view NameBook::foreign(std::string_view key) const {
    std::string_view system;
    std::size_t longest = 0;
    for (const auto& [prefix, name] : foreign_)
        if (prefix.size() > longest && key.starts_with(prefix)) {
            longest = prefix.size();
            system = name;
        }
    return longest == 0 || knows(key) ? std::string_view() : system;
}

void NameBook::add_name(std::string key) {
    const auto at = static_cast<std::uint32_t>(names_.size());
    if (!by_key_.try_emplace(key, at).second) return;
    Name name{.key = std::move(key)};
    name.folded = folded_name(name.key);
    name.letters = letters_of(name.folded);
    by_last_[std::string(last_component(name.folded))].push_back(at);
    if (is_name_pattern(name.key)) {
        patterns_[1 + static_cast<std::size_t>(std::ranges::count(name.key, '.'))].push_back(at);
    } else {
        by_length_[name.folded.size()].push_back(at);
    }
    names_.push_back(std::move(name));
}

void NameBook::add(std::string key) {
    add_name(std::move(key));
}

void NameBook::add(GoneKey gone) {
    add_name(gone.key);
    std::string key = gone.key;
    if (is_name_pattern(key)) gone_patterns_.push_back(key);
    gone_.insert_or_assign(std::move(key), std::move(gone));
}

void NameBook::add_complete(std::string directory) {
    if (is_name_pattern(directory)) complete_patterns_.push_back(directory);
    complete_.insert(std::move(directory));
}

void NameBook::add_foreign(std::string system, std::string prefix) {
    foreign_.insert_or_assign(std::move(prefix), std::move(system));
}

}  // namespace tcptune::rules

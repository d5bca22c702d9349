// SPDX-License-Identifier: Apache-2.0
#include "cli/blame_key.hpp"

#include <tcptune/base/error.hpp>
#include <tcptune/base/text.hpp>

#include <algorithm>
#include <string_view>
#include <vector>

namespace tcptune::cli {
namespace {

constexpr std::size_t longest = 255;
constexpr std::string_view below_proc = "/proc/sys/";

bool is_name_character(char c) {
    return c > ' ' && c <= '~' && std::string_view("=*?[]{}#;\"'\\").find(c) == std::string::npos;
}

/// The catalog's only key with this last component.
std::string whole_key(const std::string& word, const sysctl::ParameterCatalog& catalog) {
    std::string found;
    for (const auto& [key, parameter] : catalog.all()) {
        if (std::string_view(key).substr(key.rfind('.') + 1) != word) continue;
        if (!found.empty()) return {};
        found = key;
    }
    return found;
}

}  // namespace

std::string blame_key(const std::string& word, const sysctl::ParameterCatalog& catalog) {
    std::string key = word.starts_with(below_proc) ? word.substr(below_proc.size()) : word;
    if (const std::size_t first = key.find_first_of("./");
        first != std::string::npos && key[first] == '/') {
        std::ranges::transform(key, key.begin(), [](char c) {
            return c == '/' ? '.' : c == '.' ? '/' : c;
        });
    }
    const std::vector<std::string_view> parts = split(key, '.');
    const bool well_formed = key.size() <= longest && std::ranges::all_of(key, is_name_character) &&
                             std::ranges::none_of(parts, &std::string_view::empty);
    if (!well_formed)
        throw Error(ErrorCode::usage, word,
                    "is no name of one sysctl, such as net.ipv4.ip_forward");
    if (parts.size() > 1) return key;
    if (const std::string whole = whole_key(key, catalog); !whole.empty()) return whole;
    std::vector<std::string> names;
    for (const auto& [known, parameter] : catalog.all())
        names.push_back(known.substr(known.rfind('.') + 1));
    std::string reason = "is no whole name of a sysctl, such as net.ipv4.ip_forward";
    if (const auto near = nearest(key, names))
        reason += " (did you mean " + whole_key(*near, catalog) + "?)";
    throw Error(ErrorCode::usage, word, reason);
}

std::string similar_key(const std::string& key, const sysctl::ParameterCatalog& catalog) {
    std::vector<std::string> keys;
    for (const auto& [known, parameter] : catalog.all())
        keys.push_back(known);
    return nearest(key, keys).value_or("");
}

}  // namespace tcptune::cli

// SPDX-License-Identifier: Apache-2.0
#include "rules/name_shape.hpp"

#include <algorithm>
#include <array>

namespace tcptune::rules {

namespace {

constexpr std::size_t most_components = 16;
/// No key is longer; it bounds the work on a hostile one.
constexpr std::size_t longest_compared = 128;

char folded_character(char c) {
    if (c >= 'A' && c <= 'Z') return static_cast<char>(c - 'A' + 'a');
    return c == '-' ? '_' : c;
}

}  // namespace

std::optional<Components> components_of(std::string_view key) {
    Components components;
    for (std::size_t begin = 0; begin <= key.size();) {
        const std::size_t end = std::min(key.find('.', begin), key.size());
        if (end == begin || components.size() == most_components) return std::nullopt;
        components.push_back(key.substr(begin, end - begin));
        begin = end + 1;
    }
    return components;
}

std::string dotted(std::span<const std::string_view> components) {
    std::string key;
    for (const std::string_view component : components) {
        if (!key.empty()) key += '.';
        key += component;
    }
    return key;
}

std::string_view last_component(std::string_view key) {
    const std::size_t dot = key.rfind('.');
    return dot == std::string_view::npos ? key : key.substr(dot + 1);
}

std::string_view directory_of(std::string_view key) {
    const std::size_t dot = key.rfind('.');
    return dot == std::string_view::npos ? std::string_view() : key.substr(0, dot);
}

std::string folded_name(std::string_view key) {
    std::string folded(key);
    std::ranges::transform(folded, folded.begin(), folded_character);
    return folded;
}

std::uint64_t letters_of(std::string_view text) {
    std::uint64_t letters = 0;
    for (const char c : text)
        letters |= std::uint64_t{1} << (static_cast<unsigned char>(c) & 63U);
    return letters;
}

bool is_name_pattern(std::string_view pattern) {
    const auto components = components_of(pattern);
    return components && std::ranges::find(*components, "*") != components->end();
}

bool matches_name(std::string_view pattern, std::string_view key) {
    const auto wanted = components_of(pattern);
    const auto given = components_of(key);
    return wanted && given &&
           std::ranges::equal(*wanted, *given, [](std::string_view want, std::string_view have) {
               return want == "*" || want == have;
           });
}

std::optional<std::size_t> slips_between(std::string_view a, std::string_view b,
                                         std::size_t limit) {
    const auto common = static_cast<std::size_t>(std::ranges::mismatch(a, b).in1 - a.begin());
    a.remove_prefix(common);
    b.remove_prefix(common);
    while (!a.empty() && !b.empty() && a.back() == b.back()) {
        a.remove_suffix(1);
        b.remove_suffix(1);
    }
    if (a.size() > b.size()) std::swap(a, b);
    if (b.size() - a.size() > limit) return std::nullopt;
    if (b.size() > longest_compared) return std::nullopt;
    // Three rows of the usual table: the swap of two characters looks two rows back.
    std::array<std::array<std::size_t, longest_compared + 1>, 3> rows;
    for (std::size_t j = 0; j <= b.size(); ++j)
        rows[0][j] = j;
    for (std::size_t i = 1; i <= a.size(); ++i) {
        const auto& above = rows[(i - 1) % 3];
        auto& row = rows[i % 3];
        std::size_t least = row[0] = i;
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const std::size_t changed = above[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
            row[j] = std::min({above[j] + 1, row[j - 1] + 1, changed});
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                row[j] = std::min(row[j], rows[(i - 2) % 3][j - 2] + 1);
            least = std::min(least, row[j]);
        }
        if (least > limit) return std::nullopt;
    }
    const std::size_t slips = rows[a.size() % 3][b.size()];
    return slips <= limit ? std::optional(slips) : std::nullopt;
}

}  // namespace tcptune::rules

// SPDX-License-Identifier: Apache-2.0
#include <tcptune/sysctl/key.hpp>

#include <algorithm>

namespace tcptune::sysctl {

namespace {

constexpr std::size_t longest_key = 128;

bool is_key_character(char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
}

}  // namespace

std::optional<Key> Key::parse(std::string_view dotted) {
    if (dotted.size() > longest_key) return std::nullopt;
    std::size_t components = 1;
    bool at_start = true;
    for (const char c : dotted) {
        if (c == '.') {
            if (at_start) return std::nullopt;
            ++components;
            at_start = true;
        } else if (is_key_character(c)) {
            at_start = false;
        } else {
            return std::nullopt;
        }
    }
    if (at_start || components < 2) return std::nullopt;
    return Key(std::string(dotted));
}

std::optional<Key> Key::parse_configured(std::string_view text) {
    const std::size_t separator = text.find_first_of("./");
    if (separator == std::string_view::npos) return std::nullopt;
    std::string dotted(text);
    // With '/' as the separator a '.' belongs to a component, which no key of ours has.
    if (text[separator] == '/') {
        if (text.find('.') != std::string_view::npos) return std::nullopt;
        std::ranges::replace(dotted, '/', '.');
    }
    return parse(dotted);
}

std::string Key::path() const {
    std::string path = text_;
    std::ranges::replace(path, '.', '/');
    return path;
}

}  // namespace tcptune::sysctl

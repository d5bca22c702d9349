// SPDX-License-Identifier: Apache-2.0
#include <tcptune/base/text.hpp>
#include <tcptune/sysctl/sysctl_conf.hpp>

#include <algorithm>
#include <utility>

namespace tcptune::sysctl {

namespace {

/// sysctl.d(5): whichever of '.' and '/' comes first is the separator; with '/' first, '.' is an
/// ordinary character and the two change places in the dotted form.
std::string dotted(std::string_view name) {
    std::string text(name);
    const std::size_t first = text.find_first_of("./");
    if (first == std::string::npos || text[first] == '.') return text;
    for (char& c : text) {
        if (c == '/')
            c = '.';
        else if (c == '.')
            c = '/';
    }
    return text;
}

/// One bracket expression at the start of `pattern`; true with `length` set when it holds `c`.
bool bracket_holds(std::string_view pattern, char c, std::size_t& length) {
    std::size_t at = 1;
    const bool negated = at < pattern.size() && (pattern[at] == '!' || pattern[at] == '^');
    if (negated) ++at;
    bool found = false;
    for (bool first = true; at < pattern.size() && (first || pattern[at] != ']'); first = false) {
        const char low = pattern[at];
        char high = low;
        if (at + 2 < pattern.size() && pattern[at + 1] == '-' && pattern[at + 2] != ']') {
            high = pattern[at + 2];
            at += 2;
        }
        found = found || (low <= c && c <= high);
        ++at;
    }
    if (at >= pattern.size()) {
        length = 0;  // no closing bracket: an ordinary character
        return false;
    }
    length = at + 1;
    return found != negated;
}

/// `*` does not cross a separator: globs are expanded over the files below /proc/sys.
bool match(std::string_view pattern, std::string_view key) {
    // Iterative, with one place to go back to: linear in pattern times key.
    std::size_t p = 0, k = 0;
    std::size_t star = std::string_view::npos, retry = 0;
    while (k < key.size()) {
        std::size_t length = 1;
        bool fits = false;
        if (p < pattern.size()) {
            const char c = pattern[p];
            if (c == '*') {
                star = p++;
                retry = k;
                continue;
            }
            if (c == '?') {
                fits = key[k] != '.';
            } else if (c == '[') {
                fits = key[k] != '.' && bracket_holds(pattern.substr(p), key[k], length);
                if (length == 0) {
                    length = 1;
                    fits = key[k] == '[';
                }
            } else {
                fits = c == key[k];
            }
        }
        if (fits) {
            p += length;
            ++k;
        } else if (star != std::string_view::npos && key[retry] != '.') {
            p = star + 1;
            k = ++retry;
        } else {
            return false;
        }
    }
    while (p < pattern.size() && pattern[p] == '*')
        ++p;
    return p == pattern.size();
}

}  // namespace

std::vector<ConfLine> parse_conf(std::string_view text) {
    constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
    if (text.starts_with(byte_order_mark)) text.remove_prefix(byte_order_mark.size());
    std::vector<ConfLine> lines;
    std::uint32_t number = 0;
    while (!text.empty()) {
        const std::size_t end = text.find('\n');
        std::string_view line = trim(text.substr(0, end));
        text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
        ++number;
        if (line.empty() || line[0] == '#' || line[0] == ';') continue;

        ConfLine entry;
        entry.line = number;
        const std::size_t equals = line.find('=');
        std::string_view name = trim(line.substr(0, equals));
        if (name.starts_with('-')) {
            name = trim(name.substr(1));
            entry.ignore_errors = true;
        }
        if (name.empty()) continue;
        if (equals == std::string_view::npos) {
            if (!entry.ignore_errors) continue;
            entry.exclusion = true;
        } else {
            entry.value = trim(line.substr(equals + 1));
        }
        entry.key = dotted(name);
        entry.is_glob = entry.key.find_first_of("*?[") != std::string::npos;
        lines.push_back(std::move(entry));
    }
    return lines;
}

bool glob_matches(std::string_view pattern, std::string_view key) {
    return match(pattern, key);
}

}  // namespace tcptune::sysctl

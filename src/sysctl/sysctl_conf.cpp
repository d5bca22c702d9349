// SPDX-License-Identifier: Apache-2.0
#include <tcptune/base/text.hpp>
#include <tcptune/sysctl/sysctl_conf.hpp>

#include <algorithm>
#include <optional>
#include <utility>

namespace tcptune::sysctl {

namespace {

// systemd-sysctl stops reading a file at a longer line.
constexpr std::size_t longest_line = std::size_t{1} << 20;

void swap_separators(std::string& text) {
    for (char& c : text) {
        if (c == '/')
            c = '.';
        else if (c == '.')
            c = '/';
    }
}

/// The dotted form of a configured name: whichever of '.' and '/' comes first is the separator;
/// the other one is part of a component. Separators that say nothing (doubled, at an end) go.
std::string normalised(std::string_view name) {
    std::string path(name);
    const std::size_t first = path.find_first_of("./");
    if (first != std::string::npos && path[first] == '.') swap_separators(path);
    std::string simple;
    for (const std::string_view component : split(path, '/')) {
        if (component.empty() || component == ".") continue;
        if (!simple.empty()) simple += '/';
        simple += component;
    }
    swap_separators(simple);
    return simple;
}

/// Takes one line off the front of `text`. As systemd reads, LF, CR and NUL end a line, and a run
/// of different ones is a single end.
std::string_view take_line(std::string_view& text) {
    constexpr std::string_view ends("\n\r\0", 3);
    const std::size_t length = std::min(text.find_first_of(ends), text.size());
    const std::string_view line = text.substr(0, length);
    text.remove_prefix(length);
    std::size_t taken = 0;
    while (taken < text.size() && ends.find(text[taken]) != std::string_view::npos &&
           text.substr(0, taken).find(text[taken]) == std::string_view::npos) {
        if (text[taken++] == '\0') break;
    }
    text.remove_prefix(taken);
    return line;
}

std::optional<ConfLine> parse_line(std::string_view line) {
    if (line.empty() || line[0] == '#' || line[0] == ';') return std::nullopt;
    ConfLine entry;
    const std::size_t equals = line.find('=');
    std::string_view name = line.substr(0, equals);
    if (name.starts_with('-')) {
        name.remove_prefix(1);
        entry.ignore_errors = true;
    }
    if (equals != std::string_view::npos)
        entry.value = trim(line.substr(equals + 1));
    else if (entry.ignore_errors)
        entry.exclusion = true;
    else
        return std::nullopt;
    entry.key = normalised(trim(name));
    if (entry.key.empty()) return std::nullopt;
    entry.is_glob = entry.key.find_first_of("*?[") != std::string::npos;
    return entry;
}

}  // namespace

std::vector<ConfLine> parse_conf(std::string_view text) {
    std::vector<ConfLine> lines;
    for (std::uint32_t number = 1; !text.empty(); ++number) {
        const std::string_view line = take_line(text);
        if (line.size() > longest_line) break;
        auto entry = parse_line(trim(line));
        if (!entry) continue;
        entry->line = number;
        lines.push_back(std::move(*entry));
    }
    return lines;
}

}  // namespace tcptune::sysctl

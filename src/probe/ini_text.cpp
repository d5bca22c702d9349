// SPDX-License-Identifier: Apache-2.0
#include "probe/boot_late.hpp"

#include <tcptune/base/text.hpp>

namespace tcptune::probe {

namespace {

/// Lines beginning with '#' or ';' are remarks.
bool is_remark(std::string_view line) {
    return line.empty() || line[0] == '#' || line[0] == ';';
}

/// TuneD's files have remarks behind values too, after a blank.
std::string_view without_trailing_remark(std::string_view value) {
    for (std::size_t at = 1; at < value.size(); ++at)
        if (value[at] == '#' && (value[at - 1] == ' ' || value[at - 1] == '\t'))
            return value.substr(0, at);
    return value.starts_with('#') ? std::string_view() : value;
}

std::string_view unquoted(std::string_view value) {
    const bool quoted =
        value.size() > 1 && (value[0] == '"' || value[0] == '\'') && value.front() == value.back();
    return quoted ? value.substr(1, value.size() - 2) : value;
}

}  // namespace

std::string shell_value(std::string_view text, std::string_view name) {
    std::string value;
    for (const std::string_view raw : split(text, '\n')) {
        const std::string_view line = trim(raw);
        const std::size_t equals = line.find('=');
        if (is_remark(line) || equals == std::string_view::npos) continue;
        if (trim(line.substr(0, equals)) == name)
            value = unquoted(trim(without_trailing_remark(line.substr(equals + 1))));
    }
    return value;
}

std::vector<IniEntry> ini_entries(std::string_view text) {
    std::vector<IniEntry> entries;
    std::string_view section;
    std::uint32_t number = 0;
    for (const std::string_view raw : split(text, '\n')) {
        ++number;
        const std::string_view line = trim(raw);
        if (is_remark(line)) continue;
        if (line.starts_with('[') && line.find(']') != std::string_view::npos) {
            section = line.substr(1, line.find(']') - 1);
            continue;
        }
        const std::size_t equals = line.find('=');
        if (equals == std::string_view::npos) continue;
        const std::string_view value = trim(without_trailing_remark(line.substr(equals + 1)));
        entries.push_back({std::string(section), std::string(trim(line.substr(0, equals))),
                           std::string(value), number});
    }
    return entries;
}

}  // namespace tcptune::probe

// SPDX-License-Identifier: Apache-2.0
#include <tcptune/sysctl/boot_order.hpp>
#include <tcptune/sysctl/sysctl_conf.hpp>

#include <algorithm>
#include <cstddef>
#include <map>
#include <optional>
#include <string_view>
#include <utility>

namespace tcptune::sysctl {

namespace {

/// One line of one file.
struct PlacedLine {
    const ConfFile* file = nullptr;
    ConfLine line;
};

/// What the loader holds for one name, glob or not, once it has read everything.
struct Setting {
    std::size_t line = 0;   ///< the last line that says it, as an index
    std::size_t order = 0;  ///< its place when the loader writes
};

/// The loader keeps one setting per name as written. A new value moves the name to the end; the
/// same value again leaves it where it is, which decides between two globs for one key.
std::map<std::string_view, Setting> settings_of(const std::vector<PlacedLine>& lines) {
    std::map<std::string_view, Setting> settings;
    for (std::size_t at = 0; at < lines.size(); ++at) {
        const ConfLine& line = lines[at].line;
        const auto [found, is_new] = settings.try_emplace(line.key, Setting{at, at});
        if (is_new) continue;
        const ConfLine& before = lines[found->second.line].line;
        const bool same = before.value == line.value && before.exclusion == line.exclusion;
        if (!same) found->second.order = at;
        found->second.line = at;
    }
    return settings;
}

/// The index of the line that decides over `key`: what is said of the key by name, be it a value
/// or an exclusion, keeps every glob away from it, in whatever order they stand.
std::optional<std::size_t> deciding_line(const std::string& key,
                                         const std::vector<PlacedLine>& lines,
                                         const std::map<std::string_view, Setting>& settings) {
    const auto excluded = [&](const Setting& setting) {
        return lines[setting.line].line.exclusion;
    };
    if (const auto named = settings.find(key); named != settings.end()) {
        if (excluded(named->second)) return std::nullopt;
        return named->second.line;
    }
    const Setting* last = nullptr;
    for (const auto& [name, setting] : settings) {
        if (!lines[setting.line].line.is_glob || excluded(setting)) continue;
        if (last && setting.order < last->order) continue;
        if (glob_matches(name, key)) last = &setting;
    }
    if (!last) return std::nullopt;
    return last->line;
}

}  // namespace

std::vector<std::string> load_order(std::span<const std::string> directories,
                                    std::span<const ConfEntry> entries) {
    std::map<std::string, const ConfEntry*> by_name;  // sorted by bytes, as strcmp sorts
    for (const std::string& directory : directories) {
        for (const ConfEntry& entry : entries) {
            const bool hidden = entry.name.starts_with('.');
            if (entry.directory != directory || hidden || !entry.name.ends_with(".conf")) continue;
            by_name.try_emplace(entry.name, &entry);
        }
    }
    std::vector<std::string> paths;
    for (const auto& [name, entry] : by_name)
        if (!entry->masked) paths.push_back(entry->directory + "/" + name);
    return paths;
}

std::vector<Assignment> boot_assignments(std::span<const ConfFile> files,
                                         std::span<const std::string> keys) {
    std::vector<PlacedLine> lines;
    for (const ConfFile& file : files)
        for (ConfLine& line : parse_conf(file.text))
            lines.push_back({&file, std::move(line)});
    const auto settings = settings_of(lines);
    std::vector<Assignment> assignments;
    for (const std::string& key : keys) {
        const auto winner = deciding_line(key, lines, settings);
        for (std::size_t at = 0; at < lines.size(); ++at) {
            const ConfLine& line = lines[at].line;
            const bool sets_key = line.is_glob ? glob_matches(line.key, key) : line.key == key;
            if (line.exclusion || !sets_key) continue;
            assignments.push_back({key, line.value, lines[at].file->path, line.line, at == winner});
        }
    }
    return assignments;
}

}  // namespace tcptune::sysctl

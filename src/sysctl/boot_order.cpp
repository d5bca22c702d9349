// SPDX-License-Identifier: Apache-2.0
#include <tcptune/sysctl/boot_order.hpp>
#include <tcptune/sysctl/sysctl_conf.hpp>

#include <algorithm>
#include <cstddef>
#include <map>
#include <string_view>
#include <utility>

namespace tcptune::sysctl {

namespace {

/// One line of one file.
struct PlacedLine {
    const ConfFile* file = nullptr;
    ConfLine line;
};

Assignment assignment_of(const std::string& key, const PlacedLine& placed) {
    return {key, placed.line.value, placed.file->path, placed.line.line, false};
}

/// Lines that concern one key, in load order.
std::vector<Assignment> lines_for(const std::string& key, const std::vector<PlacedLine>& lines) {
    std::vector<Assignment> found;
    std::size_t explicit_winner = lines.size(), glob_winner = lines.size();
    bool excluded = false;
    for (const PlacedLine& placed : lines) {
        const ConfLine& line = placed.line;
        const bool names_key = line.is_glob ? glob_matches(line.key, key) : line.key == key;
        if (!names_key) continue;
        if (line.exclusion) {
            excluded = true;
            continue;
        }
        (line.is_glob ? glob_winner : explicit_winner) = found.size();
        found.push_back(assignment_of(key, placed));
    }
    // systemd-sysctl expands globs first and leaves out every key that is excluded or set by name.
    if (explicit_winner < found.size())
        found[explicit_winner].winner = true;
    else if (!excluded && glob_winner < found.size())
        found[glob_winner].winner = true;
    return found;
}

}  // namespace

std::vector<std::string> load_order(std::span<const std::string> directories,
                                    std::span<const ConfEntry> entries) {
    const auto rank = [&](const std::string& directory) {
        return static_cast<std::size_t>(std::ranges::find(directories, directory) -
                                        directories.begin());
    };
    std::map<std::string, const ConfEntry*> by_name;  // sorted by bytes, as strcmp sorts
    for (const ConfEntry& entry : entries) {
        if (!std::string_view(entry.name).ends_with(".conf")) continue;
        const ConfEntry*& first = by_name[entry.name];
        if (!first || rank(entry.directory) < rank(first->directory)) first = &entry;
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
    std::vector<Assignment> assignments;
    for (const std::string& key : keys)
        for (Assignment& found : lines_for(key, lines))
            assignments.push_back(std::move(found));
    return assignments;
}

}  // namespace tcptune::sysctl

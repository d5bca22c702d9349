// SPDX-License-Identifier: Apache-2.0
#include "cli/context.hpp"

#include "cli/files.hpp"
#include "cli/input_error.hpp"

#include <tcptune/base/text.hpp>

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <string_view>
#include <utility>

#include <unistd.h>

namespace tcptune::cli {
namespace {

constexpr std::string_view installed = TCPTUNE_DATA_DIR;
constexpr std::string_view build_tree = TCPTUNE_BUILD_DIR;
constexpr std::string_view source_tree = TCPTUNE_SOURCE_DIR;
constexpr std::string_view etc = "/etc/tcptune";

std::string vendor_directory() {
    return std::string(runs_from_build_tree() ? source_tree : installed);
}

/// The entries in force of directories in order of increasing weight, by name.
std::map<std::string, DirectoryEntry> merged(const std::vector<std::string>& directories) {
    std::map<std::string, DirectoryEntry> entries;
    for (const std::string& directory : directories) {
        for (DirectoryEntry& entry : toml_entries(directory, true)) {
            entries.insert_or_assign(entry.name, std::move(entry));
        }
    }
    std::erase_if(entries, [](const auto& entry) { return entry.second.masked; });
    return entries;
}

/// Other rules may name the key of a masked file: what lies below the mask still says what it is.
std::map<std::string, FoundFile> found_rules(const std::vector<std::string>& directories,
                                             std::size_t required_from) {
    std::map<std::string, FoundFile> rules;
    for (std::size_t i = 0; i < directories.size(); ++i) {
        for (DirectoryEntry& entry : toml_entries(directories[i], i < required_from)) {
            if (!entry.masked) {
                rules.insert_or_assign(std::move(entry.name), FoundFile{std::move(entry.path)});
            } else if (const auto below = rules.find(entry.name); below != rules.end()) {
                below->second.disabled = true;
            }
        }
    }
    return rules;
}

std::vector<std::string> policy_directories(std::string_view kind) {
    return {vendor_directory() + "/policies/" + std::string(kind),
            std::string(etc) + "/policies.d/" + std::string(kind)};
}

std::map<std::string, DirectoryEntry> policy_files(std::string_view kind) {
    return merged(policy_directories(kind));
}

bool is_file_name(const std::string& text) {
    return text.find('/') != std::string::npos || text.ends_with(".toml");
}

/// The file that `wanted` names; nothing when it is a built-in name without a file.
std::optional<std::string> find_policy_file(std::string_view kind, const std::string& wanted,
                                            std::string_view built_in) {
    if (is_file_name(wanted)) return wanted;
    const std::map<std::string, DirectoryEntry> files = policy_files(kind);
    if (const auto found = files.find(wanted + ".toml"); found != files.end()) {
        return found->second.path;
    }
    if (wanted == built_in) return std::nullopt;
    std::vector<std::string> names{std::string(built_in)};
    for (const auto& [name, entry] : files)
        names.push_back(name.substr(0, name.size() - 5));
    std::ranges::sort(names);
    names.erase(std::ranges::unique(names).begin(), names.end());
    std::string reason = std::string("there is no such ") + (kind == "site" ? "policy" : "profile");
    if (const auto near = nearest(wanted, names)) reason += " (did you mean " + *near + "?)";
    reason += "; there are: " + join(names, ", ");
    throw Error(ErrorCode::usage, wanted, reason);
}

template <typename Value, typename Read>
Value read_policy_file(const std::string& file, Read read) {
    Diagnostics diagnostics;
    std::optional<Value> value = read(file, read_regular_file(file, text_limit), diagnostics);
    if (!value || has_errors(diagnostics)) {
        throw InputError(file, "cannot be used", std::move(diagnostics));
    }
    return std::move(*value);
}

/// The texts of the files that `wanted` says yes to, of their name and path.
template <typename Wanted>
std::vector<rules::RuleSource> read_rules(const std::vector<std::string>& extra, Wanted wanted) {
    const std::vector<std::string> directories = rule_directories(extra);
    std::map<std::string, FoundFile> found =
        found_rules(directories, directories.size() - extra.size());
    if (std::ranges::all_of(found, [](const auto& rule) { return rule.second.disabled; })) {
        throw Error(ErrorCode::configuration, join(directories, ", "),
                    "no rule files here; --rules DIR names another place");
    }
    std::vector<rules::RuleSource> sources;
    for (auto& [name, rule] : found) {
        if (!wanted(name, rule.path)) continue;
        std::string text = read_regular_file(rule.path, text_limit);
        sources.push_back(
            {.file = std::move(rule.path), .text = std::move(text), .disabled = rule.disabled});
    }
    return sources;
}

}  // namespace

bool runs_from_build_tree() {
    std::array<char, 4096> path{};
    const ssize_t length = ::readlink("/proc/self/exe", path.data(), path.size());
    if (length <= 0) return false;
    const std::string_view program(path.data(), static_cast<std::size_t>(length));
    return program.starts_with(build_tree) && program.substr(build_tree.size()).starts_with('/');
}

std::vector<std::string> rule_directories(const std::vector<std::string>& extra) {
    std::vector<std::string> directories{vendor_directory() + "/rules",
                                         std::string(etc) + "/rules.d"};
    directories.insert(directories.end(), extra.begin(), extra.end());
    return directories;
}

std::vector<FoundFile> found_below(const std::vector<std::string>& directories,
                                   const std::string& below) {
    std::vector<std::string> folders;
    for (const std::string& directory : directories)
        folders.push_back(directory + below);
    std::vector<FoundFile> files;
    for (auto& [name, file] : found_rules(folders, folders.size()))
        files.push_back(std::move(file));
    return files;
}

std::vector<rules::RuleSource> find_rules(const std::vector<std::string>& extra) {
    return read_rules(extra, [](const std::string&, const std::string&) { return true; });
}

std::vector<rules::RuleSource> find_rules(const std::vector<std::string>& extra,
                                          const std::set<std::string>& keys) {
    const std::string vendor = vendor_directory() + "/rules/";
    return read_rules(extra, [&](const std::string& name, const std::string& path) {
        return keys.contains(name.substr(0, name.rfind('.'))) || !path.starts_with(vendor);
    });
}

rules::RuleSet load_rule_set(const std::vector<std::string>& extra, rules::Parts parts) {
    const std::vector<rules::RuleSource> sources = find_rules(extra);
    rules::LoadedRules loaded = rules::load_rules(sources, parts);
    if (has_errors(loaded.diagnostics)) {
        std::string file = loaded.diagnostics.front().location.file;
        throw InputError(std::move(file), "cannot be used", std::move(loaded.diagnostics));
    }
    return std::move(loaded.rules);
}

rules::Profile load_profile(const std::string& name_or_file) {
    const std::string wanted = name_or_file.empty() ? "general" : name_or_file;
    const auto file = find_policy_file("workload", wanted, "general");
    if (!file) return {};
    return read_policy_file<rules::Profile>(*file, rules::read_profile);
}

rules::Policy load_policy(const std::string& name_or_file) {
    const std::string wanted = name_or_file.empty() ? "default" : name_or_file;
    const auto file = find_policy_file("site", wanted, "default");
    if (!file) return {};
    return read_policy_file<rules::Policy>(*file, rules::read_policy);
}

std::vector<rules::Profile> all_profiles() {
    std::vector<rules::Profile> profiles;
    for (const auto& [name, entry] : policy_files("workload")) {
        profiles.push_back(read_policy_file<rules::Profile>(entry.path, rules::read_profile));
    }
    if (std::ranges::find(profiles, "general", &rules::Profile::name) == profiles.end()) {
        profiles.insert(profiles.begin(), rules::Profile{});
    }
    return profiles;
}

}  // namespace tcptune::cli

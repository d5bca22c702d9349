// SPDX-License-Identifier: Apache-2.0
#include "probe/boot_late.hpp"

#include <tcptune/base/text.hpp>

#include <algorithm>
#include <array>
#include <optional>
#include <set>
#include <utility>

namespace tcptune::probe {

namespace {

constexpr std::array<std::string_view, 4> profile_directories{
    "/etc/tuned/profiles/", "/etc/tuned/", "/usr/lib/tuned/profiles/", "/usr/lib/tuned/"};

// A circle of includes ends where a file comes again; this is for long chains.
constexpr std::size_t most_profiles = 64;

// What a section may say of itself, beside its sysctls.
constexpr std::array<std::string_view, 8> section_options{
    "type",       "enabled",    "replace", "drop", "devices", "devices_udev_regex",
    "script_pre", "script_post"};

bool is_safe_name(std::string_view name) {
    const auto safe = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '_' || c == '.' || c == '-';
    };
    return !name.empty() && name != "." && name != ".." && std::ranges::all_of(name, safe);
}

class ProfileReader {
public:
    ProfileReader(const host::FileTree& tree, conf::BootTree& boot) : tree_(tree), boot_(boot) {}

    /// What the profile includes comes first.
    void read(std::string_view name) {
        const bool optional = name.starts_with('-');
        if (optional) name.remove_prefix(1);
        if (!is_safe_name(name) || seen_.size() >= most_profiles) return;
        for (const std::string_view directory : profile_directories) {
            std::string path = std::string(directory) + std::string(name) + "/tuned.conf";
            const host::FileText file = tree_.read(path);
            if (file.status == host::FileStatus::absent) continue;
            if (!seen_.insert(path).second) return;
            if (file.ok())
                take(name, path, file.text);
            else
                doubt(path + " cannot be read: " + file.reason);
            return;
        }
        if (!optional) doubt("its profile " + std::string(name) + " is not there");
    }

private:
    void doubt(const std::string& what) {
        boot_.cannot_judge.push_back("TuneD is active, and " + what);
    }

    void take(std::string_view name, const std::string& path, std::string_view text) {
        const std::vector<IniEntry> entries = ini_entries(text);
        for (const IniEntry& entry : entries) {
            if (entry.section != "main" || entry.name != "include") continue;
            std::string names = entry.value;
            std::ranges::replace(names, ';', ',');
            for (const std::string_view included : split(names, ','))
                read(trim(included));
        }
        std::string lines = sysctl_lines(path, entries);
        if (lines.empty()) return;
        boot_.late.push_back({"tuned profile " + std::string(name), path,
                              "when tuned.service starts, after systemd-sysctl", std::move(lines),
                              false});
    }

    /// The sysctls, each on the line that it has in the file.
    std::string sysctl_lines(const std::string& path, const std::vector<IniEntry>& entries) {
        std::set<std::string_view> sections{"sysctl"}, conditional;
        for (const IniEntry& entry : entries) {
            if (entry.name == "type" && entry.value == "sysctl") sections.insert(entry.section);
            if (entry.name == "uname_regex" || entry.name == "cpuinfo_regex")
                conditional.insert(entry.section);
        }
        std::string lines;
        std::uint32_t line = 1;
        for (const IniEntry& entry : entries) {
            if (!sections.contains(entry.section) || is_option(entry.name)) continue;
            if (conditional.contains(entry.section) || !is_plain(entry.value)) {
                doubt(path + ':' + std::to_string(entry.line) + " sets " + entry.name +
                      " depending on what is not known here");
                continue;
            }
            for (; line < entry.line; ++line)
                lines += '\n';
            lines += entry.name + '=' + entry.value;
        }
        if (!lines.empty()) lines += '\n';
        return lines;
    }

    static bool is_option(std::string_view name) {
        return std::ranges::find(section_options, name) != section_options.end() ||
               name == "uname_regex" || name == "cpuinfo_regex";
    }

    /// Neither variables nor ">2048", which raises a value and never lowers it.
    static bool is_plain(std::string_view value) {
        return value.find("${") == std::string_view::npos && !value.starts_with('>') &&
               !value.starts_with('<');
    }

    const host::FileTree& tree_;
    conf::BootTree& boot_;
    std::set<std::string> seen_;
};

bool is_off(std::string_view word) {
    constexpr std::array<std::string_view, 6> words{"0", "false", "False", "no", "off", "n"};
    return std::ranges::find(words, word) != words.end();
}

}  // namespace

void find_tuned(const host::FileTree& tree, conf::BootTree& boot) {
    const host::FileText active = tree.read("/etc/tuned/active_profile");
    if (!active.ok() || !starts_at_boot(tree, "tuned.service")) return;
    const std::vector<std::string_view> names = split_words(active.text);
    if (names.empty()) {
        boot.cannot_judge.emplace_back(
            "TuneD starts at boot and chooses its profile only then: no profile is set");
        return;
    }
    const std::size_t before = boot.late.size();
    ProfileReader reader(tree, boot);
    for (const std::string_view name : names)
        reader.read(name);
    const std::string settings = tree.read("/etc/tuned/tuned-main.conf").text;
    if (boot.late.size() > before && !is_off(shell_value(settings, "reapply_sysctl")))
        boot.late.back().reapplies_files = true;
}

}  // namespace tcptune::probe

// SPDX-License-Identifier: Apache-2.0
#include "probe/boot_late.hpp"

#include <tcptune/base/text.hpp>
#include <tcptune/probe/boot_probe.hpp>

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <utility>

namespace tcptune::probe {

namespace {

constexpr std::array<std::string_view, 4> sysctl_directories{
    "/etc/sysctl.d", "/run/sysctl.d", "/usr/local/lib/sysctl.d", "/usr/lib/sysctl.d"};
// A directory of its own only where /usr is not merged.
constexpr std::string_view split_directory = "/lib/sysctl.d";

bool is_directory_at(const host::FileTree& tree, const std::string& path) {
    const host::FileStatus status = tree.list(path).status;
    return status == host::FileStatus::ok || status == host::FileStatus::denied;
}

/// A loader cannot open it either.
bool is_circle(std::string_view reason) {
    return reason == "links in a circle";
}

conf::TreeEntry entry_of(const host::FileTree& tree, std::string_view directory,
                         std::string_view name) {
    conf::TreeEntry entry;
    entry.directory = directory;
    entry.name = name;
    host::FileText file = tree.read(entry.path());
    entry.real_path = std::move(file.path);
    entry.reason = std::move(file.reason);
    switch (file.status) {
        case host::FileStatus::ok:
            entry.text = std::move(file.text);
            break;
        case host::FileStatus::masked:
            entry.reason.clear();
            break;
        case host::FileStatus::absent:
            entry.status = conf::EntryStatus::dangling;
            break;
        case host::FileStatus::denied:
            entry.status = conf::EntryStatus::unreadable;
            break;
        case host::FileStatus::malformed:
            entry.status = is_circle(entry.reason)               ? conf::EntryStatus::dangling
                           : is_directory_at(tree, entry.path()) ? conf::EntryStatus::directory
                                                                 : conf::EntryStatus::other;
            break;
    }
    return entry;
}

void read_directory(const host::FileTree& tree, std::string_view directory, conf::BootTree& boot) {
    const host::Listing listing = tree.list(directory);
    if (listing.status == host::FileStatus::absent || is_circle(listing.reason)) return;
    if (!listing.ok()) {
        boot.unreadable.push_back(
            {std::string(directory), listing.reason, listing.status == host::FileStatus::denied});
    }
    for (const std::string& name : listing.names)
        if (name.ends_with(".conf")) boot.entries.push_back(entry_of(tree, directory, name));
}

bool exists(const host::FileTree& tree, std::string_view path) {
    return tree.read(path).status != host::FileStatus::absent || tree.list(path).ok();
}

/// "/lib" as a link is the same directory as "/usr/lib".
bool usr_is_merged(const host::FileTree& tree) {
    return tree.read_link("/lib").ok() || tree.read_link("/lib/sysctl.d").ok();
}

/// Where the service manager looks for credentials that a service loads by name.
constexpr std::array<std::string_view, 6> credential_directories{
    "/run/credentials/systemd-sysctl.service",
    "/run/credentials/@system",
    "/etc/credstore",
    "/run/credstore",
    "/usr/local/lib/credstore",
    "/usr/lib/credstore"};
constexpr std::string_view credential_name = "sysctl.extra";

void find_credential(const host::FileTree& tree, conf::BootTree& boot) {
    for (const std::string_view directory : credential_directories) {
        conf::TreeEntry entry = entry_of(tree, directory, credential_name);
        // A directory that only root may look into says nothing about the file.
        if (entry.status != conf::EntryStatus::text) continue;
        boot.credential = std::move(entry);
        return;
    }
}

}  // namespace

conf::BootTree read_boot_files(const host::FileTree& tree) {
    conf::BootTree boot;
    for (const std::string_view directory : sysctl_directories)
        read_directory(tree, directory, boot);
    if (!usr_is_merged(tree)) read_directory(tree, split_directory, boot);
    conf::TreeEntry main = entry_of(tree, "/etc", "sysctl.conf");
    if (main.status != conf::EntryStatus::dangling) boot.main = std::move(main);
    find_credential(tree, boot);
    const host::FileText words = tree.read("/proc/cmdline");
    boot.command_line = trim(words.text);
    if (!words.ok() && words.status != host::FileStatus::absent)
        boot.cannot_judge.push_back("the kernel's command line, which cannot be read (" +
                                    words.reason + ")");
    return boot;
}

conf::BootTree read_boot_tree(const host::FileTree& tree) {
    conf::BootTree boot = read_boot_files(tree);
    boot.has_systemd = exists(tree, "/usr/lib/systemd/systemd-sysctl") ||
                       exists(tree, "/lib/systemd/systemd-sysctl");
    find_ufw(tree, boot);
    find_tuned(tree, boot);
    find_unjudged(tree, boot);
    return boot;
}

}  // namespace tcptune::probe

// SPDX-License-Identifier: Apache-2.0
#include "conf/file_order.hpp"

#include "conf/pattern.hpp"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

namespace tcptune::conf {

namespace {

constexpr std::array<std::string_view, 5> directories_by_weight{
    "/etc/sysctl.d", "/run/sysctl.d", "/usr/local/lib/sysctl.d", "/usr/lib/sysctl.d",
    "/lib/sysctl.d"};

std::size_t weight_of(const TreeEntry& entry) {
    const auto found = std::ranges::find(directories_by_weight, entry.directory);
    return static_cast<std::size_t>(found - directories_by_weight.begin());
}

bool sets_something(const TreeEntry& entry) {
    return entry.status != EntryStatus::dangling && entry.status != EntryStatus::directory;
}

/// Sorted by name, and of equal names the one that counts first.
std::vector<const TreeEntry*> configuration_files(const BootTree& tree) {
    std::vector<const TreeEntry*> files;
    for (const TreeEntry& entry : tree.entries)
        if (entry.name.ends_with(".conf")) files.push_back(&entry);
    std::ranges::sort(files, [](const TreeEntry* left, const TreeEntry* right) {
        if (left->name != right->name) return left->name < right->name;
        return weight_of(*left) < weight_of(*right);
    });
    return files;
}

void leave_out(FileOrder& order, const TreeEntry& entry, Fate fate, std::string why) {
    if (entry.status == EntryStatus::text) order.left_out.push_back({&entry, fate, std::move(why)});
}

/// procps hands each file's path to glob(3), so that a file called "*.conf" reads its neighbours.
/// The neighbours come from `files`, which is sorted as glob(3) sorts.
std::vector<const TreeEntry*> procps_expansion(const TreeEntry& file,
                                               const std::vector<const TreeEntry*>& files) {
    constexpr std::string_view special = "*?[{\\";
    if (file.name.find_first_of(special) == std::string::npos) return {&file};
    std::vector<const TreeEntry*> found;
    for (const std::string& alternative : brace_alternatives(file.name)) {
        for (const TreeEntry* const neighbour : files) {
            if (neighbour->directory != file.directory) continue;
            if (component_matches(alternative, neighbour->name)) found.push_back(neighbour);
        }
    }
    if (found.empty()) found.push_back(&file);
    return found;
}

/// A file that cannot be opened ends the reading of that expansion.
void open_for_procps(FileOrder& order, const TreeEntry& file,
                     const std::vector<const TreeEntry*>& files) {
    for (const TreeEntry* const opened : procps_expansion(file, files)) {
        if (opened->status == EntryStatus::dangling) return;
        if (sets_something(*opened)) order.opened.push_back(opened);
    }
}

void open_in_directories(const BootTree& tree, Loader loader, FileOrder& order) {
    const std::vector<const TreeEntry*> files = configuration_files(tree);
    const TreeEntry* before = nullptr;
    for (const TreeEntry* const file : files) {
        if (before != nullptr && before->name == file->name) {
            leave_out(order, *file, Fate::masked, before->path() + " hides it");
            continue;
        }
        if (loader == Loader::procps) {
            open_for_procps(order, *file, files);
        } else if (file->name.starts_with('.')) {
            leave_out(order, *file, Fate::not_read,
                      "systemd-sysctl skips names that begin with a dot");
            continue;
        } else if (sets_something(*file)) {
            order.opened.push_back(file);
        }
        before = file;
    }
}

}  // namespace

FileOrder file_order(const BootTree& tree, Loader loader) {
    FileOrder order;
    open_in_directories(tree, loader, order);
    if (tree.main && loader == Loader::procps && sets_something(*tree.main))
        order.opened.push_back(&*tree.main);
    if (tree.main && loader == Loader::systemd) {
        const bool linked = std::ranges::any_of(order.opened, [&](const TreeEntry* entry) {
            return !entry->real_path.empty() && entry->real_path == tree.main->real_path;
        });
        if (!linked)
            leave_out(order, *tree.main, Fate::not_read,
                      "systemd-sysctl reads " + tree.main->path() +
                          " only through a link in a sysctl.d directory");
    }
    if (!tree.credential) return order;
    if (loader == Loader::systemd && sets_something(*tree.credential))
        order.opened.push_back(&*tree.credential);
    else if (loader == Loader::procps)
        leave_out(order, *tree.credential, Fate::not_read, "procps reads no credentials");
    return order;
}

std::vector<const TreeEntry*> files_of(const BootTree& tree, Loader loader) {
    return file_order(tree, loader).opened;
}

}  // namespace tcptune::conf

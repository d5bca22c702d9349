// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <tcptune/conf/boot_oracle.hpp>

#include <initializer_list>
#include <map>
#include <string>
#include <string_view>
#include <utility>

namespace tcptune::conf::test {

inline TreeEntry file(std::string_view directory, std::string_view name, std::string_view text) {
    TreeEntry entry;
    entry.directory = directory;
    entry.name = name;
    entry.text = text;
    entry.real_path = entry.path();
    return entry;
}

inline TreeEntry entry(std::string_view directory, std::string_view name, EntryStatus status) {
    TreeEntry made = file(directory, name, "");
    made.status = status;
    made.reason = "permission denied";
    return made;
}

/// Files of /etc/sysctl.d.
inline BootTree tree_of(
    std::initializer_list<std::pair<std::string_view, std::string_view>> files) {
    BootTree tree;
    for (const auto& [name, text] : files)
        tree.entries.push_back(file("/etc/sysctl.d", name, text));
    return tree;
}

/// Keys that the catalog does not know, so that the kernel takes every text.
struct World {
    sysctl::ParameterCatalog catalog;
    std::map<std::string, std::string, std::less<>> initial{
        {"net.ipv4.aaa", "7"}, {"net.ipv4.aab", "7"}, {"net.ipv4.bbb", "7"}};
    std::vector<std::string> keys{"net.ipv4.aaa", "net.ipv4.aab", "net.ipv4.bbb"};

    [[nodiscard]] Ground ground() const {
        return {catalog, KernelVersion{6, 1, 0},
                [this](std::string_view key) -> std::optional<std::string> {
                    const auto found = initial.find(key);
                    if (found == initial.end()) return std::nullopt;
                    return found->second;
                },
                keys};
    }
    [[nodiscard]] KeyForecast key(const BootTree& tree, std::string_view name) const {
        return forecast_key(tree, ground(), name);
    }
};

}  // namespace tcptune::conf::test

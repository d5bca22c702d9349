// SPDX-License-Identifier: Apache-2.0
#include <tcptune/conf/kernel_links.hpp>

#include <array>
#include <utility>

namespace tcptune::conf {

namespace {

constexpr std::array<std::pair<std::string_view, std::string_view>, 2> twins{{
    {"net.ipv4.ip_forward", "net.ipv4.conf.all.forwarding"},
    {"net.netfilter.nf_conntrack_max", "net.nf_conntrack_max"},
}};

constexpr std::array<std::string_view, 4> interface_directories{
    "net.ipv4.conf.", "net.ipv6.conf.", "net.ipv4.neigh.", "net.ipv6.neigh."};

/// Directory, name and the component between them, or nothing.
struct Parts {
    std::string_view directory;
    std::string_view interface;
    std::string_view name;
};

Parts parts_of(std::string_view key) {
    for (const std::string_view directory : interface_directories) {
        if (!key.starts_with(directory)) continue;
        const std::string_view rest = key.substr(directory.size());
        const std::size_t dot = rest.find('.');
        if (dot == std::string_view::npos) return {};
        return {directory, rest.substr(0, dot), rest.substr(dot + 1)};
    }
    return {};
}

}  // namespace

std::string_view twin_of(std::string_view key) {
    for (const auto& [one, other] : twins) {
        if (key == one) return other;
        if (key == other) return one;
    }
    return {};
}

InterfaceKeys reached_by(std::string_view key) {
    if (key == twins[0].first) key = twins[0].second;
    const Parts parts = parts_of(key);
    if (parts.interface == "default") return {parts.directory, parts.name, false};
    const bool reaches_all = parts.directory == "net.ipv6.conf." || parts.name == "forwarding";
    if (parts.interface == "all" && reaches_all) return {parts.directory, parts.name, true};
    return {};
}

InterfaceKeys interface_key(std::string_view key) {
    const Parts parts = parts_of(key);
    if (parts.interface == "all") return {};
    // What all interfaces get, the next one gets too.
    return {parts.directory, parts.name, parts.interface == "default"};
}

bool has_links(std::string_view key) {
    return key == "net.ipv4.ip_local_port_range" || key == "net.ipv4.ip_unprivileged_port_start" ||
           !twin_of(key).empty() || !reached_by(key).name.empty() ||
           !interface_key(key).name.empty();
}

}  // namespace tcptune::conf

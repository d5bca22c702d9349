// SPDX-License-Identifier: Apache-2.0
#include "probe/process_text.hpp"

#include <tcptune/base/text.hpp>

#include <algorithm>
#include <vector>

namespace tcptune::probe {
namespace {

constexpr std::size_t id_length = 64;
constexpr std::size_t shown_id = 12;

bool is_hexadecimal(std::string_view text) {
    return std::all_of(text.begin(), text.end(),
                       [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

/// "docker-<64 digits>.scope", "cri-containerd-<64 digits>.scope", "<64 digits>".
std::string_view container_id(std::string_view component) {
    if (component.ends_with(".scope")) component.remove_suffix(std::string_view(".scope").size());
    if (component.size() < id_length) return {};
    const std::string_view id = component.substr(component.size() - id_length);
    const std::string_view before = component.substr(0, component.size() - id_length);
    if (!before.empty() && before.back() != '-' && before.back() != ':') return {};
    return is_hexadecimal(id) ? id : std::string_view{};
}

}  // namespace

Belonging parse_cgroup(std::string_view text) {
    Belonging belonging;
    for (const std::string_view line : split(text, '\n')) {
        // "0::/system.slice/nginx.service"; version 1 has a line for each controller.
        const std::size_t path = line.find('/');
        if (path == std::string_view::npos) continue;
        for (const std::string_view component : split(line.substr(path), '/')) {
            const std::string_view id = container_id(component);
            if (!id.empty())
                belonging.container = id.substr(0, shown_id);
            else if (component.ends_with(".service"))
                belonging.unit = component;
        }
        if (!belonging.unit.empty() || !belonging.container.empty()) break;
    }
    return belonging;
}

std::optional<std::int64_t> parse_open_files_limit(std::string_view text) {
    constexpr std::string_view label = "Max open files";
    for (const std::string_view line : split(text, '\n')) {
        if (!line.starts_with(label)) continue;
        const auto words = split_words(line.substr(label.size()));
        return words.empty() ? std::nullopt : parse_integer(words.front());
    }
    return std::nullopt;
}

std::optional<std::uint32_t> parse_socket_link(std::string_view text) {
    constexpr std::string_view front = "socket:[";
    if (!text.starts_with(front) || !text.ends_with("]")) return std::nullopt;
    text.remove_prefix(front.size());
    text.remove_suffix(1);
    const auto number = parse_integer(text);
    if (!number || *number <= 0 || *number > UINT32_MAX) return std::nullopt;
    return static_cast<std::uint32_t>(*number);
}

}  // namespace tcptune::probe

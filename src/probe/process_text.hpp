// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

/// What the files of one process below /proc say.
namespace tcptune::probe {

/// Where a process belongs, from /proc/PID/cgroup.
struct Belonging {
    std::string unit;       ///< "nginx.service", "user@1000.service"; "" when none is named
    std::string container;  ///< first twelve characters of its id, "" when none
    bool operator==(const Belonging&) const = default;
};
/// Knows the paths that systemd, Docker, Podman, containerd and CRI-O give: the innermost unit and
/// the innermost id of 64 hexadecimal digits. A path that is none of these names nothing.
[[nodiscard]] Belonging parse_cgroup(std::string_view text);

/// The soft limit of "Max open files" in /proc/PID/limits; nothing when unlimited or absent.
[[nodiscard]] std::optional<std::int64_t> parse_open_files_limit(std::string_view text);

/// The number in "socket:[123]", or nothing.
[[nodiscard]] std::optional<std::uint32_t> parse_socket_link(std::string_view text);

}  // namespace tcptune::probe

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace tcptune::sysctl {

/// One configuration file that the loader reads, already read.
struct ConfFile {
    std::string path;
    std::string text;
};

/// One line that sets one key.
struct Assignment {
    std::string key;
    std::string value;
    std::string file;
    std::uint32_t line = 0;
    bool winner = false;  ///< decides at the next boot
};

/// A file name found in one of the sysctl.d directories.
struct ConfEntry {
    std::string directory;
    std::string name;
    bool masked = false;  ///< a link to /dev/null, or an empty file
};

/// The paths that systemd-sysctl(8) reads, in its order: of equal names the first directory in
/// `directories` wins, masked names are dropped, the rest is sorted by name. Hidden
/// names and those that do not end in ".conf" are dropped.
[[nodiscard]] std::vector<std::string> load_order(std::span<const std::string> directories,
                                                  std::span<const ConfEntry> entries);

/// For each of `keys` every line of `files` (in load order) that sets it, in load order, the one
/// that decides as systemd-sysctl(8) loads marked: the last line about the key by name; only when
/// there is none, the last matching glob. An exclusion ("-key") as the last line about a key, and
/// the same glob excluded later, leave no winner: that line sets nothing.
[[nodiscard]] std::vector<Assignment> boot_assignments(std::span<const ConfFile> files,
                                                       std::span<const std::string> keys);

}  // namespace tcptune::sysctl

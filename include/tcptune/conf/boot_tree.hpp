// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

/// What decides over the sysctls of a host at its next boot: the files, who reads them, and in
/// which order. Values and pure functions; probe/boot_probe.hpp reads a tree from a host or an
/// image.
namespace tcptune::conf {

/// What is behind a name in a directory.
///  text      a file that was read; /dev/null and an empty file are an empty text
///  dangling  a link to nothing: hides the same name in later directories, sets nothing
///  unreadable  there, but not to be read by us
///  directory sets nothing, and hides the same name in later directories
///  other     a device, a pipe, a file beyond the size limit: nobody knows what a loader finds
enum class EntryStatus { text, dangling, unreadable, directory, other };

struct TreeEntry {
    std::string directory;  ///< as named in the search path: "/etc/sysctl.d"
    std::string name;
    EntryStatus status = EntryStatus::text;
    std::string text = {};
    std::string real_path = {};  ///< after links: "/etc/sysctl.conf"
    std::string reason = {};     ///< why it is not a text
    [[nodiscard]] std::string path() const { return directory + "/" + name; }
};

/// Who sets sysctls besides, after the loaders of the boot: seen, named, and read where that is
/// possible.
struct LateWriter {
    std::string who;               ///< "ufw", "tuned profile throughput-performance"
    std::string path;              ///< the file that holds its values
    std::string when;              ///< "when ufw.service starts, after systemd-sysctl"
    std::string text;              ///< sysctl.conf(5) lines; "" when there is nothing to read
    bool reapplies_files = false;  ///< loads the sysctl.d files again after its own values
};

/// A directory whose names nobody could list.
struct UnreadableDirectory {
    std::string directory;
    std::string reason;   ///< "permission denied"
    bool denied = false;  ///< we may not; root may
};

struct BootTree {
    /// Of all sysctl.d directories, in any order. systemd's search path and procps's are the same
    /// five: /etc, /run, /usr/local/lib, /usr/lib, /lib (the last one only where /usr is not
    /// merged).
    std::vector<TreeEntry> entries;
    std::optional<TreeEntry> main;        ///< /etc/sysctl.conf itself
    std::optional<TreeEntry> credential;  ///< "sysctl.extra"
    std::string command_line;             ///< of the kernel: sysctl.KEY=VALUE words count
    std::vector<LateWriter> late;
    bool has_systemd = true;  ///< systemd-sysctl is there and would run at boot
    std::vector<UnreadableDirectory> unreadable = {};
    std::vector<std::string> cannot_judge;  ///< sentences: initrd, cloud-init, CNI, ...
};

}  // namespace tcptune::conf

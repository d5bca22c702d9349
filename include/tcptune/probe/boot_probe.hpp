// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <tcptune/conf/boot_tree.hpp>
#include <tcptune/host/file_tree.hpp>

namespace tcptune::probe {

/// What systemd-sysctl, `sysctl --system` and the kernel read: the sysctl.d directories,
/// /etc/sysctl.conf, the credential and the command line.
[[nodiscard]] conf::BootTree read_boot_files(const host::FileTree& tree);

/// The same, with ufw and TuneD where they are switched on, and sentences about what writes
/// sysctls at boot and cannot be judged.
[[nodiscard]] conf::BootTree read_boot_tree(const host::FileTree& tree);

}  // namespace tcptune::probe

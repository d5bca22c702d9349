// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <tcptune/conf/boot_tree.hpp>
#include <tcptune/host/file_tree.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace tcptune::probe {

/// ufw and TuneD, where they are switched on.
void find_ufw(const host::FileTree& tree, conf::BootTree& boot);
void find_tuned(const host::FileTree& tree, conf::BootTree& boot);

/// Whether the unit is wanted at boot; a root without systemd's own directory says nothing against.
[[nodiscard]] bool starts_at_boot(const host::FileTree& tree, const std::string& unit);

/// Sentences about what writes sysctls at boot and cannot be foretold.
void find_unjudged(const host::FileTree& tree, conf::BootTree& boot);

/// The value of NAME=value or NAME="value" in a shell-like file; the last one counts. "" when it
/// is not there.
[[nodiscard]] std::string shell_value(std::string_view text, std::string_view name);

/// An INI section's "name = value" lines.
struct IniEntry {
    std::string section;
    std::string name;
    std::string value;
    std::uint32_t line = 0;
};
[[nodiscard]] std::vector<IniEntry> ini_entries(std::string_view text);

}  // namespace tcptune::probe

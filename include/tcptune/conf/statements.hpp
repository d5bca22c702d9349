// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <tcptune/conf/boot_tree.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace tcptune::conf {

/// Who reads: systemd-sysctl (252 to 257: one grammar), or "sysctl --system" of procps-ng 4.
enum class Loader { systemd, procps };
[[nodiscard]] std::string_view to_string(Loader loader);  ///< "systemd-sysctl", "sysctl --system"

/// One line that says something, as that loader takes it.
struct Statement {
    std::string name;        ///< dotted and normalised as the loader does; may be a pattern
    std::string value = {};  ///< what would be written, without the line end
    std::string file = {};   ///< the path through which it was read
    std::uint32_t line = 0;  ///< from 1, counted by LF as an editor does
    bool exclusion = false;  ///< "-name" without '='
    bool glob = false;
    bool ignore_errors = false;
    /// The loader finds no file for such a name ("--key", "a.b.", a byte order mark before it);
    /// `name` is then what was meant.
    bool unusable = false;
};

/// The statements of one text.
[[nodiscard]] std::vector<Statement> parse(std::string_view text, std::string_view file,
                                           Loader loader);

/// The `sysctl.KEY=VALUE` words of the kernel's command line, file "/proc/cmdline", line 1. The
/// kernel takes every dot for a separator.
[[nodiscard]] std::vector<Statement> command_line_statements(std::string_view command_line);

/// What a late writer sets by itself.
[[nodiscard]] std::vector<Statement> late_statements(const LateWriter& writer);

/// The files that the loader opens, in its order, masks applied. Main and credential included
/// where that loader reads them. Pointers into the tree.
[[nodiscard]] std::vector<const TreeEntry*> files_of(const BootTree& tree, Loader loader);

}  // namespace tcptune::conf

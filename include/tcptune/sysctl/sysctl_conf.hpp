// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace tcptune::sysctl {

/// One assignment of a sysctl.d(5) text, as systemd-sysctl would take it.
struct ConfLine {
    std::string key;             ///< dotted, as normalised by sysctl.d(5); may hold globs
    std::string value;           ///< white space trimmed off the ends
    bool ignore_errors = false;  ///< written with a '-' prefix
    bool exclusion = false;      ///< "-key" without '=': undoes and forbids setting it
    bool is_glob = false;
    std::uint32_t line = 0;
};

/// Reads one text. Comments ('#', ';') and lines without '=' that are no exclusion are left out.
/// LF, CR and NUL end a line. A UTF-8 byte order mark is no white space to systemd-sysctl: it
/// becomes part of the first line, so that this line sets nothing.
[[nodiscard]] std::vector<ConfLine> parse_conf(std::string_view text);

/// '*', '?', '[...]' and '{a,b}' as glob(3) over the files below /proc/sys, in dotted form: no
/// wildcard matches a separator. At most 64 alternatives of braces are looked at.
[[nodiscard]] bool glob_matches(std::string_view pattern, std::string_view key);

}  // namespace tcptune::sysctl

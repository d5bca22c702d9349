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
    bool exclusion = false;      ///< "-key" without '=': takes the key out of later globs
    bool is_glob = false;
    std::uint32_t line = 0;
};

/// Reads one text. Comments ('#', ';') and lines without '=' that are no exclusion are left out;
/// a UTF-8 byte order mark and CR before LF are dropped.
[[nodiscard]] std::vector<ConfLine> parse_conf(std::string_view text);

/// '*', '?' and '[...]' as fnmatch(3) without flags, over dotted keys with '.' standing for '/'.
[[nodiscard]] bool glob_matches(std::string_view pattern, std::string_view key);

}  // namespace tcptune::sysctl

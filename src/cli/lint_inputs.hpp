// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <tcptune/report/lint_report.hpp>

#include <optional>
#include <span>
#include <string>
#include <sys/stat.h>
#include <vector>

/// Which texts `tcptune lint` reads, and how.
namespace tcptune::cli {

/// More than any sysctl file has; a larger input is something else.
inline constexpr std::size_t lint_file_limit = std::size_t{16} << 20U;

struct LintSource {
    std::string shown;      ///< the name in every report: as given, as found, or "<stdin>"
    std::string path;       ///< what to open; "" is standard input
    bool may_wait = false;  ///< a pipe that the user named may be waited for
};

struct LintSources {
    std::vector<LintSource> sources;
    std::vector<report::UnreadInput> unread;
};

/// What the operands name. Of a directory, however deep, the sorted files that by their names are
/// sysctl files: "*.conf", "*.conf.j2", "*.conf.erb", "*.j2" or "*.erb" with "sysctl" in the name
/// or in that of a directory from the operand on. Hidden ones are left out, and links that lead out
/// of the operand. No file is named twice.
[[nodiscard]] LintSources find_lint_sources(std::span<const std::string> operands);

/// What tells whether a file is still the one that was read.
struct FileStamp {
    dev_t device = 0;
    ino_t inode = 0;
    off_t size = 0;
    timespec modified = {};
    timespec changed = {};
    [[nodiscard]] bool operator==(const FileStamp& other) const;
};
[[nodiscard]] FileStamp stamp_of(const struct stat& info);

struct LintText {
    std::string text;
    std::optional<FileStamp> stamp;  ///< of a regular file
};

/// Throws Error (no_input).
[[nodiscard]] LintText read_lint_source(const LintSource& source);

}  // namespace tcptune::cli

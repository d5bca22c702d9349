// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cli/lint_inputs.hpp"

#include <optional>
#include <string>

/// How `tcptune lint --fix --write` replaces a file.
namespace tcptune::cli {

/// A file that shall have another text.
struct Rewrite {
    std::string shown;               ///< its name in messages
    std::string path;                ///< may be a link: its target is replaced
    std::optional<FileStamp> stamp;  ///< of when it was read; nothing: it is no regular file
    std::string before;
    std::string after;
};

/// Throws Error (operational) when the file cannot be replaced without a loss: it has more than one
/// name, is read-only, its directory cannot be written, or it is no longer what was read.
void check_rewrite(const Rewrite& rewrite);

/// Replaces the file as a whole; mode, owner and extended attributes stay. Throws Error
/// (operational): then the file is as it was. False: it is replaced, but its directory could not be
/// flushed, so that a power loss may bring the old file back.
[[nodiscard]] bool apply_rewrite(const Rewrite& rewrite);

}  // namespace tcptune::cli

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cli/files.hpp"
#include "cli/lint_inputs.hpp"

#include <memory>
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

/// The new file, written and flushed beside the old one; mode, owner and extended attributes are
/// the old one's. Goes away again unless it takes its place.
struct NewFile {
    std::string target;
    std::unique_ptr<FileAside> aside;
};
/// Throws Error (operational) when the file cannot be replaced without a loss: it has more than one
/// name, is read-only, there is no room, or it is no longer what was read.
[[nodiscard]] NewFile write_beside(const Rewrite& rewrite);

/// Throws Error (operational): then the file is as it was. False: it is replaced, but its directory
/// could not be flushed, so that a power loss may bring the old file back.
[[nodiscard]] bool put_in_place(const Rewrite& rewrite, NewFile& made);

}  // namespace tcptune::cli

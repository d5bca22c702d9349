// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <tcptune/base/unique_fd.hpp>

#include <cstddef>
#include <string>
#include <string_view>
#include <sys/types.h>
#include <vector>

namespace tcptune::cli {

/// The bytes of a file, or of standard input for "-", at most `limit` + 1 of them: one byte more
/// than the limit tells the reader of the text that it is too large. Throws Error (no_input).
[[nodiscard]] std::string read_input(const std::string& path, std::size_t limit);

/// The same of a regular file only: whatever the path is, reading it ends.
[[nodiscard]] std::string read_regular_file(const std::string& path, std::size_t limit);

/// Reads on to the end, or until `text` has `most` bytes; an errno value, or 0.
[[nodiscard]] int read_all(int fd, std::size_t most, std::string& text);

/// The last part of a path.
[[nodiscard]] std::string base_name(const std::string& path);

struct DirectoryEntry {
    std::string name;
    std::string path;
    bool masked = false;  ///< a link to /dev/null or an empty file: disables its name
};

/// The `*.toml` entries of a directory, by name. Throws Error (no_input); with `optional`, a
/// directory that does not exist is empty.
[[nodiscard]] std::vector<DirectoryEntry> toml_entries(const std::string& directory, bool optional);

[[nodiscard]] bool is_directory(const std::string& path);

/// A new file beside `target`, for the owner only, that is taken away again unless it took the
/// target's place. Every step throws SystemError (operational) with the target's name.
class FileAside {
public:
    explicit FileAside(std::string target);
    FileAside(const FileAside&) = delete;
    FileAside& operator=(const FileAside&) = delete;
    ~FileAside();

    [[nodiscard]] int fd() const { return fd_.get(); }
    void write(std::string_view text);
    void set_mode(mode_t mode);
    void flush();
    /// Lets go of the descriptor: many files can wait for their turn.
    void close() { fd_.reset(); }
    void take_place();

private:
    std::string target_;
    std::string name_;
    UniqueFd fd_;
    bool took_place_ = false;
};

/// Replaces `path` by a whole new file: written aside, flushed to disk, renamed. Whatever goes
/// wrong, the old file is untouched and no other is left behind. A path that is no regular file
/// (a terminal, a pipe) is written to directly. Throws Error (operational).
void write_file(const std::string& path, std::string_view text);

/// All of `text` to standard output. Throws Error (operational); a reader that went away is
/// BrokenPipe.
struct BrokenPipe {};
void write_stdout(std::string_view text);

/// As much as the other side takes; what cannot be said there cannot be said anywhere.
void write_stderr(std::string_view text) noexcept;

}  // namespace tcptune::cli

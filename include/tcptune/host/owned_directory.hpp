// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <tcptune/base/unique_fd.hpp>

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <sys/types.h>
#include <vector>

#include <unistd.h>

namespace tcptune::host {

/// A file's bytes and whose they are.
struct OwnedFile {
    std::string bytes;
    mode_t mode = 0644;  ///< permission bits only
    uid_t uid = ::geteuid();
    gid_t gid = ::getegid();
};

/// A directory of root (or of the user whom this process runs as) that nobody else may write, held
/// open: names below it are single components
/// and links are never followed. "Cannot read" is always an exception and never "is not there".
class OwnedDirectory {
public:
    /// Walks from / without following links. With `make` the last component is made with mode 0700
    /// when it is missing. Throws SystemError, or Error when the directory, or one on the way to
    /// it, is not root's or may be written by others (a sticky one, such as /tmp, may).
    static OwnedDirectory open(const std::string& path, bool make);

    [[nodiscard]] const std::string& path() const { return path_; }
    [[nodiscard]] int fd() const { return fd_.get(); }

    /// Nothing when the name is not there. Throws SystemError when it cannot be read, Error when it
    /// is not a regular file with one link that is root's and that only root may write, or larger
    /// than `limit`.
    [[nodiscard]] std::optional<OwnedFile> read(const std::string& name, std::size_t limit) const;
    [[nodiscard]] std::vector<std::string> list() const;

    /// Replaces `name` by a whole new file: written aside, flushed, renamed, directory flushed.
    /// True: all of it is on the disk. False: renamed, but the directory could not be flushed, so
    /// that a power loss may bring the old one back. Throws SystemError when the old one stands.
    bool replace(const std::string& name, const OwnedFile& file) const;
    /// The first half of replace(): shows that there is room, permission and a disk that writes.
    void try_replace(const std::string& name, const OwnedFile& file) const;
    /// Removes the name if it is there; the result is as that of replace().
    bool remove(const std::string& name) const;
    /// Takes away what an interrupted replace() left.
    void clean_up(const std::string& name) const;
    /// Flushes the directory itself.
    [[nodiscard]] bool flush() const;

    /// A file that grows: made when missing, 0600. Throws SystemError.
    [[nodiscard]] UniqueFd open_append(const std::string& name) const;
    /// Made when missing, 0600, and locked for this process; nothing when another one holds it.
    [[nodiscard]] std::optional<UniqueFd> lock(const std::string& name) const;

private:
    OwnedDirectory(std::string path, UniqueFd fd) : path_(std::move(path)), fd_(std::move(fd)) {}
    [[nodiscard]] UniqueFd write_aside(const std::string& name, const OwnedFile& file) const;
    std::string path_;
    UniqueFd fd_;
};

}  // namespace tcptune::host

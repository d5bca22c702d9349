// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <tcptune/base/unique_fd.hpp>

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace tcptune::host {

/// masked: a link to /dev/null, which for sysctl.d(5) means "this name is switched off".
/// malformed: too large, not a regular file, links in a circle.
enum class FileStatus { ok, absent, denied, masked, malformed };

/// A file's whole text, or why there is none.
struct FileText {
    FileStatus status = FileStatus::absent;
    std::string text;
    std::string path;    ///< where it really lies, after links: "/etc/sysctl.conf"
    std::string reason;  ///< "no such file", "permission denied", ...; empty when ok
    [[nodiscard]] bool ok() const { return status == FileStatus::ok; }
};

/// The names in a directory in byte order, without "." and "..".
struct Listing {
    FileStatus status = FileStatus::absent;
    std::vector<std::string> names;
    std::string reason;
    [[nodiscard]] bool ok() const { return status == FileStatus::ok; }
};

/// The files below one root, read only. Paths are absolute inside the root; links are followed
/// inside the root too, so that nothing outside can be reached.
class FileTree {
public:
    FileTree() = default;
    FileTree(const FileTree&) = delete;
    FileTree& operator=(const FileTree&) = delete;
    virtual ~FileTree() = default;

    [[nodiscard]] virtual FileText read(std::string_view path) const = 0;
    [[nodiscard]] virtual Listing list(std::string_view path) const = 0;
    /// The text of a link itself ("net:[4026531840]"); malformed when the path is no link.
    [[nodiscard]] virtual FileText read_link(std::string_view path) const = 0;
};

/// More than this is not read of one file: sysctl.d files and the tables of /proc that we use are
/// far smaller, and a hostile tree must not fill the memory.
inline constexpr std::size_t max_file_bytes = 1024UL * 1024UL;
inline constexpr std::size_t max_directory_entries = 100000;

/// A FileTree on a real directory. Each component is opened relative to the one before and without
/// following links; a link is read and walked again from inside the root. Where a network
/// namespace is entered, make the tree afterwards: it keeps the last directory open.
class RootedFileTree final : public FileTree {
public:
    /// Throws SystemError (no_input) when the root cannot be opened.
    explicit RootedFileTree(const std::string& root);
    ~RootedFileTree() override;

    [[nodiscard]] FileText read(std::string_view path) const override;
    [[nodiscard]] Listing list(std::string_view path) const override;
    [[nodiscard]] FileText read_link(std::string_view path) const override;

private:
    struct Directory;
    [[nodiscard]] std::shared_ptr<const Directory> parent_of(std::string_view directory,
                                                             int& error) const;
    UniqueFd root_;
    bool is_system_root_;
    mutable std::shared_ptr<const Directory> last_;
};

}  // namespace tcptune::host

// SPDX-License-Identifier: Apache-2.0
#include "host/path_walk.hpp"

#include <tcptune/base/error.hpp>
#include <tcptune/host/directory_stream.hpp>
#include <tcptune/host/file_tree.hpp>

#include <algorithm>
#include <cerrno>
#include <memory>
#include <optional>
#include <sys/stat.h>
#include <system_error>

#include <dirent.h>
#include <fcntl.h>

namespace tcptune::host {

/// The directory of the file that was read last: a catalog's keys lie side by side, and walking
/// to each of them again would cost more than reading them.
struct RootedFileTree::Directory {
    std::string asked;
    std::string resolved;
    UniqueFd fd;
};

namespace {

constexpr int file_flags = O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC;
constexpr std::size_t first_buffer = 4096;
constexpr std::string_view sysctl_root = "/proc/sys/";

FileStatus status_of(int error) {
    switch (error) {
        case ENOENT:
        case ENOTDIR:
        case ENODEV:
        case ENXIO:
            return FileStatus::absent;
        case EACCES:
        case EPERM:
            return FileStatus::denied;
        default:
            return FileStatus::malformed;
    }
}

std::string reason_of(int error) {
    switch (status_of(error)) {
        case FileStatus::absent:
            return "no such file";
        case FileStatus::denied:
            return "permission denied";
        default:
            return error == ELOOP ? "links in a circle" : std::generic_category().message(error);
    }
}

FileText failed(int error, std::string path) {
    return {status_of(error), {}, std::move(path), reason_of(error)};
}

/// Reads on from `text.size()` until the end. False with errno set; EFBIG past the limit.
bool read_to_end(int fd, std::string& text) {
    while (true) {
        const std::size_t have = text.size();
        if (have > max_file_bytes) {
            errno = EFBIG;
            return false;
        }
        text.resize(std::max(have * 2, first_buffer));
        const ssize_t got = ::read(fd, text.data() + have, text.size() - have);
        if (got < 0 && errno == EINTR) {
            text.resize(have);
            continue;
        }
        text.resize(have + static_cast<std::size_t>(std::max<ssize_t>(got, 0)));
        if (got <= 0) return got == 0;
    }
}

/// A sysctl gives its data on the first read() only, cut off at the buffer's end; a full buffer
/// therefore means "again, with a larger one". ip_local_reserved_ports can hold 200 KiB.
bool read_at_once(int fd, std::string& text) {
    for (std::size_t size = first_buffer; size <= max_file_bytes; size *= 16) {
        text.resize(size);
        ssize_t got = 0;
        do {
            got = ::pread(fd, text.data(), size, 0);
        } while (got < 0 && errno == EINTR);
        if (got < 0) return false;
        if (static_cast<std::size_t>(got) < size) {
            text.resize(static_cast<std::size_t>(got));
            return true;
        }
    }
    errno = EFBIG;
    return false;
}

FileText read_open_file(const UniqueFd& fd, std::string path) {
    struct stat info{};
    if (::fstat(fd.get(), &info) != 0) return failed(errno, std::move(path));
    if (!S_ISREG(info.st_mode))
        return {FileStatus::malformed, {}, std::move(path), "not a regular file"};
    FileText result{FileStatus::ok, {}, std::move(path), {}};
    const bool sysctl = std::string_view(result.path).substr(0, sysctl_root.size()) == sysctl_root;
    const bool complete =
        sysctl ? read_at_once(fd.get(), result.text) : read_to_end(fd.get(), result.text);
    if (complete) return result;
    if (errno == EFBIG)
        return {FileStatus::malformed, {}, std::move(result.path), "larger than 1 MiB"};
    return failed(errno, std::move(result.path));
}

/// Opens what the walk has arrived at, through links. -1: see errno.
UniqueFd open_last(PathWalk& walk, int flags) {
    while (true) {
        UniqueFd fd(::openat(walk.directory(), walk.name().c_str(), flags));
        // O_DIRECTORY makes the kernel say ENOTDIR of a link.
        const bool maybe_link = errno == ELOOP || ((flags & O_DIRECTORY) != 0 && errno == ENOTDIR);
        if (fd || !maybe_link) return fd;
        if (const int error = walk.follow(); error != 0) {
            errno = error == EINVAL ? ENOTDIR : error;
            return {};
        }
    }
}

struct SplitPath {
    std::string_view directory;
    std::string_view name;
};

/// Nothing when the last component is not a plain name.
std::optional<SplitPath> split_path(std::string_view path) {
    const std::size_t slash = path.rfind('/');
    if (slash == std::string_view::npos) return std::nullopt;
    const std::string_view name = path.substr(slash + 1);
    if (name.empty() || name == "." || name == "..") return std::nullopt;
    return SplitPath{path.substr(0, slash), name};
}

}  // namespace

RootedFileTree::RootedFileTree(const std::string& root)
    : root_(::open(root.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC)), is_system_root_(root == "/") {
    if (!root_) throw SystemError(ErrorCode::no_input, root, errno);
}

RootedFileTree::~RootedFileTree() = default;

FileText RootedFileTree::read(std::string_view path) const {
    const std::optional<SplitPath> parts = split_path(path);
    if (parts && last_ && last_->asked == parts->directory) {
        const std::string name(parts->name);
        UniqueFd fd(::openat(last_->fd.get(), name.c_str(), file_flags));
        std::string where = last_->resolved + '/' + name;
        if (fd) return read_open_file(fd, std::move(where));
        if (errno != ELOOP) return failed(errno, std::move(where));
    }
    PathWalk walk(root_.get(), path);
    if (const int error = walk.run(); error != 0) return failed(error, std::string(path));
    const std::string before_links = walk.path();
    UniqueFd fd = open_last(walk, file_flags);
    const int error = errno;
    const std::string where = walk.path();
    if (walk.at_null_device()) return {FileStatus::masked, {}, where, "link to /dev/null"};
    if (!fd) return failed(error, where);
    if (parts && where == before_links) {
        std::string resolved = where.substr(0, where.rfind('/'));
        if (UniqueFd directory = walk.take_directory())
            last_ = std::make_shared<Directory>(Directory{
                std::string(parts->directory), std::move(resolved), std::move(directory)});
    }
    return read_open_file(fd, where);
}

Listing RootedFileTree::list(std::string_view path) const {
    PathWalk walk(root_.get(), path);
    int error = walk.run();
    UniqueFd fd;
    if (error == 0) {
        fd = open_last(walk, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
        error = errno;
    }
    if (!fd) return {status_of(error), {}, reason_of(error)};
    // closedir() closes the descriptor that it was given, so it gets one of its own.
    const int own = ::fcntl(fd.get(), F_DUPFD_CLOEXEC, 0);
    const DirectoryStream stream(own < 0 ? nullptr : ::fdopendir(own));
    if (!stream) {
        error = errno;
        if (own >= 0) (void)::close(own);
        return {status_of(error), {}, reason_of(error)};
    }
    Listing listing{FileStatus::ok, {}, {}};
    while (const dirent* entry = ::readdir(stream.get())) {
        const std::string_view name = entry->d_name;
        if (name == "." || name == "..") continue;
        if (listing.names.size() >= max_directory_entries)
            return {FileStatus::malformed, {}, "more than 100,000 entries"};
        listing.names.emplace_back(name);
    }
    std::sort(listing.names.begin(), listing.names.end());
    return listing;
}

FileText RootedFileTree::read_link(std::string_view path) const {
    // There are as many of these as processes, and the kernel's own /proc needs no guarded walk:
    // one call instead of nine.
    if (is_system_root_ && path.starts_with("/proc/")) {
        const std::string below(path.substr(1));
        if (std::optional<std::string> text = link_text(root_.get(), below))
            return {FileStatus::ok, *std::move(text), std::string(path), {}};
    }
    PathWalk walk(root_.get(), path);
    if (const int error = walk.run(); error != 0) return failed(error, std::string(path));
    const std::optional<std::string> text = link_text(walk.directory(), walk.name());
    if (!text && errno == EINVAL) return {FileStatus::malformed, {}, walk.path(), "not a link"};
    if (!text) return failed(errno, walk.path());
    return {FileStatus::ok, *text, walk.path(), {}};
}

}  // namespace tcptune::host

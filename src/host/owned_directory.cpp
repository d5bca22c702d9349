// SPDX-License-Identifier: Apache-2.0
#include <tcptune/base/error.hpp>
#include <tcptune/base/text.hpp>
#include <tcptune/host/directory_stream.hpp>
#include <tcptune/host/owned_directory.hpp>

#include <algorithm>
#include <cerrno>
#include <memory>
#include <sys/file.h>
#include <sys/stat.h>

#include <dirent.h>
#include <fcntl.h>

namespace tcptune::host {
namespace {

constexpr int directory_flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;

template <typename Call>
auto retried(Call call) {
    auto result = call();
    while (result < 0 && errno == EINTR)
        result = call();
    return result;
}

[[noreturn]] void fail(const std::string& object, int error) {
    throw SystemError(ErrorCode::operational, object, error);
}

[[noreturn]] void distrust(const std::string& object, const char* reason) {
    throw Error(ErrorCode::operational, object, reason);
}

struct stat status_of(int fd, const std::string& object) {
    struct stat info{};
    if (retried([&] { return ::fstat(fd, &info); }) != 0) fail(object, errno);
    return info;
}

/// The helper runs as root, so that both are the same there.
bool is_trusted(uid_t uid) {
    return uid == 0 || uid == ::geteuid();
}

/// Who may write into a directory may rename what is in it.
void check_owner(int fd, const std::string& path) {
    const struct stat info = status_of(fd, path);
    if (!is_trusted(info.st_uid)) distrust(path, "the directory does not belong to root");
    const bool others_write = (info.st_mode & (S_IWGRP | S_IWOTH)) != 0;
    if (others_write && (info.st_mode & S_ISVTX) == 0)
        distrust(path, "others than root may write into the directory");
}

UniqueFd open_at(int directory, const char* name, int flags, mode_t mode = 0) {
    return UniqueFd(retried([&] { return ::openat(directory, name, flags, mode); }));
}

void write_all(int fd, std::string_view bytes, const std::string& object) {
    while (!bytes.empty()) {
        const ssize_t put = retried([&] { return ::write(fd, bytes.data(), bytes.size()); });
        if (put < 0) fail(object, errno);
        bytes.remove_prefix(static_cast<std::size_t>(put));
    }
}

std::string aside_name(const std::string& name) {
    // Hidden and without ".conf" at its end, so that no loader takes it for a file of its own.
    return '.' + name + ".new";
}

}  // namespace

OwnedDirectory OwnedDirectory::open(const std::string& path, bool make) {
    UniqueFd fd = open_at(AT_FDCWD, "/", directory_flags);
    if (!fd) fail("/", errno);
    check_owner(fd.get(), "/");
    std::string walked;
    const std::vector<std::string_view> parts = split(std::string_view(path).substr(1), '/');
    for (std::size_t i = 0; i < parts.size(); ++i) {
        const std::string part(parts[i]);
        walked += '/' + part;
        UniqueFd next = open_at(fd.get(), part.c_str(), directory_flags);
        if (!next && errno == ENOENT && make && i + 1 == parts.size()) {
            if (retried([&] { return ::mkdirat(fd.get(), part.c_str(), 0700); }) != 0 &&
                errno != EEXIST)
                fail(walked, errno);
            next = open_at(fd.get(), part.c_str(), directory_flags);
        }
        if (!next) fail(walked, errno);
        check_owner(next.get(), walked);
        fd = std::move(next);
    }
    return {path, std::move(fd)};
}

std::optional<OwnedFile> OwnedDirectory::read(const std::string& name, std::size_t limit) const {
    const std::string where = path_ + '/' + name;
    const UniqueFd fd =
        open_at(fd_.get(), name.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
    if (!fd && errno == ENOENT) return std::nullopt;
    if (!fd && errno == ELOOP) distrust(where, "is a symbolic link");
    if (!fd) fail(where, errno);
    const struct stat info = status_of(fd.get(), where);
    if (!S_ISREG(info.st_mode)) distrust(where, "is not a regular file");
    if (info.st_nlink != 1) distrust(where, "has more than one name (hard links)");
    if (!is_trusted(info.st_uid)) distrust(where, "does not belong to root");
    if ((info.st_mode & (S_IWGRP | S_IWOTH)) != 0) distrust(where, "may be written by others");
    OwnedFile file{{}, info.st_mode & 07777U, info.st_uid, info.st_gid};
    char buffer[16384];
    while (true) {
        const ssize_t got = retried([&] { return ::read(fd.get(), buffer, sizeof buffer); });
        if (got < 0) fail(where, errno);
        if (got == 0) return file;
        file.bytes.append(buffer, static_cast<std::size_t>(got));
        if (file.bytes.size() > limit) distrust(where, "is larger than it can be");
    }
}

std::vector<std::string> OwnedDirectory::list() const {
    // A description of its own: one that dup() makes would share the position.
    UniqueFd own = open_at(fd_.get(), ".", directory_flags);
    const DirectoryStream stream(own ? ::fdopendir(own.get()) : nullptr);
    if (!stream) fail(path_, errno);
    (void)own.release();
    std::vector<std::string> names;
    errno = 0;
    while (const dirent* entry = ::readdir(stream.get())) {
        const std::string_view name = entry->d_name;
        if (name != "." && name != "..") names.emplace_back(name);
        errno = 0;
    }
    if (errno != 0) fail(path_, errno);
    std::ranges::sort(names);
    return names;
}

UniqueFd OwnedDirectory::write_aside(const std::string& name, const OwnedFile& file) const {
    const std::string aside = aside_name(name);
    const std::string where = path_ + '/' + aside;
    clean_up(name);
    UniqueFd fd = open_at(fd_.get(), aside.c_str(),
                          O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (!fd) fail(where, errno);
    try {
        write_all(fd.get(), file.bytes, where);
        const struct stat info = status_of(fd.get(), where);
        if ((info.st_uid != file.uid || info.st_gid != file.gid) &&
            retried([&] { return ::fchown(fd.get(), file.uid, file.gid); }) != 0)
            fail(where, errno);
        if (retried([&] { return ::fchmod(fd.get(), file.mode); }) != 0) fail(where, errno);
        // Not tried again when it fails: the kernel may have called the lost pages clean.
        if (retried([&] { return ::fsync(fd.get()); }) != 0) fail(where, errno);
    } catch (const Error&) {
        (void)::unlinkat(fd_.get(), aside.c_str(), 0);
        throw;
    }
    return fd;
}

bool OwnedDirectory::replace(const std::string& name, const OwnedFile& file) const {
    const UniqueFd fd = write_aside(name, file);
    const std::string aside = aside_name(name);
    if (retried([&] { return ::renameat(fd_.get(), aside.c_str(), fd_.get(), name.c_str()); }) !=
        0) {
        const int error = errno;
        (void)::unlinkat(fd_.get(), aside.c_str(), 0);
        fail(path_ + '/' + name, error);
    }
    return flush();
}

void OwnedDirectory::try_replace(const std::string& name, const OwnedFile& file) const {
    const UniqueFd fd = write_aside(name, file);
    clean_up(name);
}

bool OwnedDirectory::remove(const std::string& name) const {
    if (retried([&] { return ::unlinkat(fd_.get(), name.c_str(), 0); }) != 0 && errno != ENOENT)
        fail(path_ + '/' + name, errno);
    return flush();
}

void OwnedDirectory::clean_up(const std::string& name) const {
    const std::string aside = aside_name(name);
    struct stat info{};
    // Looked at first: on a read-only disk unlink() says EROFS of what is not there.
    if (::fstatat(fd_.get(), aside.c_str(), &info, AT_SYMLINK_NOFOLLOW) != 0 && errno == ENOENT)
        return;
    if (retried([&] { return ::unlinkat(fd_.get(), aside.c_str(), 0); }) != 0 && errno != ENOENT)
        fail(path_ + '/' + aside, errno);
}

bool OwnedDirectory::flush() const {
    return retried([&] { return ::fsync(fd_.get()); }) == 0;
}

UniqueFd OwnedDirectory::open_append(const std::string& name) const {
    UniqueFd fd =
        open_at(fd_.get(), name.c_str(),
                O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0600);
    if (!fd) fail(path_ + '/' + name, errno);
    return fd;
}

std::optional<UniqueFd> OwnedDirectory::lock(const std::string& name) const {
    UniqueFd fd = open_append(name);
    if (retried([&] { return ::flock(fd.get(), LOCK_EX | LOCK_NB); }) == 0) return fd;
    if (errno != EWOULDBLOCK) fail(path_ + '/' + name, errno);
    return std::nullopt;
}

}  // namespace tcptune::host

// SPDX-License-Identifier: Apache-2.0
#include "cli/files.hpp"

#include <tcptune/base/error.hpp>
#include <tcptune/base/unique_fd.hpp>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>
#include <memory>
#include <sys/stat.h>
#include <utility>

#include <dirent.h>
#include <fcntl.h>
#include <unistd.h>

namespace tcptune::cli {
namespace {

/// An errno value, or 0.
int write_all(int fd, std::string_view text) {
    while (!text.empty()) {
        const ssize_t put = ::write(fd, text.data(), text.size());
        if (put < 0 && errno == EINTR) continue;
        if (put < 0) return errno;
        text.remove_prefix(static_cast<std::size_t>(put));
    }
    return 0;
}

bool is_masked(const std::string& path) {
    struct stat info{};
    if (::stat(path.c_str(), &info) != 0) return false;
    if (S_ISREG(info.st_mode)) return info.st_size == 0;
    struct stat null_device{};
    return S_ISCHR(info.st_mode) && ::stat("/dev/null", &null_device) == 0 &&
           info.st_rdev == null_device.st_rdev;
}

}  // namespace

int read_all(int fd, std::size_t most, std::string& text) {
    std::array<char, 16384> chunk;  // not cleared: that costs more than to read a rule file
    while (text.size() < most) {
        const ssize_t got = ::read(fd, chunk.data(), std::min(chunk.size(), most - text.size()));
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return errno;
        if (got == 0) break;
        text.append(chunk.data(), static_cast<std::size_t>(got));
    }
    return 0;
}

FileAside::FileAside(std::string target) : target_(std::move(target)), name_(target_ + ".XXXXXX") {
    fd_.reset(::mkostemp(name_.data(), O_CLOEXEC));
    if (!fd_) throw SystemError(ErrorCode::operational, target_, errno);
}

FileAside::~FileAside() {
    if (!took_place_) (void)::unlink(name_.c_str());
}

void FileAside::write(std::string_view text) {
    const int failure = write_all(fd(), text);
    if (failure != 0) throw SystemError(ErrorCode::operational, target_, failure);
}

void FileAside::set_mode(mode_t mode) {
    if (::fchmod(fd(), mode) != 0) throw SystemError(ErrorCode::operational, target_, errno);
}

void FileAside::flush() {
    if (::fsync(fd()) != 0) throw SystemError(ErrorCode::operational, target_, errno);
}

void FileAside::take_place() {
    if (::rename(name_.c_str(), target_.c_str()) != 0)
        throw SystemError(ErrorCode::operational, target_, errno);
    took_place_ = true;
}

std::string base_name(const std::string& path) {
    return path.substr(path.rfind('/') + 1);
}

std::string read_input(const std::string& path, std::size_t limit) {
    const bool standard = path == "-";
    UniqueFd opened;
    if (!standard) {
        opened.reset(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY));
        if (!opened) throw SystemError(ErrorCode::no_input, path, errno);
    }
    std::string text;
    const int failure = read_all(standard ? STDIN_FILENO : opened.get(), limit + 1, text);
    if (failure != 0) {
        throw SystemError(ErrorCode::no_input, standard ? "standard input" : path, failure);
    }
    return text;
}

std::string read_regular_file(const std::string& path, std::size_t limit) {
    // Without O_NONBLOCK a named pipe that nobody writes would hold us before it can be refused.
    const UniqueFd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK));
    if (!fd) throw SystemError(ErrorCode::no_input, path, errno);
    struct stat info{};
    if (::fstat(fd.get(), &info) != 0) throw SystemError(ErrorCode::no_input, path, errno);
    if (!S_ISREG(info.st_mode)) throw Error(ErrorCode::no_input, path, "not a regular file");
    std::string text;
    const int failure = read_all(fd.get(), limit + 1, text);
    if (failure != 0) throw SystemError(ErrorCode::no_input, path, failure);
    return text;
}

std::vector<DirectoryEntry> toml_entries(const std::string& directory, bool optional) {
    const std::unique_ptr<DIR, int (*)(DIR*)> open(::opendir(directory.c_str()), ::closedir);
    if (!open) {
        if (optional && errno == ENOENT) return {};
        throw SystemError(ErrorCode::no_input, directory, errno);
    }
    std::vector<DirectoryEntry> entries;
    while (const dirent* entry = ::readdir(open.get())) {
        const std::string name = entry->d_name;
        if (name.starts_with('.') || !name.ends_with(".toml")) continue;
        DirectoryEntry found{.name = name, .path = directory + "/" + name, .masked = false};
        found.masked = is_masked(found.path);
        entries.push_back(std::move(found));
    }
    std::ranges::sort(entries, {}, &DirectoryEntry::name);
    return entries;
}

bool is_directory(const std::string& path) {
    struct stat info{};
    return ::stat(path.c_str(), &info) == 0 && S_ISDIR(info.st_mode);
}

void write_file(const std::string& path, std::string_view text) {
    struct stat info{};
    const bool exists = ::stat(path.c_str(), &info) == 0;
    if (exists && !S_ISREG(info.st_mode)) {
        const UniqueFd fd(::open(path.c_str(), O_WRONLY | O_CLOEXEC | O_NOCTTY));
        const int failure = fd ? write_all(fd.get(), text) : errno;
        if (failure != 0) throw SystemError(ErrorCode::operational, path, failure);
        return;
    }
    FileAside aside(path);
    aside.write(text);
    // mkostemp makes files for the owner only; a plan or facts file is no secret beyond that
    // what it replaces was, or what the umask says.
    const mode_t mask = ::umask(0);
    (void)::umask(mask);
    aside.set_mode(exists ? info.st_mode & 07777U : 0666U & ~mask);
    aside.flush();
    aside.take_place();
}

void write_stdout(std::string_view text) {
    const int failure = write_all(STDOUT_FILENO, text);
    if (failure == EPIPE) throw BrokenPipe{};
    if (failure != 0) throw SystemError(ErrorCode::operational, "standard output", failure);
}

void write_stderr(std::string_view text) noexcept {
    (void)write_all(STDERR_FILENO, text);
}

}  // namespace tcptune::cli

// SPDX-License-Identifier: Apache-2.0
#include <tcptune/base/error.hpp>
#include <tcptune/base/text.hpp>
#include <tcptune/host/sysctl_tree.hpp>

#include <cerrno>
#include <sys/stat.h>

#include <fcntl.h>
#include <unistd.h>

namespace tcptune::host {
namespace {

class ProcSysctlFile final : public SysctlFile {
public:
    explicit ProcSysctlFile(UniqueFd fd) : fd_(std::move(fd)) {}

    int read(std::string& text) override {
        // A sysctl gives its text to the first read() only, cut at the buffer's end: a full
        // buffer means "again, with a larger one". ip_local_reserved_ports can hold 200 KiB.
        for (std::size_t size = 4096; size <= (1U << 20U); size *= 16) {
            text.resize(size);
            ssize_t got = 0;
            do {
                got = ::pread(fd_.get(), text.data(), size, 0);
            } while (got < 0 && errno == EINTR);
            if (got < 0) return errno;
            if (static_cast<std::size_t>(got) < size) {
                text.resize(static_cast<std::size_t>(got));
                return 0;
            }
        }
        return EFBIG;
    }

    int write(std::string_view text) override {
        ssize_t put = 0;
        do {
            put = ::pwrite(fd_.get(), text.data(), text.size(), 0);
        } while (put < 0 && errno == EINTR);
        if (put < 0) return errno;
        return static_cast<std::size_t>(put) == text.size() ? 0 : EIO;
    }

private:
    UniqueFd fd_;
};

}  // namespace

ProcSysctlTree::ProcSysctlTree(const std::string& net)
    : net_(::open(net.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC)) {
    if (!net_) throw SystemError(ErrorCode::unavailable, net, errno);
}

std::unique_ptr<SysctlFile> ProcSysctlTree::open(const sysctl::Key& key, bool writable,
                                                 int& error) {
    const std::string path = key.path();
    std::vector<std::string_view> parts = split(path, '/');
    if (parts.front() != "net" || parts.size() < 2) {
        error = EPERM;
        return nullptr;
    }
    UniqueFd directory;
    for (std::size_t i = 1; i + 1 < parts.size(); ++i) {
        const int from = directory ? directory.get() : net_.get();
        UniqueFd next(::openat(from, std::string(parts[i]).c_str(),
                               O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
        if (!next) {
            error = errno;
            return nullptr;
        }
        directory = std::move(next);
    }
    const int from = directory ? directory.get() : net_.get();
    UniqueFd fd(::openat(from, std::string(parts.back()).c_str(),
                         (writable ? O_RDWR : O_RDONLY) | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
    struct stat info{};
    if (!fd || ::fstat(fd.get(), &info) != 0) {
        error = errno;
        return nullptr;
    }
    if (!S_ISREG(info.st_mode)) {
        error = EISDIR;
        return nullptr;
    }
    error = 0;
    return std::make_unique<ProcSysctlFile>(std::move(fd));
}

}  // namespace tcptune::host

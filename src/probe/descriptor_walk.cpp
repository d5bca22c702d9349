// SPDX-License-Identifier: Apache-2.0
#include "probe/descriptor_walk.hpp"

#include "probe/process_text.hpp"

#include <tcptune/base/text.hpp>
#include <tcptune/base/unique_fd.hpp>

#include <array>
#include <cerrno>
#include <memory>
#include <numeric>
#include <string>
#include <sys/stat.h>

#include <dirent.h>
#include <fcntl.h>
#include <unistd.h>

namespace tcptune::probe {
namespace {

// A process with more descriptors than this is sampled.
constexpr std::int64_t many_descriptors = 4096;
constexpr int draws = 512;

struct CloseDirectory {
    void operator()(DIR* directory) const { ::closedir(directory); }
};
using Directory = std::unique_ptr<DIR, CloseDirectory>;

WalkEnd why_not(int error) {
    return error == EACCES || error == EPERM ? WalkEnd::denied : WalkEnd::gone;
}

/// "/proc/812/fd", open as a directory.
UniqueFd open_descriptors(std::int64_t pid) {
    return UniqueFd(::open(("/proc/" + std::to_string(pid) + "/fd").c_str(),
                           O_RDONLY | O_DIRECTORY | O_CLOEXEC));
}

/// Since Linux 6.2 the size of the directory is the number of descriptors; before, 0.
std::int64_t size_of(int directory) {
    struct stat info{};
    return ::fstat(directory, &info) == 0 ? info.st_size : 0;
}

struct Link {
    int error = 0;
    std::optional<std::uint32_t> socket;
};

Link link_at(int directory, const char* name) {
    std::array<char, 64> link{};
    const ssize_t length = ::readlinkat(directory, name, link.data(), link.size());
    if (length < 0) return {errno, std::nullopt};
    return {0, parse_socket_link({link.data(), static_cast<std::size_t>(length)})};
}

/// Descriptors are given out lowest first, so nearly all numbers below their count are in use;
/// false when they are not and the sample would mislead.
bool draw(int directory, std::int64_t size, const SocketSink& sink) {
    std::vector<std::uint32_t> drawn;
    int present = 0;
    // A proxy opens its two sides alternately: a stride of the golden ratio, coprime to the size,
    // visits the numbers evenly and none of them twice.
    auto stride = static_cast<std::int64_t>(static_cast<double>(size) * 0.6180339887);
    while (std::gcd(stride, size) != 1)
        ++stride;
    for (int i = 0; i < draws; ++i) {
        const std::string name = std::to_string((i * stride) % size);
        const Link link = link_at(directory, name.c_str());
        if (link.error == 0) ++present;
        if (link.socket) drawn.push_back(*link.socket);
    }
    if (present < draws * 3 / 4) return false;
    const double weight = static_cast<double>(size) / present;
    for (const std::uint32_t inode : drawn)
        sink(inode, weight);
    return true;
}

}  // namespace

std::vector<std::int64_t> running_processes() {
    std::vector<std::int64_t> pids;
    const Directory proc(::opendir("/proc"));
    while (proc) {
        const dirent* const entry = ::readdir(proc.get());
        if (entry == nullptr) break;
        if (entry->d_name[0] < '1' || entry->d_name[0] > '9') continue;
        if (const auto pid = parse_integer(entry->d_name)) pids.push_back(*pid);
    }
    return pids;
}

WalkEnd walk_sockets(std::int64_t pid, Thoroughness thoroughness, const SocketSink& sink) {
    UniqueFd fd = open_descriptors(pid);
    if (!fd) return why_not(errno);
    const std::int64_t size = size_of(fd.get());
    if (thoroughness == Thoroughness::sample && size > many_descriptors &&
        draw(fd.get(), size, sink))
        return WalkEnd::ok;
    const Directory directory(::fdopendir(fd.get()));
    if (!directory) return why_not(errno);
    (void)fd.release();  // closed with the directory
    const int at = ::dirfd(directory.get());
    // A process that is not dumpable shows its descriptors' names and refuses what they are.
    bool refused = false;
    errno = 0;
    while (const dirent* const entry = ::readdir(directory.get())) {
        if (entry->d_name[0] == '.') continue;
        const Link link = link_at(at, entry->d_name);
        if (link.socket) sink(*link.socket, 1);
        refused = refused || link.error == EACCES || link.error == EPERM;
        errno = 0;
    }
    if (errno != 0) return why_not(errno);
    return refused ? WalkEnd::denied : WalkEnd::ok;
}

std::optional<std::int64_t> count_descriptors(std::int64_t pid) {
    UniqueFd fd = open_descriptors(pid);
    if (!fd) return std::nullopt;
    if (const std::int64_t size = size_of(fd.get()); size > 0) return size;
    const Directory directory(::fdopendir(fd.get()));
    if (!directory) return std::nullopt;
    (void)fd.release();
    std::int64_t descriptors = 0;
    while (const dirent* const entry = ::readdir(directory.get()))
        if (entry->d_name[0] != '.') ++descriptors;
    return descriptors;
}

}  // namespace tcptune::probe

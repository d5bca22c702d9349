// SPDX-License-Identifier: Apache-2.0
#include "cli/boot_inputs.hpp"

#include <tcptune/base/error.hpp>
#include <tcptune/base/text.hpp>
#include <tcptune/base/unique_fd.hpp>

#include <algorithm>
#include <array>
#include <cerrno>
#include <memory>
#include <string>
#include <sys/stat.h>
#include <utility>
#include <vector>

#include <dirent.h>
#include <fcntl.h>
#include <unistd.h>

namespace tcptune::cli {
namespace {

/// A page, but for lists of ports.
constexpr std::size_t most_bytes = std::size_t{64} << 10U;

/// Below /proc/sys; "" for a name that cannot be one of its files.
std::string path_of_key(std::string_view key) {
    std::string path(key);
    for (char& c : path) {
        if (c == '.') {
            c = '/';
        } else if (c == '/') {
            c = '.';
        }
    }
    const auto leads_elsewhere = [](std::string_view part) {
        return part.empty() || part == "." || part == "..";
    };
    if (path.find('\0') != std::string::npos ||
        std::ranges::any_of(split(path, '/'), leads_elsewhere))
        return {};
    return "/proc/sys/" + path;
}

conf::Reading reading(conf::Reading::Status status) {
    conf::Reading result;
    result.status = status;
    return result;
}

conf::Reading failed(int error) {
    if (error == ENOENT || error == ENOTDIR || error == ENAMETOOLONG || error == EISDIR)
        return reading(conf::Reading::Status::absent);
    if (error == EACCES || error == EPERM) return conf::Reading::unknown("only root may read it");
    return conf::Reading::unknown(SystemError(ErrorCode::operational, "", error).reason());
}

/// A dot inside a name is written as a slash: "net.ipv4.conf.eth0/100.rp_filter".
std::string key_component(std::string_view name) {
    std::string part(name);
    std::ranges::replace(part, '.', '/');
    return part;
}

/// All files below the directory, which is closed afterwards.
void add_keys_below(int directory, const std::string& prefix, std::vector<std::string>& keys) {
    const std::unique_ptr<DIR, int (*)(DIR*)> open(::fdopendir(directory), ::closedir);
    if (!open) {
        (void)::close(directory);
        return;
    }
    while (const dirent* entry = ::readdir(open.get())) {
        const std::string_view name = entry->d_name;
        if (name == "." || name == "..") continue;
        std::string key = prefix + key_component(name);
        if (entry->d_type == DT_REG) {
            keys.push_back(std::move(key));
        } else if (entry->d_type == DT_DIR) {
            const int below = ::openat(::dirfd(open.get()), entry->d_name,
                                       O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
            if (below >= 0) add_keys_below(below, key + ".", keys);
        }
    }
}

}  // namespace

std::vector<std::string> all_running_keys() {
    std::vector<std::string> keys;
    const int top = ::open("/proc/sys", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (top >= 0) add_keys_below(top, "", keys);
    return keys;
}

conf::Reading running_reading(std::string_view key) {
    const std::string path = path_of_key(key);
    struct stat info{};
    if (path.empty()) return reading(conf::Reading::Status::absent);
    if (::stat(path.c_str(), &info) != 0) return failed(errno);
    if (!S_ISREG(info.st_mode)) return reading(conf::Reading::Status::absent);
    // Root could open it, and would read nothing, or wait.
    if ((info.st_mode & 0444U) == 0) return reading(conf::Reading::Status::write_only);
    const UniqueFd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
    if (!file) return failed(errno);
    std::string text;
    std::array<char, 4096> chunk;
    while (text.size() < most_bytes) {
        const ssize_t got = ::read(file.get(), chunk.data(), chunk.size());
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return failed(errno);
        if (got == 0) break;
        text.append(chunk.data(), static_cast<std::size_t>(got));
    }
    return conf::Reading::of(text);
}

}  // namespace tcptune::cli

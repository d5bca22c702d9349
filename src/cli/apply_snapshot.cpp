// SPDX-License-Identifier: Apache-2.0
#include "cli/apply_snapshot.hpp"

#include "cli/context.hpp"
#include "cli/files.hpp"

#include <tcptune/base/digest.hpp>
#include <tcptune/base/error.hpp>
#include <tcptune/base/text.hpp>

#include <algorithm>
#include <array>
#include <memory>
#include <optional>
#include <set>
#include <sys/stat.h>
#include <utility>

#include <dirent.h>

namespace tcptune::cli {
namespace {

constexpr std::array<const char*, 5> conf_directories{"/etc/sysctl.d", "/run/sysctl.d",
                                                      "/usr/local/lib/sysctl.d",
                                                      "/usr/lib/sysctl.d", "/lib/sysctl.d"};
constexpr const char* conf_file = "/etc/sysctl.conf";
constexpr int deepest = 8;  ///< /proc/sys/net has five levels

std::vector<std::string> names_in(const std::string& directory) {
    const std::unique_ptr<DIR, int (*)(DIR*)> open(::opendir(directory.c_str()), ::closedir);
    std::vector<std::string> names;
    if (!open) return names;
    while (const dirent* entry = ::readdir(open.get())) {
        const std::string name = entry->d_name;
        if (name != "." && name != "..") names.push_back(name);
    }
    std::ranges::sort(names);
    return names;
}

std::optional<std::string> text_of(const std::string& path) {
    try {
        return read_regular_file(path, text_limit);
    } catch (const Error&) {
        return {};
    }
}

/// As sysctl(8) writes it: a dot inside a component becomes a slash.
std::string component(std::string name) {
    std::ranges::replace(name, '.', '/');
    return name;
}

void collect_below(const std::string& directory, const std::string& key, int depth,
                   std::map<std::string, std::string, std::less<>>& found) {
    if (depth > deepest) return;
    for (const std::string& name : names_in(directory)) {
        const std::string path = directory + "/" + name;
        struct stat info{};
        if (::lstat(path.c_str(), &info) != 0) continue;
        const std::string below = key + "." + component(name);
        if (S_ISDIR(info.st_mode)) {
            collect_below(path, below, depth + 1, found);
        } else if (S_ISREG(info.st_mode) && (info.st_mode & 0222U) != 0 &&
                   (info.st_mode & 0444U) != 0) {
            const std::optional<std::string> text = text_of(path);
            if (!text) continue;
            const bool secret = (info.st_mode & S_IROTH) == 0;
            found[below] = secret ? "(not shown) " + sha256_hex(*text).substr(0, 12)
                                  : std::string(trim(*text));
        }
    }
}

void add_file(const std::string& path, HostSnapshot& snapshot) {
    struct stat info{};
    if (::stat(path.c_str(), &info) != 0 || !S_ISREG(info.st_mode)) return;
    const std::optional<std::string> text = text_of(path);
    // A change of a file that we may not read still shows by its time and size.
    snapshot.files[path] = sha256_hex(text ? *text
                                           : "unreadable " + std::to_string(info.st_size) + " " +
                                                 std::to_string(info.st_mtim.tv_sec) + "." +
                                                 std::to_string(info.st_mtim.tv_nsec));
}

}  // namespace

std::map<std::string, std::string, std::less<>> sysctls_now() {
    std::map<std::string, std::string, std::less<>> found;
    collect_below("/proc/sys/net", "net", 0, found);
    return found;
}

HostSnapshot snapshot_now() {
    HostSnapshot snapshot;
    snapshot.sysctls = sysctls_now();
    // One directory can have two names: /lib is a link to usr/lib on most hosts.
    std::set<std::pair<dev_t, ino_t>> seen;
    for (const char* directory : conf_directories) {
        struct stat info{};
        if (::stat(directory, &info) != 0 || !seen.emplace(info.st_dev, info.st_ino).second)
            continue;
        for (const std::string& name : names_in(directory))
            add_file(std::string(directory) + "/" + name, snapshot);
    }
    add_file(conf_file, snapshot);
    return snapshot;
}

std::vector<report::KeyChange> changed_keys(
    const HostSnapshot& before, const HostSnapshot& after,
    const std::function<bool(const std::string&)>& covered) {
    std::vector<report::KeyChange> changes;
    for (const auto& [key, value] : before.sysctls) {
        const auto now = after.sysctls.find(key);
        if (now == after.sysctls.end() || now->second == value) continue;
        changes.push_back({key, value, now->second, covered(key), true});
    }
    return changes;
}

std::vector<report::FileChange> changed_files(const HostSnapshot& before,
                                              const HostSnapshot& after) {
    std::vector<report::FileChange> changes;
    for (const auto& [path, digest] : before.files) {
        const auto now = after.files.find(path);
        const std::string& then = digest;
        if (now == after.files.end())
            changes.push_back({path, then, ""});
        else if (now->second != then)
            changes.push_back({path, then, now->second});
    }
    for (const auto& [path, digest] : after.files)
        if (!before.files.contains(path)) changes.push_back({path, "", digest});
    std::ranges::sort(changes, {}, &report::FileChange::path);
    return changes;
}

}  // namespace tcptune::cli

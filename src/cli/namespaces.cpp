// SPDX-License-Identifier: Apache-2.0
#include "cli/namespaces.hpp"

#include <tcptune/base/error.hpp>
#include <tcptune/base/text.hpp>
#include <tcptune/base/unique_fd.hpp>
#include <tcptune/host/file_tree.hpp>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <map>
#include <optional>
#include <string_view>
#include <sys/stat.h>
#include <tuple>
#include <utility>

#include <fcntl.h>
#include <sched.h>
#include <unistd.h>

namespace tcptune::cli {
namespace {

constexpr std::string_view named = "/run/netns/";
/// A host of containers has some thousands; a report has room for the fullest.
constexpr std::size_t most = 256;

bool is_pid(const std::string& text) {
    return !text.empty() && text.size() < 11 &&
           text.find_first_not_of("0123456789") == std::string::npos;
}

using Inode = std::pair<dev_t, ino_t>;

std::optional<Inode> inode_of(const std::string& path) {
    struct stat info{};
    if (::stat(path.c_str(), &info) != 0) return std::nullopt;
    return Inode(info.st_dev, info.st_ino);
}

/// The number after `word` in the line of a sockstat text that begins with `label`.
std::int64_t sockstat_number(std::string_view text, std::string_view label, std::string_view word) {
    for (const std::string_view line : split(text, '\n')) {
        const std::vector<std::string_view> words = split_words(line);
        if (words.empty() || words.front() != label) continue;
        for (std::size_t i = 1; i + 1 < words.size(); ++i) {
            if (words[i] == word) return parse_integer(words[i + 1]).value_or(0);
        }
    }
    return 0;
}

/// Nothing when the numbers cannot be read: that is not a namespace without sockets.
std::optional<facts::NamespaceSummary> summary_of(std::string name, const host::FileTree& tree,
                                                  const std::string& net) {
    const std::string sockstat = tree.read(net + "/sockstat").text;
    if (sockstat.empty()) return std::nullopt;
    const std::string sockstat6 = tree.read(net + "/sockstat6").text;
    return facts::NamespaceSummary{.name = std::move(name),
                                   .time_wait = sockstat_number(sockstat, "TCP:", "tw"),
                                   .sockets = sockstat_number(sockstat, "TCP:", "inuse") +
                                              sockstat_number(sockstat6, "TCP6:", "inuse")};
}

/// Looks from inside a namespace and comes back.
std::optional<facts::NamespaceSummary> summary_from_inside(const std::string& name) {
    std::optional<facts::NamespaceSummary> summary;
    // A tree of its own: directories that are open already stay in the namespace they are from.
    look_inside(name,
                [&] { summary = summary_of(name, host::RootedFileTree("/"), "/proc/self/net"); });
    return summary;
}

}  // namespace

void enter_namespace(const std::string& name_or_pid) {
    const std::string object = "network namespace " + name_or_pid;
    if (name_or_pid.find('/') != std::string::npos || name_or_pid.starts_with('.')) {
        throw Error(ErrorCode::usage, object, "--netns takes a name below /run/netns or a process");
    }
    const std::string path =
        is_pid(name_or_pid) ? "/proc/" + name_or_pid + "/ns/net" : std::string(named) + name_or_pid;
    const UniqueFd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    const int failure = fd && ::setns(fd.get(), CLONE_NEWNET) == 0 ? 0 : errno;
    if (failure == 0) return;
    if (failure == EPERM || failure == EACCES) {
        throw Error(ErrorCode::not_authorized, object, "entering it needs root");
    }
    if (failure == ENOENT) throw Error(ErrorCode::no_input, object, "there is none: " + path);
    throw SystemError(ErrorCode::no_input, object, failure);
}

void require_right_to_enter_others() {
    if (::geteuid() != 0) {
        throw Error(ErrorCode::not_authorized, "--all-netns",
                    "looking into other network namespaces needs root");
    }
}

std::vector<facts::NamespaceSummary> other_namespaces() {
    require_right_to_enter_others();
    const host::RootedFileTree tree("/");
    std::map<Inode, std::string> seen;  // those with a name keep it, whichever process is inside
    const std::optional<Inode> own = inode_of("/proc/self/ns/net");
    std::vector<facts::NamespaceSummary> summaries;
    for (const std::string& name : tree.list("/run/netns").names) {
        const std::optional<Inode> inode = inode_of(std::string(named) + name);
        if (!inode || inode == own || !seen.emplace(*inode, name).second) continue;
        if (auto summary = summary_from_inside(name)) summaries.push_back(std::move(*summary));
    }
    for (const std::string& pid : tree.list("/proc").names) {
        if (!is_pid(pid)) continue;
        const std::optional<Inode> inode = inode_of("/proc/" + pid + "/ns/net");
        if (!inode || inode == own || seen.contains(*inode)) continue;
        auto summary = summary_of("pid " + pid, tree, "/proc/" + pid + "/net");
        if (!summary) continue;  // perhaps it ended; another process may be in there
        seen.emplace(*inode, pid);
        summaries.push_back(std::move(*summary));
    }
    std::ranges::sort(summaries, {}, [](const facts::NamespaceSummary& entry) {
        return std::tuple(-entry.time_wait, -entry.sockets, entry.name);
    });
    if (summaries.size() > most) summaries.resize(most);
    return summaries;
}

bool look_inside(const std::string& name, const std::function<void()>& look) {
    constexpr std::string_view by_process = "pid ";
    const std::string path = name.starts_with(by_process)
                                 ? "/proc/" + name.substr(by_process.size()) + "/ns/net"
                                 : std::string(named) + name;
    const UniqueFd home(::open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC));
    const UniqueFd there(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (!home || !there || ::setns(there.get(), CLONE_NEWNET) != 0) return false;
    const auto go_home = [&home] {
        if (::setns(home.get(), CLONE_NEWNET) != 0)
            throw SystemError(ErrorCode::operational, "own network namespace", errno);
    };
    try {
        look();
    } catch (...) {
        go_home();
        throw;
    }
    go_home();
    return true;
}

}  // namespace tcptune::cli

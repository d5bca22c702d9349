// SPDX-License-Identifier: Apache-2.0
#include <tcptune/base/text.hpp>
#include <tcptune/base/unique_fd.hpp>
#include <tcptune/host/identity.hpp>

#include <algorithm>
#include <set>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

namespace tcptune::host {
namespace {

// asm-generic/socket.h of Linux 5.14; older headers do not name it.
constexpr int so_netns_cookie = 71;

std::string first_word(const FileTree& tree, std::string_view path) {
    const FileText file = tree.read(path);
    return file.ok() ? std::string(trim(file.text)) : std::string();
}

std::optional<std::uint64_t> namespace_cookie() {
    // Of the UNIX family, because the helper may open no other.
    const UniqueFd fd(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
    if (!fd) return std::nullopt;
    std::uint64_t cookie = 0;
    socklen_t size = sizeof cookie;
    if (::getsockopt(fd.get(), SOL_SOCKET, so_netns_cookie, &cookie, &size) != 0)
        return std::nullopt;
    return cookie;
}

bool is_number(std::string_view text) {
    return !text.empty() &&
           std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

}  // namespace

std::string namespace_id() {
    if (const auto cookie = namespace_cookie()) return "cookie:" + std::to_string(*cookie);
    struct stat info{};
    if (::stat("/proc/self/ns/net", &info) != 0) return {};
    return "inode:" + std::to_string(minor(info.st_dev)) + ':' + std::to_string(info.st_ino);
}

std::optional<bool> is_initial_namespace(const FileTree& tree) {
    const FileText buckets = tree.read("/proc/sys/net/ipv4/tcp_ehash_entries");
    const auto entries = buckets.ok() ? parse_integer(trim(buckets.text)) : std::nullopt;
    if (entries && *entries < 0) return false;
    const FileText backlog = tree.read("/proc/sys/net/core/netdev_max_backlog");
    if (backlog.ok() || backlog.status == FileStatus::denied) return true;
    // Without any of its neighbours the whole directory is not there: that says nothing.
    const bool has_neighbour = tree.read("/proc/sys/net/core/somaxconn").ok();
    if (has_neighbour) return false;
    return std::nullopt;
}

std::optional<std::int64_t> count_other_namespaces(const FileTree& tree) {
    const FileText own = tree.read_link("/proc/self/ns/net");
    const Listing processes = tree.list("/proc");
    if (!own.ok() || !processes.ok()) return std::nullopt;
    std::set<std::string> seen;
    bool any_denied = false;
    for (const std::string& name : processes.names) {
        if (!is_number(name)) continue;
        // A process may end meanwhile: it is not counted then.
        FileText link = tree.read_link("/proc/" + name + "/ns/net");
        any_denied = any_denied || link.status == FileStatus::denied;
        if (link.ok() && link.text != own.text) seen.insert(std::move(link.text));
    }
    if (seen.empty() && any_denied) return std::nullopt;
    return static_cast<std::int64_t>(seen.size());
}

Identity read_identity(const FileTree& tree, bool live) {
    Identity identity;
    identity.hostname = first_word(tree, "/proc/sys/kernel/hostname");
    identity.kernel_release = first_word(tree, "/proc/sys/kernel/osrelease");
    identity.boot_id = first_word(tree, "/proc/sys/kernel/random/boot_id");
    if (live) identity.netns = namespace_id();
    identity.netns_initial = is_initial_namespace(tree);
    return identity;
}

}  // namespace tcptune::host

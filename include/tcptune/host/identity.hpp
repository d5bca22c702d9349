// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <tcptune/host/file_tree.hpp>

#include <cstdint>
#include <optional>
#include <string>

namespace tcptune::host {

/// Which host, boot and network namespace this process sees. Empty text: not known.
struct Identity {
    std::string hostname;
    std::string kernel_release;
    std::string boot_id;
    std::string netns;  ///< see namespace_id()
    /// Whether this is the host's own first network namespace; see is_initial_namespace().
    std::optional<bool> netns_initial;
};

/// Reads the files of `tree`; `live` says that the tree is the running system's, so that the
/// kernel may be asked for the namespace too.
[[nodiscard]] Identity read_identity(const FileTree& tree, bool live);

/// "cookie:4026" from SO_NETNS_COOKIE (Linux 5.14 and later; never given out twice in one boot),
/// else "inode:4:4026531840" of /proc/self/ns/net, which a later namespace can get again; "" when
/// neither works.
[[nodiscard]] std::string namespace_id();

/// The kernel has no file that says it. net.core.netdev_max_backlog exists only in the first
/// namespace, and net.ipv4.tcp_ehash_entries (6.1 and later) is negative in a namespace that uses
/// the host's hash table; positive in the first one and in one with a table of its own. So: yes
/// when the first exists and the second is not negative, no when one of them says no, nothing
/// when neither can be read. A sandbox that invents its own /proc/sys can deceive this.
[[nodiscard]] std::optional<bool> is_initial_namespace(const FileTree& tree);

/// Network namespaces other than this process's own that processes below /proc are in. Costs one
/// look per process, so it is done only when asked for. Without the privilege to see other users'
/// processes their namespaces are not counted; one that no process is in (only a name below
/// /run/netns) is not either. Nothing when /proc cannot be listed, when this process's own
/// namespace cannot be read, and when none was seen but some could not be looked at.
[[nodiscard]] std::optional<std::int64_t> count_other_namespaces(const FileTree& tree);

}  // namespace tcptune::host

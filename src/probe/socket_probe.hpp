// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "probe/netlink_socket.hpp"

#include <tcptune/facts/fact_set.hpp>
#include <tcptune/host/file_tree.hpp>

namespace tcptune::probe {

/// socket.* and FactSet::sockets of the present network namespace.
///
/// In this order: sockstat; a dump of the listeners alone (0.02 ms, it walks a table of its own);
/// UDP; then, only when the counters cannot prove the namespace healthy or `force_dump` says so,
/// one dump of everything else that holds a port of the local range. `live` false: the tree is not
/// the running system's, the kernel is not asked and what needs it is unknown.
void probe_sockets(const host::FileTree& tree, bool live, bool force_dump, const DumpLimits& limits,
                   facts::FactSet& facts);

}  // namespace tcptune::probe

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "probe/owner_probe.hpp"
#include "probe/socket_probe.hpp"

#include <tcptune/facts/fact_set.hpp>
#include <tcptune/host/file_tree.hpp>

#include <cstdint>

namespace tcptune::probe {

/// What a diagnosis wants beyond a plan: the queues of the listeners, the rare states of both
/// directions, and who holds the sockets. Follows probe_sockets() on a live system.
void probe_details(const host::FileTree& tree, SocketLook& look, const OwnerFocus& focus,
                   const DumpLimits& limits, facts::FactSet& facts);

}  // namespace tcptune::probe

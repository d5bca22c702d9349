// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <tcptune/facts/fact_set.hpp>
#include <tcptune/host/file_tree.hpp>

namespace tcptune::probe {

/// kernel.*, host.*, netns.*, conntrack.count and file.open. `live`: the tree is the running
/// system's. `count_namespaces`: also look at every process for netns.others.
void probe_machine(const host::FileTree& tree, bool live, bool count_namespaces,
                   facts::FactSet& facts);

}  // namespace tcptune::probe

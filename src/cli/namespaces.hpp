// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <tcptune/facts/fact_set.hpp>

#include <functional>
#include <string>
#include <vector>

namespace tcptune::cli {

/// Moves this process into another network namespace: a name below /run/netns, or a process id.
/// Throws Error: no_input when there is none, not_authorized without the privilege.
void enter_namespace(const std::string& name_or_pid);

/// Throws Error (not_authorized) unless root: to be asked before anything is waited for.
void require_right_to_enter_others();

/// The other network namespaces of this host with their sockets, fullest first, bounded. Those of
/// processes and those that have only a name; one whose numbers cannot be read is left out. Throws
/// Error (not_authorized) unless root.
[[nodiscard]] std::vector<facts::NamespaceSummary> other_namespaces();

/// Runs `look` inside a namespace that other_namespaces() named and comes back; false when it could
/// not be entered. Throws Error when the way back fails.
bool look_inside(const std::string& name, const std::function<void()>& look);

}  // namespace tcptune::cli

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace tcptune::probe_test {

/// Makes this process root in a user namespace of its own. False with errno set where that is not
/// allowed.
[[nodiscard]] bool enter_user_namespace();

/// Moves this process into a new, empty network namespace with lo up. Its sockets and settings go
/// with it at the next call.
void enter_network_namespace();

/// Writes one file below /proc/sys/net/ipv4 of the present namespace; throws when that fails.
void set_sysctl(const std::string& name, const std::string& value);

}  // namespace tcptune::probe_test

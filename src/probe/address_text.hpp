// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <tcptune/probe/inet_diag.hpp>

#include <string>

namespace tcptune::probe {

/// "10.0.0.2" for an IPv4-mapped address, else "2001:db8::1".
[[nodiscard]] std::string address_text(const Address& address);
/// 127/8 or ::1.
[[nodiscard]] bool is_loopback(const Address& address);

}  // namespace tcptune::probe

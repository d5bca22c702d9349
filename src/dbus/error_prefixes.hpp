// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

namespace tcptune::dbus {

/// What the names of our errors and of the bus's own begin with.
inline constexpr std::string_view own_prefix = "org.tcptune1.Error.";
inline constexpr std::string_view bus_prefix = "org.freedesktop.DBus.Error.";

}  // namespace tcptune::dbus

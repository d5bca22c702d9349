// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <tcptune/dbus/libsystemd.hpp>

#include <memory>

namespace tcptune::helper {

struct SlotRelease {
    void operator()(sd_bus_slot* slot) const { sd_bus_slot_unref(slot); }
};
using SlotHandle = std::unique_ptr<sd_bus_slot, SlotRelease>;

/// Refuses a call with too many arguments or bytes before it is unpacked. sdbus-c++ copies all
/// arguments before a method sees them: a message of 32 MB, which the bus lets through, would
/// become ten times as much.
[[nodiscard]] SlotHandle refuse_large_calls(sd_bus* bus);

}  // namespace tcptune::helper

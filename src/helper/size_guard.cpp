// SPDX-License-Identifier: Apache-2.0
#include "helper/size_guard.hpp"

#include <tcptune/dbus/wire.hpp>

#include <algorithm>
#include <cstring>
#include <new>

namespace tcptune::helper {
namespace {

/// What each value costs beside its text: an array of a million empty ones is large too.
constexpr std::size_t overhead = 16;

/// Adds up what follows in the container at the reading position; stops when it is too much. What
/// cannot be read is for others to refuse.
void add_up(sd_bus_message* message, std::size_t& bytes) {
    char type = 0;
    const char* contents = nullptr;
    while (bytes <= dbus::max_call_bytes &&
           sd_bus_message_peek_type(message, &type, &contents) > 0) {
        bytes += overhead;
        const char* text = nullptr;
        if (type == 's') {
            if (sd_bus_message_read_basic(message, type, &text) <= 0) return;
            bytes += std::strlen(text);
        } else if (type == 'a' || type == 'r') {
            if (sd_bus_message_enter_container(message, type, contents) <= 0) return;
            add_up(message, bytes);
            if (bytes <= dbus::max_call_bytes && sd_bus_message_exit_container(message) < 0) return;
        } else if (sd_bus_message_skip(message, nullptr) < 0) {
            return;
        }
    }
}

int look_at(sd_bus_message* message, void*, sd_bus_error*) {
    if (sd_bus_message_is_method_call(message, nullptr, nullptr) <= 0) return 0;
    std::size_t bytes = 0;
    add_up(message, bytes);
    if (bytes <= dbus::max_call_bytes) return std::min(0, sd_bus_message_rewind(message, 1));
    (void)sd_bus_reply_method_errorf(message, "org.freedesktop.DBus.Error.InvalidArgs",
                                     "the call is too large");
    return 1;
}

}  // namespace

SlotHandle refuse_large_calls(sd_bus* bus) {
    sd_bus_slot* slot = nullptr;
    if (sd_bus_add_filter(bus, &slot, look_at, nullptr) < 0) throw std::bad_alloc();
    return SlotHandle(slot);
}

}  // namespace tcptune::helper

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <tcptune/dbus/libsystemd.hpp>

#include <memory>
#include <optional>
#include <string>
#include <utility>

#include <sdbus-c++/sdbus-c++.h>

/// What differs between sdbus-c++ 1.2 and 2.x: the only place that asks which one it is.
namespace tcptune::dbus {

#if __has_include(<sdbus-c++/VTableItems.h>)
using ServiceName = sdbus::ServiceName;
using InterfaceName = sdbus::InterfaceName;
using MethodName = sdbus::MethodName;
using ErrorName = sdbus::Error::Name;
using AsyncError = std::optional<sdbus::Error>;

inline bool process_one(sdbus::IConnection& connection) {
    return connection.processPendingEvent();
}
template <typename Callback>
sdbus::Slot add_match(sdbus::IConnection& connection, const std::string& rule, Callback callback) {
    return connection.addMatch(rule, std::move(callback), sdbus::return_slot);
}
inline sdbus::Message current_message(const sdbus::IObject& object) {
    return object.getCurrentlyProcessedMessage();
}
#else
using ServiceName = std::string;
using InterfaceName = std::string;
using MethodName = std::string;
using ErrorName = std::string;
using AsyncError = const sdbus::Error*;

inline bool process_one(sdbus::IConnection& connection) {
    return connection.processPendingRequest();
}
template <typename Callback>
sdbus::Slot add_match(sdbus::IConnection& connection, const std::string& rule, Callback callback) {
    return connection.addMatch(rule, std::move(callback));
}
inline const sdbus::Message& current_message(const sdbus::IObject& object) {
    return *object.getCurrentlyProcessedMessage();
}
#endif

/// The message of libsystemd below: neither version has a call for the flag "interactive
/// authorization is allowed", nor for looking at a message before it is unpacked.
struct RawMessage : sdbus::Message {
    static sd_bus_message* of(const sdbus::Message& message) {
        return static_cast<sd_bus_message*>(message.*(&RawMessage::msg_));
    }
};

inline bool allows_interaction(const sdbus::Message& message) {
    return sd_bus_message_get_allow_interactive_authorization(RawMessage::of(message)) > 0;
}
/// The connection of libsystemd, valid as long as that of `proxy`.
inline sd_bus* raw_bus(sdbus::IProxy& proxy) {
    const sdbus::MethodCall call =
        proxy.createMethodCall(InterfaceName{"org.freedesktop.DBus.Peer"}, MethodName{"Ping"});
    return sd_bus_message_get_bus(RawMessage::of(call));
}

inline sdbus::Error make_error(const std::string& name, const std::string& text) {
    return {ErrorName{name}, text};
}

}  // namespace tcptune::dbus

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace tcptune::conf {

/// The other name of the same switch in the kernel, or "".
[[nodiscard]] std::string_view twin_of(std::string_view key);

/// The keys of network interfaces that a write reaches: "net.ipv4.conf." and "forwarding" for
/// net.ipv4.conf.all.forwarding.
struct InterfaceKeys {
    std::string_view directory;
    std::string_view name;
    bool overrides = false;  ///< those too that have a value of their own
};
/// With an empty name where it reaches none.
[[nodiscard]] InterfaceKeys reached_by(std::string_view key);

/// Whether a write to the key can change another key, or the room that another one has: of such
/// lines the order counts, and an earlier one cannot be taken for void.
[[nodiscard]] bool has_links(std::string_view key);

/// The directory and name of a key of one interface; an empty name for any other key.
[[nodiscard]] InterfaceKeys interface_key(std::string_view key);

}  // namespace tcptune::conf

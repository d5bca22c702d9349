// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <tcptune/base/diagnostic.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tcptune::rules {

enum class Role { outbound, server, load_balancer, nat_gateway, kubernetes_node, database_client };
[[nodiscard]] std::string_view to_string(Role role);  ///< "load-balancer"

/// What the host is expected to do towards one destination.
struct ExpectedDestination {
    std::string address;  ///< numeric, or "" for "any one destination"
    std::int64_t port = 0;
    double rate = 0;            ///< new connections per second
    double lifetime_s = 0;      ///< mean time a connection stays open
    bool client_closes = true;  ///< who closes first: this side gets TIME_WAIT
    bool binds_first = false;   ///< the program binds a port before connect
    std::int64_t source_addresses = 1;
};

/// What a host is for, so that advice follows from need and not from habit.
struct Profile {
    std::string file;
    std::string name = "general";
    std::string summary;
    std::vector<Role> roles;
    std::vector<ExpectedDestination> destinations;
    /// First and last NodePort of a kubernetes-node (30000-32767 unless told otherwise).
    std::optional<std::pair<std::int64_t, std::int64_t>> node_ports;

    [[nodiscard]] bool has_role(Role role) const;
};

[[nodiscard]] std::optional<Profile> read_profile(const std::string& file, std::string_view text,
                                                  Diagnostics& diagnostics);

}  // namespace tcptune::rules

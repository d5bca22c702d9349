// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <tcptune/probe/inet_diag.hpp>

#include <bitset>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace tcptune::probe {

/// A set of ports.
using Ports = std::bitset<65536>;
[[nodiscard]] std::vector<std::uint16_t> sorted_ports(const Ports& ports);

/// Which local ports are held, for every local address by itself: bind(address, 0) needs a port
/// that nobody on that address holds towards any destination, connect() only one that is free
/// towards its own.
class PortPool {
public:
    void add(const Address& local, std::uint16_t port);

    struct Fill {
        std::int64_t ports = 0;   ///< different ones
        std::int64_t shared = 0;  ///< uses beyond the first of a port
    };
    /// Of the address that holds most ports, with `bound` (ports that are only bound) among them;
    /// nothing when there were more addresses than are kept apart.
    [[nodiscard]] std::optional<Fill> fullest(const Ports& bound) const;

private:
    struct OfAddress {
        Address local{};
        Ports ports;
        std::int64_t uses = 0;
    };
    std::vector<OfAddress> addresses_;
    std::size_t last_ = 0;
    bool beyond_ = false;
};

}  // namespace tcptune::probe

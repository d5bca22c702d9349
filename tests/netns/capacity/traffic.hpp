// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <tcptune/base/unique_fd.hpp>
#include <tcptune/capacity/port_budget.hpp>
#include <tcptune/facts/socket_table.hpp>

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace tcptune::netns_test {

/// A listening server on `address` (numeric, IPv4 or IPv6).
class Server {
public:
    explicit Server(const std::string& address = "0.0.0.0", std::uint16_t port = 9000);
    [[nodiscard]] UniqueFd accept() const;

private:
    UniqueFd socket_;
};

/// A socket that is only bound, to a port that nobody else has.
[[nodiscard]] UniqueFd bind_only(const std::string& address, std::uint16_t port);

enum class Ports {
    by_connect,  ///< the usual way
    no_port,     ///< bind(source, 0) with IP_BIND_ADDRESS_NO_PORT
    by_bind,     ///< bind(source, 0): a bind-first client
    mapped,      ///< an IPv6 socket to ::ffff:a.b.c.d
    own_range,   ///< IP_LOCAL_PORT_RANGE of the whole range: no preferred half
};

struct Client {
    std::string destination = "127.0.0.1";
    std::uint16_t port = 9000;
    Ports ports = Ports::by_connect;
    std::string source{};
    bool closes_first = true;
    std::int64_t low = 0, high = 0;  ///< for own_range
};

/// The port of one connection that was opened and closed; nothing when none was free. Every other
/// failure is an exception.
struct Connection {
    std::optional<std::uint16_t> local_port;
    double microseconds = 0;  ///< of bind() and connect()
};
[[nodiscard]] Connection connect_once(const Client& client, const Server& server);

/// Connects until no port is free, at most `limit` times; the ports in order.
[[nodiscard]] std::vector<std::uint16_t> connect_until_full(const Client& client,
                                                            const Server& server,
                                                            std::size_t limit);

[[nodiscard]] std::int64_t even_in(const std::vector<std::uint16_t>& ports);

using Clock = std::chrono::steady_clock;
[[nodiscard]] double seconds_since(Clock::time_point start);

/// What a dump would say of a destination whose connections went through here.
class ClosedConnections {
public:
    void add(std::uint16_t local_port) { closed_.push_back({local_port, Clock::now()}); }
    [[nodiscard]] facts::Destination now(bool loopback) const;

private:
    struct Closed {
        std::uint16_t local_port;
        Clock::time_point at;
    };
    std::vector<Closed> closed_;
};

}  // namespace tcptune::netns_test

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <tcptune/base/unique_fd.hpp>

#include <cstdint>
#include <netinet/in.h>
#include <optional>
#include <string>
#include <sys/socket.h>

namespace port_load {

using tcptune::UniqueFd;

/// An IPv4 or IPv6 address with a port.
struct Endpoint {
    sockaddr_storage storage{};

    [[nodiscard]] const sockaddr* address() const;
    [[nodiscard]] socklen_t size() const;
    [[nodiscard]] bool is_v6() const { return storage.ss_family == AF_INET6; }
    void set_port(std::uint16_t port);
    [[nodiscard]] std::uint16_t port() const;
};

/// "10.0.0.2:9000", "[::1]:9000"; with `port_optional` also "10.0.0.1" and "::1".
[[nodiscard]] std::optional<Endpoint> parse_endpoint(const std::string& text, bool port_optional);
/// The address `offset` places further: 127.0.1.0 + 3 is 127.0.1.3.
[[nodiscard]] Endpoint advanced(const Endpoint& endpoint, std::uint32_t offset);
/// An IPv4 endpoint as an IPv4-mapped IPv6 one.
[[nodiscard]] Endpoint mapped(const Endpoint& endpoint);

/// How a client socket gets its local address and port.
struct LocalChoice {
    std::optional<Endpoint> from;
    bool bind_first = false;    ///< bind() chooses the port, for all destinations at once
    bool kernel_order = false;  ///< plain connect(): even ports first, dear past half of the range
    bool mapped = false;        ///< an IPv6 socket to ::ffff:a.b.c.d
    std::uint16_t low = 0;      ///< ports to choose from; 0: the namespace's own range
    std::uint16_t high = 0;
};

/// A connected socket, or none with errno set. `nonblocking` gives one that may still be
/// connecting.
[[nodiscard]] UniqueFd connect_to(const Endpoint& to, const LocalChoice& choice,
                                  bool nonblocking = false);
/// A listener with the longest backlog that the namespace allows, or none with errno set.
[[nodiscard]] UniqueFd listen_on(const Endpoint& at);
/// A listener on every address of the family, so that any destination of `--destinations` fits.
[[nodiscard]] UniqueFd listen_everywhere(const Endpoint& like);

[[nodiscard]] double now_seconds();
void sleep_seconds(double seconds);
/// Soft limit of descriptors up to the hard one.
void raise_descriptor_limit();

}  // namespace port_load

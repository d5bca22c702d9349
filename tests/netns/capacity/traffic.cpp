// SPDX-License-Identifier: Apache-2.0
#include "traffic.hpp"

#include <algorithm>
#include <arpa/inet.h>
#include <cerrno>
#include <cstring>
#include <netinet/in.h>
#include <stdexcept>
#include <sys/socket.h>
#include <sys/time.h>
#include <system_error>

namespace tcptune::netns_test {

namespace {

// Older headers of the C library have neither name.
constexpr int bind_address_no_port = 24;
constexpr int local_port_range = 51;

[[noreturn]] void fail(const std::string& what) {
    throw std::system_error(errno, std::generic_category(), what);
}

struct Address {
    sockaddr_storage storage{};
    socklen_t size = 0;
    [[nodiscard]] const sockaddr* get() const {
        return reinterpret_cast<const sockaddr*>(&storage);
    }
    [[nodiscard]] int family() const { return storage.ss_family; }
};

Address to_address(const std::string& text, std::uint16_t port) {
    Address result;
    sockaddr_in v4{};
    sockaddr_in6 v6{};
    if (::inet_pton(AF_INET, text.c_str(), &v4.sin_addr) == 1) {
        v4.sin_family = AF_INET;
        v4.sin_port = htons(port);
        std::memcpy(&result.storage, &v4, sizeof v4);
        result.size = sizeof v4;
    } else if (::inet_pton(AF_INET6, text.c_str(), &v6.sin6_addr) == 1) {
        v6.sin6_family = AF_INET6;
        v6.sin6_port = htons(port);
        std::memcpy(&result.storage, &v6, sizeof v6);
        result.size = sizeof v6;
    } else {
        throw std::runtime_error("not an address: " + text);
    }
    return result;
}

UniqueFd stream_socket(int family) {
    UniqueFd socket(::socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0));
    if (!socket) fail("socket");
    // No single call may hang the test.
    const timeval limit{.tv_sec = 5, .tv_usec = 0};
    ::setsockopt(socket.get(), SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    ::setsockopt(socket.get(), SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
    return socket;
}

template <typename Value>
void set_option(const UniqueFd& socket, int level, int name, Value value) {
    if (::setsockopt(socket.get(), level, name, &value, sizeof value) != 0) fail("setsockopt");
}

UniqueFd bound_socket(const std::string& text, std::uint16_t port, bool listens) {
    const Address address = to_address(text, port);
    UniqueFd socket = stream_socket(address.family());
    if (address.family() == AF_INET6) set_option(socket, IPPROTO_IPV6, IPV6_V6ONLY, 1);
    if (listens) set_option(socket, SOL_SOCKET, SO_REUSEADDR, 1);
    if (::bind(socket.get(), address.get(), address.size) != 0) fail("bind to " + text);
    if (listens && ::listen(socket.get(), 4096) != 0) fail("listen on " + text);
    return socket;
}

void prepare(const Client& client, const UniqueFd& socket) {
    if (client.ports == Ports::own_range)
        set_option(socket, IPPROTO_IP, local_port_range,
                   static_cast<std::uint32_t>(client.high << 16 | client.low));
    if (client.ports == Ports::no_port) set_option(socket, IPPROTO_IP, bind_address_no_port, 1);
}

/// False when no port was free.
bool open_connection(const Client& client, const UniqueFd& socket, const Address& destination) {
    if (client.ports == Ports::no_port || client.ports == Ports::by_bind) {
        const Address source = to_address(client.source, 0);
        if (::bind(socket.get(), source.get(), source.size) != 0) {
            if (errno == EADDRINUSE) return false;
            fail("bind to " + client.source);
        }
    }
    if (::connect(socket.get(), destination.get(), destination.size) == 0) return true;
    if (errno == EADDRNOTAVAIL) return false;
    fail("connect to " + client.destination);
}

std::uint16_t local_port_of(const UniqueFd& socket) {
    sockaddr_storage storage{};
    socklen_t size = sizeof storage;
    if (::getsockname(socket.get(), reinterpret_cast<sockaddr*>(&storage), &size) != 0)
        fail("getsockname");
    // Both families have the port in the same place.
    sockaddr_in address{};
    std::memcpy(&address, &storage, sizeof address);
    return ntohs(address.sin_port);
}

void wait_for_end(const UniqueFd& socket) {
    char byte = 0;
    if (::recv(socket.get(), &byte, 1, 0) != 0) fail("the other side did not close");
}

}  // namespace

Server::Server(const std::string& address, std::uint16_t port)
    : socket_(bound_socket(address, port, true)) {}

UniqueFd Server::accept() const {
    UniqueFd result(::accept4(socket_.get(), nullptr, nullptr, SOCK_CLOEXEC));
    if (!result) fail("accept");
    return result;
}

UniqueFd bind_only(const std::string& address, std::uint16_t port) {
    return bound_socket(address, port, false);
}

Connection connect_once(const Client& client, const Server& server) {
    const std::string prefix = client.ports == Ports::mapped ? "::ffff:" : "";
    const Address destination = to_address(prefix + client.destination, client.port);
    UniqueFd near = stream_socket(destination.family());
    prepare(client, near);
    const Clock::time_point start = Clock::now();
    const bool open = open_connection(client, near, destination);
    Connection result;
    result.microseconds = seconds_since(start) * 1e6;
    if (!open) return result;
    result.local_port = local_port_of(near);
    UniqueFd far = server.accept();
    UniqueFd& first = client.closes_first ? near : far;
    UniqueFd& second = client.closes_first ? far : near;
    first.reset();
    wait_for_end(second);
    second.reset();
    return result;
}

std::vector<std::uint16_t> connect_until_full(const Client& client, const Server& server,
                                              std::size_t limit) {
    std::vector<std::uint16_t> ports;
    while (ports.size() < limit) {
        const Connection connection = connect_once(client, server);
        if (!connection.local_port) break;
        ports.push_back(*connection.local_port);
    }
    return ports;
}

std::int64_t even_in(const std::vector<std::uint16_t>& ports) {
    return std::ranges::count_if(ports, [](std::uint16_t port) { return port % 2 == 0; });
}

double seconds_since(Clock::time_point start) {
    return std::chrono::duration<double>(Clock::now() - start).count();
}

facts::Destination ClosedConnections::now(bool loopback) const {
    facts::Destination result;
    result.loopback = loopback;
    auto& time_wait = result.states[static_cast<std::size_t>(facts::TcpState::time_wait)];
    for (const Closed& closed : closed_) {
        const double age = seconds_since(closed.at);
        if (age >= 60) continue;
        ++time_wait;
        if (closed.local_port % 2 == 0) ++result.even_ports;
        if (age <= 1) ++result.closed_last_1s;
        if (age <= 10) ++result.closed_last_10s;
    }
    return result;
}

}  // namespace tcptune::netns_test

// SPDX-License-Identifier: Apache-2.0
#include "load_sockets.hpp"

#include <arpa/inet.h>
#include <array>
#include <cerrno>
#include <charconv>
#include <cstdio>
#include <cstring>
#include <ctime>
#include <netinet/tcp.h>
#include <sys/resource.h>

namespace port_load {
namespace {

// Linux 6.3; older C library headers do not name it.
constexpr int ip_local_port_range_option = 51;

void set_flag(int fd, int level, int option, int value) {
    (void)::setsockopt(fd, level, option, &value, sizeof value);
}

const sockaddr_in& v4(const sockaddr_storage& storage) {
    return *static_cast<const sockaddr_in*>(static_cast<const void*>(&storage));
}
sockaddr_in& v4(sockaddr_storage& storage) {
    return *static_cast<sockaddr_in*>(static_cast<void*>(&storage));
}
const sockaddr_in6& v6(const sockaddr_storage& storage) {
    return *static_cast<const sockaddr_in6*>(static_cast<const void*>(&storage));
}
sockaddr_in6& v6(sockaddr_storage& storage) {
    return *static_cast<sockaddr_in6*>(static_cast<void*>(&storage));
}

struct PortRange {
    std::uint16_t low = 32768;
    std::uint16_t high = 60999;
};

PortRange namespace_range() {
    PortRange range;
    unsigned low = 0;
    unsigned high = 0;
    if (std::FILE* file = std::fopen("/proc/sys/net/ipv4/ip_local_port_range", "re")) {
        if (std::fscanf(file, "%u %u", &low, &high) == 2 && low <= high && high <= 65535)
            range = {static_cast<std::uint16_t>(low), static_cast<std::uint16_t>(high)};
        (void)std::fclose(file);
    }
    return range;
}

bool bind_local(int fd, const Endpoint& to, const LocalChoice& choice) {
    if (!choice.from && !choice.bind_first) return true;
    Endpoint local;
    if (choice.from) {
        local = choice.mapped ? mapped(*choice.from) : *choice.from;
    } else {
        local.storage.ss_family = to.storage.ss_family;
    }
    if (!choice.bind_first) set_flag(fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, 1);
    return ::bind(fd, local.address(), local.size()) == 0;
}

}  // namespace

const sockaddr* Endpoint::address() const {
    return static_cast<const sockaddr*>(static_cast<const void*>(&storage));
}

socklen_t Endpoint::size() const {
    return is_v6() ? sizeof(sockaddr_in6) : sizeof(sockaddr_in);
}

void Endpoint::set_port(std::uint16_t port) {
    if (is_v6())
        v6(storage).sin6_port = htons(port);
    else
        v4(storage).sin_port = htons(port);
}

std::uint16_t Endpoint::port() const {
    return ntohs(is_v6() ? v6(storage).sin6_port : v4(storage).sin_port);
}

std::optional<Endpoint> parse_endpoint(const std::string& text, bool port_optional) {
    std::string host = text;
    std::string port_text;
    const bool bracket = !text.empty() && text.front() == '[';
    const std::size_t colon = text.rfind(':');
    if (bracket) {
        const std::size_t end = text.find(']');
        if (end == std::string::npos) return std::nullopt;
        host = text.substr(1, end - 1);
        if (end + 1 < text.size() && text[end + 1] == ':') port_text = text.substr(end + 2);
    } else if (colon != std::string::npos && text.find(':') == colon) {
        host = text.substr(0, colon);
        port_text = text.substr(colon + 1);
    }
    std::uint16_t port = 0;
    if (!port_text.empty()) {
        const char* const end = port_text.data() + port_text.size();
        const auto result = std::from_chars(port_text.data(), end, port);
        if (result.ec != std::errc() || result.ptr != end) return std::nullopt;
    } else if (!port_optional) {
        return std::nullopt;
    }
    Endpoint endpoint;
    if (::inet_pton(AF_INET, host.c_str(), &v4(endpoint.storage).sin_addr) == 1) {
        endpoint.storage.ss_family = AF_INET;
    } else if (::inet_pton(AF_INET6, host.c_str(), &v6(endpoint.storage).sin6_addr) == 1) {
        endpoint.storage.ss_family = AF_INET6;
    } else {
        return std::nullopt;
    }
    endpoint.set_port(port);
    return endpoint;
}

Endpoint advanced(const Endpoint& endpoint, std::uint32_t offset) {
    Endpoint result = endpoint;
    std::uint32_t word = 0;
    // The last four bytes of either family's address are one number in network order.
    auto* const at = endpoint.is_v6()
                         ? static_cast<void*>(&v6(result.storage).sin6_addr.s6_addr[12])
                         : static_cast<void*>(&v4(result.storage).sin_addr);
    std::memcpy(&word, at, sizeof word);
    word = htonl(ntohl(word) + offset);
    std::memcpy(at, &word, sizeof word);
    return result;
}

Endpoint mapped(const Endpoint& endpoint) {
    if (endpoint.is_v6()) return endpoint;
    Endpoint result;
    result.storage.ss_family = AF_INET6;
    auto& bytes = v6(result.storage).sin6_addr.s6_addr;
    bytes[10] = 0xff;
    bytes[11] = 0xff;
    std::memcpy(&bytes[12], &v4(endpoint.storage).sin_addr, 4);
    result.set_port(endpoint.port());
    return result;
}

UniqueFd connect_to(const Endpoint& to, const LocalChoice& choice, bool nonblocking) {
    const Endpoint target = choice.mapped ? mapped(to) : to;
    const int flags = SOCK_STREAM | SOCK_CLOEXEC | (nonblocking ? SOCK_NONBLOCK : 0);
    UniqueFd fd(::socket(target.storage.ss_family, flags, 0));
    if (!fd) return {};
    if (choice.mapped) set_flag(fd.get(), IPPROTO_IPV6, IPV6_V6ONLY, 0);
    if (!choice.kernel_order && !choice.bind_first) {
        static const PortRange own = namespace_range();
        const std::uint32_t low = choice.low != 0 ? choice.low : own.low;
        const std::uint32_t high = choice.high != 0 ? choice.high : own.high;
        // With a range of its own the socket takes ports of either parity: no dear second half.
        set_flag(fd.get(), IPPROTO_IP, ip_local_port_range_option,
                 static_cast<int>((high << 16U) | low));
    }
    if (!bind_local(fd.get(), target, choice)) return {};
    if (::connect(fd.get(), target.address(), target.size()) != 0) {
        if (!(nonblocking && errno == EINPROGRESS)) {
            const int error = errno;
            fd.reset();
            errno = error;
        }
    }
    return fd;
}

UniqueFd listen_on(const Endpoint& at) {
    UniqueFd fd(::socket(at.storage.ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0));
    if (!fd) return {};
    set_flag(fd.get(), SOL_SOCKET, SO_REUSEADDR, 1);
    if (::bind(fd.get(), at.address(), at.size()) != 0 || ::listen(fd.get(), 1000000) != 0)
        return {};
    return fd;
}

UniqueFd listen_everywhere(const Endpoint& like) {
    Endpoint any;
    any.storage.ss_family = like.storage.ss_family;
    any.set_port(like.port());
    return listen_on(any);
}

double now_seconds() {
    timespec now{};
    (void)::clock_gettime(CLOCK_MONOTONIC, &now);
    return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) / 1e9;
}

void sleep_seconds(double seconds) {
    if (seconds <= 0) return;
    timespec left{};
    left.tv_sec = static_cast<time_t>(seconds);
    left.tv_nsec = static_cast<long>((seconds - static_cast<double>(left.tv_sec)) * 1e9);
    while (::nanosleep(&left, &left) != 0 && errno == EINTR) {
    }
}

void raise_descriptor_limit() {
    rlimit limit{};
    if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
    limit.rlim_cur = limit.rlim_max;
    (void)::setrlimit(RLIMIT_NOFILE, &limit);
}

}  // namespace port_load

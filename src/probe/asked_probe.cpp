// SPDX-License-Identifier: Apache-2.0
#include "probe/owner_search.hpp"
#include "probe/socket_dump.hpp"

#include <tcptune/facts/ip_address.hpp>
#include <tcptune/probe/asked_probe.hpp>

#include <algorithm>
#include <cstring>
#include <memory>
#include <netinet/in.h>
#include <optional>
#include <sys/socket.h>

#include <ifaddrs.h>

namespace tcptune::probe {
namespace {

using facts::FactValue;
using facts::IpAddress;
using facts::IpFamily;
using facts::Unknown;

// A prefork server has hundreds of processes on one port.
constexpr std::size_t most_holders = 8;
constexpr std::size_t most_descriptors = 1024;

struct FreeAddresses {
    void operator()(ifaddrs* list) const { ::freeifaddrs(list); }
};

std::optional<IpAddress> to_address(const sockaddr* address) {
    if (address == nullptr) return std::nullopt;
    IpAddress result;
    if (address->sa_family == AF_INET) {
        sockaddr_in v4{};
        std::memcpy(&v4, address, sizeof v4);
        std::memcpy(result.bytes.data(), &v4.sin_addr, sizeof v4.sin_addr);
        return result;
    }
    if (address->sa_family != AF_INET6) return std::nullopt;
    sockaddr_in6 v6{};
    std::memcpy(&v6, address, sizeof v6);
    result.family = IpFamily::v6;
    std::memcpy(result.bytes.data(), &v6.sin6_addr, sizeof v6.sin6_addr);
    return result;
}

/// "Any" and IPv4 loopback are here without being an interface's address.
bool always_here(const IpAddress& address) {
    const bool any = std::all_of(address.bytes.begin(), address.bytes.end(),
                                 [](std::uint8_t byte) { return byte == 0; });
    return any || (address.family == IpFamily::v4 && address.bytes[0] == 127);
}

FactValue is_local(const std::string& text) {
    const auto wanted = facts::parse_address(text);
    if (!wanted) return Unknown{"the message names no address"};
    if (always_here(*wanted)) return true;
    ifaddrs* list = nullptr;
    if (::getifaddrs(&list) != 0) return Unknown{"the addresses of this host cannot be read"};
    const std::unique_ptr<ifaddrs, FreeAddresses> owner(list);
    for (const ifaddrs* entry = list; entry != nullptr; entry = entry->ifa_next)
        if (to_address(entry->ifa_addr) == wanted) return true;
    return false;
}

/// The processes behind a port, described like the others.
void add_holders(const std::vector<std::uint32_t>& inodes, facts::FactSet& facts) {
    facts::List pids;
    for (const std::int64_t pid : holders_of(inodes, most_holders)) {
        pids.push_back(pid);
        std::vector<facts::Process>& known = facts.sockets.processes;
        if (std::none_of(known.begin(), known.end(),
                         [pid](const facts::Process& process) { return process.pid == pid; }))
            known.push_back(describe_process(pid));
    }
    facts.values["asked.port_pids"] = std::move(pids);
}

void set_port(std::uint16_t port, facts::FactSet& facts) {
    std::int64_t time_wait = 0, connections = 0;
    bool bound = false;
    std::vector<std::uint32_t> inodes;
    const DumpEnd end =
        dump_rows(tcp_state::port_holders | tcp_state::bit(tcp_state::listen),
                  PortRange{port, port}, DumpLimits{}, [&](const SocketRecord& record) {
                      if (inodes.size() < most_descriptors) inodes.push_back(record.inode);
                      if (record.state == tcp_state::listen) return;
                      if (record.state == tcp_state::time_wait)
                          ++time_wait;
                      else if (record.state == tcp_state::closed)
                          bound = true;
                      else
                          ++connections;
                  });
    const Unknown unknown{end.detail + ": sock_diag"};
    const auto known = [&](FactValue value) { return end.ok() ? value : FactValue{unknown}; };
    facts.values["asked.port_time_wait"] = known(time_wait);
    facts.values["asked.port_connections"] = known(connections);
    facts.values["asked.port_bound"] = known(bound);
    const std::vector<std::uint16_t>& listening = facts.sockets.listen_ports;
    facts.values["asked.port_listener"] =
        known(std::find(listening.begin(), listening.end(), port) != listening.end());
    add_holders(inodes, facts);
}

/// Ports of servers that are gone while the kernel still remembers their connections.
FactValue left_over_ports(const facts::FactSet& facts) {
    Ports ports;
    const DumpEnd end =
        dump_rows(tcp_state::bit(tcp_state::time_wait), std::nullopt, DumpLimits{},
                  [&](const SocketRecord& record) { ports.set(record.local_port); });
    if (!end.ok()) return Unknown{end.detail + ": sock_diag"};
    for (const std::uint16_t port : facts.sockets.listen_ports)
        ports.reset(port);
    const FactValue range = facts.get("sysctl.net.ipv4.ip_local_port_range");
    const auto* const ends = std::get_if<facts::List>(&range);
    if (ends == nullptr || ends->size() != 2)
        return Unknown{"net.ipv4.ip_local_port_range is not known"};
    for (std::int64_t port = std::max<std::int64_t>(0, ends->front());
         port <= std::min<std::int64_t>(65535, ends->back()); ++port)
        ports.reset(static_cast<std::size_t>(port));
    return static_cast<std::int64_t>(ports.count());
}

}  // namespace

void probe_asked(const Asked& asked, bool live, facts::FactSet& facts) {
    facts.values["asked.errno"] = asked.message_id;
    facts.values["asked.call"] = asked.call;
    facts.values["asked.address"] = asked.address;
    const bool has_port = asked.port > 0 && asked.port <= 65535;
    facts.values["asked.port"] =
        has_port ? FactValue{asked.port} : Unknown{"the message names no port"};
    const Unknown offline{"cannot be looked up in saved facts"};
    const Unknown no_port{"the message names no port"};
    for (const char* name : {"asked.port_time_wait", "asked.port_connections", "asked.port_bound",
                             "asked.port_listener"})
        facts.values[name] = live ? no_port : offline;
    facts.values["asked.left_over_ports"] = live ? Unknown{"was not asked"} : offline;
    facts.values["asked.address_local"] = live ? is_local(asked.address) : FactValue{offline};
    if (!live) return;
    if (has_port) set_port(static_cast<std::uint16_t>(asked.port), facts);
    // A pass over the whole table: only where it can answer.
    if (asked.message_id == "EADDRINUSE" && !has_port)
        facts.values["asked.left_over_ports"] = left_over_ports(facts);
}

}  // namespace tcptune::probe

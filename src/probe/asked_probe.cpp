// SPDX-License-Identifier: Apache-2.0
#include "probe/address_text.hpp"
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
#include <utility>

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

/// Half of a limit is far; from here on the next burst may reach it.
constexpr double near_limit = 0.75;

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

bool is_any(const IpAddress& address) {
    return std::all_of(address.bytes.begin(), address.bytes.end(),
                       [](std::uint8_t byte) { return byte == 0; });
}

/// "Any" and IPv4 loopback are here without being an interface's address.
bool always_here(const IpAddress& address) {
    return is_any(address) || (address.family == IpFamily::v4 && address.bytes[0] == 127);
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

void add_process(facts::Process process, facts::FactSet& facts) {
    std::vector<facts::Process>& known = facts.sockets.processes;
    if (std::none_of(known.begin(), known.end(),
                     [&](const facts::Process& other) { return other.pid == process.pid; }))
        known.push_back(std::move(process));
}

/// Describes the processes that hold any of these, and says when some could not be looked into.
void add_holders(const std::vector<std::uint32_t>& inodes, facts::FactSet& facts) {
    Holdings wanted;
    for (const std::uint32_t inode : inodes)
        wanted.try_emplace(inode);
    facts::List pids;
    if (!wanted.empty()) {
        const OwnerSearch search = search_owners(wanted, search_time);
        if (facts.sockets.owners_unknown.empty())
            facts.sockets.owners_unknown = why_missing(search, wanted.size());
        for (const HoldingProcess& process : search.processes)
            if (pids.size() < most_holders) pids.push_back(process.pid);
    }
    for (const std::int64_t pid : pids)
        add_process(describe_process(pid), facts);
    facts.values["asked.port_pids"] = std::move(pids);
}

/// Two sockets on one port are in each other's way when their addresses are the same or one of them
/// is any address.
bool in_the_way(const Address& local, const std::string& asked) {
    const auto wanted = facts::parse_address(asked);
    const auto held = facts::parse_address(address_text(local));
    if (!wanted || !held) return true;
    return is_any(*wanted) || is_any(*held) || *wanted == *held;
}

void set_port(const Asked& asked, facts::FactSet& facts) {
    const auto port = static_cast<std::uint16_t>(asked.port);
    std::int64_t time_wait = 0, connections = 0;
    bool bound = false, listener = false;
    std::vector<std::uint32_t> inodes;
    const auto count = [&](const SocketRecord& record) {
        if (!in_the_way(record.local, asked.address)) return;
        if (record.inode != 0 && inodes.size() < most_descriptors) inodes.push_back(record.inode);
        if (record.state == tcp_state::time_wait)
            ++time_wait;
        else if (record.state == tcp_state::listen)
            listener = true;
        else if (record.state == tcp_state::closed)
            bound = true;
        else
            ++connections;
    };
    // Two requests: the kernel does not mix listeners with the other states and a port filter.
    const PortRange only{port, port, false};
    DumpEnd end = dump_rows(tcp_state::port_holders, only, DumpLimits{}, count);
    if (end.ok()) end = dump_rows(tcp_state::bit(tcp_state::listen), only, DumpLimits{}, count);
    const Unknown unknown{end.detail + ": sock_diag"};
    const auto known = [&](FactValue value) { return end.ok() ? value : FactValue{unknown}; };
    facts.values["asked.port_time_wait"] = known(time_wait);
    facts.values["asked.port_connections"] = known(connections);
    facts.values["asked.port_bound"] = known(bound);
    facts.values["asked.port_listener"] = known(listener);
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
    if (has_port) set_port(asked, facts);
    if (asked.message_id == "EMFILE")
        for (facts::Process& process : processes_near_limit(near_limit, most_holders))
            add_process(std::move(process), facts);
    // A pass over the whole table: only where it can answer.
    if (asked.message_id == "EADDRINUSE" && !has_port)
        facts.values["asked.left_over_ports"] = left_over_ports(facts);
}

}  // namespace tcptune::probe

// SPDX-License-Identifier: Apache-2.0
#include "probe/socket_probe.hpp"

#include "probe/proc_text.hpp"
#include "probe/socket_dump.hpp"
#include "probe/socket_facts.hpp"
#include "probe/source_log.hpp"

#include <tcptune/sysctl/value.hpp>

#include <algorithm>
#include <string>
#include <sys/random.h>
#include <utility>
#include <variant>

namespace tcptune::probe {
namespace {

constexpr std::string_view source_name = "sock_diag";
// The first mainline kernel that lists sockets that are only bound.
constexpr KernelVersion bound_rows_since{6, 8, 0};

/// All that is known while the probe runs.
struct State {
    facts::FactSet& facts;
    const SocketOptions& options;
    SocketLook look;

    void set(const char* name, facts::FactValue value) const {
        facts.values[std::string("socket.") + name] = std::move(value);
    }
};

facts::SourceStatus dump_source_status(DumpStatus status) {
    switch (status) {
        case DumpStatus::ok:
            return facts::SourceStatus::ok;
        case DumpStatus::denied:
            return facts::SourceStatus::denied;
        case DumpStatus::absent:
            return facts::SourceStatus::absent;
        case DumpStatus::malformed:
        case DumpStatus::limit:
            break;
    }
    return facts::SourceStatus::malformed;
}

facts::FactValue port_list(const Ports& ports) {
    const std::vector<std::uint16_t> sorted = sorted_ports(ports);
    return facts::List(sorted.begin(), sorted.end());
}

void set_method(State& state, facts::SocketMethod method) {
    state.facts.sockets.method = method;
    state.set("method", std::string(facts::to_string(method)));
}

/// Nothing of the table is known, for one reason: never zero.
void give_up(State& state, const std::string& reason) {
    set_method(state, facts::SocketMethod::none);
    for (const char* name : {"tcp.time_wait_outbound", "tcp.fin_wait2", "tcp.bound_only"})
        state.set(name, facts::Unknown{reason});
    for (const char* name : {"port.pool_in_use", "port.pool_shared"})
        state.facts.values[name] = facts::Unknown{reason};
    if (!state.look.listeners.end.ok()) state.set("tcp.listen_ports", facts::Unknown{reason});
}

std::optional<SocketCounts> read_counts(const host::FileTree& tree, facts::FactSet& facts) {
    const host::FileText file = read_source(tree, "/proc/net/sockstat", facts);
    const std::optional<SockStat> tcp = file.ok() ? parse_sockstat(file.text) : std::nullopt;
    if (file.ok() && !tcp) log_malformed(facts, "no TCP line");
    // Absent without IPv6: then there are no IPv6 sockets.
    const host::FileText file6 = read_source(tree, "/proc/net/sockstat6", facts);
    std::optional<std::int64_t> inuse6 = 0;
    if (file6.status != host::FileStatus::absent)
        inuse6 = file6.ok() ? parse_sockstat6(file6.text) : std::nullopt;
    if (file6.ok() && !inuse6) log_malformed(facts, "no TCP6 line");
    if (!tcp || !inuse6) return std::nullopt;
    return SocketCounts{*tcp, *inuse6};
}

void set_counts(const State& state) {
    if (!state.look.counts) {
        for (const char* name :
             {"tcp.time_wait_total", "tcp.inuse", "tcp.alloc", "tcp.orphans", "tcp.mem_pages"})
            state.set(name, facts::Unknown{"cannot be read: /proc/net/sockstat"});
        return;
    }
    const SockStat& tcp = state.look.counts->tcp;
    state.set("tcp.time_wait_total", tcp.time_wait);
    state.set("tcp.inuse", state.look.counts->inuse());
    state.set("tcp.alloc", tcp.alloc);
    state.set("tcp.orphans", tcp.orphans);
    state.set("tcp.mem_pages", tcp.mem_pages);
}

std::optional<sysctl::List> read_list(const host::FileTree& tree, sysctl::ValueType type,
                                      std::string_view name) {
    const host::FileText file = tree.read("/proc/sys/net/ipv4/" + std::string(name));
    if (!file.ok()) return std::nullopt;
    const std::optional<sysctl::Value> value = sysctl::parse_value(type, file.text);
    if (!value || !std::holds_alternative<sysctl::List>(*value)) return std::nullopt;
    return std::get<sysctl::List>(*value);
}

std::optional<PortRange> read_range(const host::FileTree& tree) {
    const auto list = read_list(tree, sysctl::ValueType::integer_list, "ip_local_port_range");
    if (!list || list->size() != 2) return std::nullopt;
    const std::int64_t low = list->front();
    const std::int64_t high = list->back();
    if (low < 0 || high > 65535 || low > high) return std::nullopt;
    return PortRange{static_cast<std::uint16_t>(low), static_cast<std::uint16_t>(high), false};
}

/// Nothing when the list cannot be read; how many ports are usable is then not known.
std::optional<Ports> read_reserved(const host::FileTree& tree) {
    const auto list = read_list(tree, sysctl::ValueType::port_set, "ip_local_reserved_ports");
    if (!list) return std::nullopt;
    Ports ports;
    for (const std::int64_t port : *list) {
        if (port >= 0 && port <= 65535) ports.set(static_cast<std::size_t>(port));
    }
    return ports;
}

std::uint64_t random_seed() {
    std::uint64_t seed = 0;
    // Early at boot there may be none; the table then works all the same.
    (void)!::getrandom(&seed, sizeof seed, GRND_NONBLOCK);
    return seed;
}

void look_at_udp(State& state) {
    const PortDump udp = dump_udp_ports(state.options.limits);
    if (udp.end.ok()) {
        state.facts.sockets.udp_ports = sorted_ports(udp.ports);
        state.set("udp.ports", port_list(udp.ports));
        return;
    }
    log_source(state.facts, "sock_diag (UDP)", dump_source_status(udp.end.status), udp.end.detail);
    state.set("udp.ports", facts::Unknown{udp.end.detail + ": sock_diag"});
}

void use_counters(State& state) {
    set_method(state, facts::SocketMethod::counters);
    state.set("tcp.time_wait_outbound", bound_time_wait(*state.look.counts));
    state.set("tcp.fin_wait2", bound_fin_wait2(*state.look.counts, state.look.listeners.sockets));
    state.set("tcp.bound_only", bound_bound_only(*state.look.counts));
    const std::int64_t holders = state.look.counts->tcp.alloc + state.look.counts->tcp.time_wait;
    state.facts.values["port.pool_in_use"] = at_most(holders);
    state.facts.values["port.pool_shared"] = at_most(holders);
    log_source(state.facts, std::string(source_name), facts::SourceStatus::ok,
               "listeners only: too few sockets for any destination to have half of the ports");
}

void set_pool(const State& state, const SocketSummary& summary) {
    const auto fill = summary.pool().fullest(summary.bound_only());
    const facts::Unknown unknown{"there are more local addresses than were kept apart"};
    state.facts.values["port.pool_in_use"] = fill ? facts::FactValue{fill->ports} : unknown;
    state.facts.values["port.pool_shared"] = fill ? facts::FactValue{fill->shared} : unknown;
}

facts::FactValue fin_wait2(const State& state, const SocketSummary& summary) {
    if (!state.look.counts) return facts::Unknown{"cannot be read: /proc/net/sockstat"};
    const UnseenFinWait2 unseen =
        unseen_fin_wait2(*state.look.counts, summary, state.look.listeners.sockets);
    if (!state.options.details_follow && second_pass_pays(unseen)) {
        const PortDump all = dump_fin_wait2(state.options.limits);
        if (all.end.ok()) return all.sockets;
    }
    return fin_wait2_value(summary, unseen);
}

/// `asked`: the dump was to list them.
facts::FactValue bound_only(const State& state, const Ports& ports, bool asked) {
    const std::optional<KernelVersion> kernel = state.facts.kernel();
    // A kernel that lists one lists all; vendors have taken this over into older versions.
    if (ports.any() || (asked && kernel && *kernel >= bound_rows_since))
        return static_cast<std::int64_t>(ports.count());
    if (state.look.counts) return bound_bound_only(*state.look.counts);
    return facts::Unknown{"this kernel does not list sockets that are only bound (6.8 does)"};
}

void use_dump(State& state, PortRange range, bool with_bound) {
    SocketSummary summary(state.look.listeners.ports, random_seed());
    const std::uint32_t mask = with_bound ? tcp_state::port_holders : tcp_state::connected;
    const DumpEnd end = dump_into(mask, range, state.options.limits, summary);
    std::string detail = end.detail;
    if (end.interrupted)
        detail += detail.empty() ? "the table changed meanwhile" : "; the table changed meanwhile";
    log_source(state.facts, std::string(source_name), dump_source_status(end.status), detail);
    if (!end.ok()) {
        give_up(state, detail + ": sock_diag");
        return;
    }
    set_method(state, facts::SocketMethod::dump);
    state.look.outbound_full = summary.seen_full();
    state.look.seen_stand_ins = summary.seen_stand_ins();
    state.look.bound_inodes = summary.bound_inodes();
    state.look.seen_time_wait = summary.seen_time_wait() + summary.seen_stand_ins();
    state.set("tcp.time_wait_outbound", summary.outbound_time_wait());
    set_pool(state, summary);
    state.set("tcp.fin_wait2", fin_wait2(state, summary));
    state.set("tcp.bound_only", bound_only(state, summary.bound_only(), with_bound));
    state.facts.sockets.bound_only_ports = sorted_ports(summary.bound_only());
    SocketSummary::Destinations destinations = summary.take_destinations();
    state.facts.sockets.destinations = std::move(destinations.list);
    state.facts.sockets.more_destinations = destinations.more;
}

void look_at_all(const host::FileTree& tree, State& state) {
    set_counts(state);
    if (!state.options.live) {
        const std::string reason = "the socket table is only looked at on the running system";
        state.look.listeners.end.status = DumpStatus::absent;
        give_up(state, reason);
        state.set("udp.ports", facts::Unknown{reason});
        return;
    }
    look_at_udp(state);
    state.look.listeners = dump_listeners(state.options.limits);
    if (!state.look.listeners.end.ok()) {
        const DumpEnd& end = state.look.listeners.end;
        log_source(state.facts, std::string(source_name), dump_source_status(end.status),
                   end.detail);
        give_up(state, end.detail + ": sock_diag");
        return;
    }
    state.facts.sockets.listen_ports = sorted_ports(state.look.listeners.ports);
    state.set("tcp.listen_ports", port_list(state.look.listeners.ports));
    const std::optional<PortRange> range = read_range(tree);
    state.look.range = range;
    if (!range) {
        log_source(state.facts, std::string(source_name), facts::SourceStatus::ok,
                   "listeners only");
        give_up(state, "net.ipv4.ip_local_port_range is not known");
        return;
    }
    // Without the reserved ports nothing can be proved.
    const std::optional<Ports> reserved = read_reserved(tree);
    const bool provable = state.look.counts && reserved && !state.options.force_dump;
    const std::int64_t usable =
        provable ? usable_ports(*range, *reserved, state.look.listeners.ports) : 0;
    if (provable && !dump_is_needed(*state.look.counts, usable))
        use_counters(state);
    else
        use_dump(state, *range, !provable || bound_rows_matter(*state.look.counts, usable));
}

}  // namespace

SocketLook probe_sockets(const host::FileTree& tree, const SocketOptions& options,
                         facts::FactSet& facts) {
    State state{facts, options, {}};
    state.look.counts = read_counts(tree, facts);
    look_at_all(tree, state);
    return std::move(state.look);
}

}  // namespace tcptune::probe

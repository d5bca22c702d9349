// SPDX-License-Identifier: Apache-2.0
#include <tcptune/facts/fact_schema.hpp>

#include <algorithm>
#include <string>

namespace tcptune::facts {

namespace {

// Both tables are ordered by name, in byte order.
constexpr FactInfo fixed_table[] = {
    {"conntrack.count", Type::integer, "entries", "/proc/sys/net/netfilter/nf_conntrack_count",
     "Entries in the connection tracking table of this namespace; unknown without the module."},
    {"file.limit", Type::integer, "files", "/proc/sys/fs/file-nr",
     "File handles that the whole host may have (fs.file-max)."},
    {"file.open", Type::integer, "files", "/proc/sys/fs/file-nr",
     "File handles allocated on the whole host."},
    {"host.cpus", Type::integer, "processors", "/proc/stat", "Processors that are on line."},
    {"host.memory_bytes", Type::integer, "bytes", "/proc/meminfo", "Memory of the host."},
    {"kernel.release", Type::text, "", "uname",
     "The running kernel's release, with the vendor's suffix."},
    {"kernel.version", Type::version, "", "uname", "The numbers of the running kernel's release."},
    {"netns.initial", Type::boolean, "", "/proc/self/ns/net",
     "Whether the facts are of the host's own first network namespace."},
    {"netns.others", Type::integer, "namespaces", "/proc/PID/ns/net",
     "Other network namespaces that were seen and not looked at."},
    {"port.busiest_held_share", Type::real, "", "derived",
     "Highest share of the usable ports that connect() cannot take towards one destination: those "
     "in use, without the TIME_WAITs that tcp_tw_reuse lets it use again."},
    {"port.busiest_in_use", Type::integer, "ports", "derived",
     "Local ports in use towards the fullest destination; may be an upper bound."},
    {"port.busiest_share", Type::real, "", "derived",
     "Share of the usable ports in use towards the fullest destination; may be an upper bound."},
    {"port.close_wait_share", Type::real, "", "derived",
     "Highest share of the usable ports in CLOSE_WAIT towards one destination."},
    {"port.established_share", Type::real, "", "derived",
     "Highest share of the usable ports in established connections towards one destination."},
    {"port.exhausted", Type::integer, "destinations", "derived",
     "Destinations to which no local port is left."},
    {"port.fin_wait2_share", Type::real, "", "derived",
     "Highest share of the usable ports in FIN_WAIT_2 towards one destination."},
    {"port.odd_share", Type::real, "", "derived",
     "Of the outbound sockets, the share on ports of the parity that connect() takes last."},
    {"port.pool_in_use", Type::integer, "ports", "sock_diag",
     "Different local ports of the range that outbound connections or bound-only sockets hold."},
    {"port.pool_share", Type::real, "", "derived",
     "The same as a share of the usable ports: what bind() without a port has left."},
    {"port.pool_shared", Type::integer, "ports", "derived",
     "Uses of a local port beyond its first: connect() shares ports between destinations, bind() "
     "does not."},
    {"port.rate_per_s", Type::real, "connections/s", "derived",
     "Highest rate of connections closed towards one destination, from the TIME_WAIT timers."},
    {"port.rate_share", Type::real, "", "derived",
     "Highest rate towards one destination as a share of the rate that its ports allow."},
    {"port.reusable_share", Type::real, "", "derived",
     "Highest share of the usable ports in TIME_WAIT towards one destination that tcp_tw_reuse "
     "does not act on now."},
    {"port.reuse_idle", Type::integer, "destinations", "derived",
     "Destinations where tcp_tw_reuse is set up and no port in TIME_WAIT serves again."},
    {"port.slow", Type::integer, "destinations", "derived",
     "Destinations past half of their ports, where connect() searches longer, or past all of "
     "them."},
    {"port.syn_sent_share", Type::real, "", "derived",
     "Highest share of the usable ports in SYN_SENT towards one destination."},
    {"port.time_wait_share", Type::real, "", "derived",
     "Highest share of the usable ports in TIME_WAIT towards one destination."},
    {"port.usable", Type::integer, "ports", "derived",
     "Local ports for one fresh destination: the range without reserved and bound ports."},
    {"socket.listeners_full", Type::integer, "listeners", "sock_diag",
     "TCP listeners whose accept queue is full at this moment."},
    {"socket.method", Type::text, "", "derived",
     "How sockets were looked at: \"dump\", \"counters\" or \"none\"."},
    {"socket.tcp.alloc", Type::integer, "sockets", "/proc/net/sockstat",
     "TCP sockets allocated on the whole host, without TIME_WAIT."},
    {"socket.tcp.bound_only", Type::integer, "ports", "sock_diag",
     "Ports that are bound and neither listening nor connected."},
    {"socket.tcp.close_wait", Type::integer, "sockets", "sock_diag",
     "Sockets in CLOSE_WAIT that a process holds, of both sides; may be an upper bound."},
    {"socket.tcp.established", Type::integer, "sockets", "/proc/net/snmp",
     "Sockets in ESTABLISHED, of both sides; may be an upper bound."},
    {"socket.tcp.fin_wait2", Type::integer, "sockets", "sock_diag",
     "Sockets in FIN_WAIT_2, of both sides; may be an upper bound."},
    {"socket.tcp.inuse", Type::integer, "sockets", "/proc/net/sockstat",
     "TCP sockets of this namespace, without TIME_WAIT."},
    {"socket.tcp.listen_ports", Type::list, "", "sock_diag",
     "Ports with a TCP listener in this namespace."},
    {"socket.tcp.mem_pages", Type::integer, "pages", "/proc/net/sockstat",
     "Memory of TCP buffers on the whole host."},
    {"socket.tcp.orphans", Type::integer, "sockets", "/proc/net/sockstat",
     "Sockets on the whole host that no process holds any more."},
    {"socket.tcp.syn_received", Type::integer, "sockets", "sock_diag",
     "Handshakes that clients have begun and not finished."},
    {"socket.tcp.time_wait", Type::integer, "sockets", "/proc/net/sockstat",
     "Sockets in TIME_WAIT, of both sides, without stand-ins of FIN_WAIT_2; may be an upper "
     "bound."},
    {"socket.tcp.time_wait_inbound", Type::integer, "sockets", "sock_diag",
     "Sockets in TIME_WAIT that are not outbound: connections that were accepted here; may be an "
     "upper bound."},
    {"socket.tcp.time_wait_outbound", Type::integer, "sockets", "sock_diag",
     "Sockets in TIME_WAIT on a local port of the range without a listener: this side connected "
     "and closed first."},
    {"socket.tcp.time_wait_total", Type::integer, "sockets", "/proc/net/sockstat",
     "Sockets in TIME_WAIT and stand-ins of FIN_WAIT_2 in this namespace, of both sides."},
    {"socket.udp.ports", Type::list, "", "sock_diag",
     "Local ports of UDP sockets in this namespace."},
    {"workload.database_client", Type::boolean, "", "profile",
     "The profile says that the host opens connections to databases."},
    {"workload.kubernetes_node", Type::boolean, "", "profile",
     "The profile says that the host is a node of Kubernetes."},
    {"workload.load_balancer", Type::boolean, "", "profile",
     "The profile says that the host balances connections of others."},
    {"workload.nat_gateway", Type::boolean, "", "profile",
     "The profile says that the host translates addresses for others."},
    {"workload.node_ports", Type::list, "", "profile",
     "The NodePort range of a node of Kubernetes, port by port; empty for other hosts."},
    {"workload.outbound", Type::boolean, "", "profile",
     "The profile says that the host opens many connections itself."},
    {"workload.server", Type::boolean, "", "profile",
     "The profile says that the host serves connections of others."},
};

constexpr std::string_view counter_table[] = {
    "Tcp.ActiveOpens",
    "Tcp.AttemptFails",
    "Tcp.EstabResets",
    "Tcp.InErrs",
    "Tcp.OutRsts",
    "Tcp.OutSegs",
    "Tcp.PassiveOpens",
    "Tcp.RetransSegs",
    "TcpExt.EmbryonicRsts",
    "TcpExt.ListenDrops",
    "TcpExt.ListenOverflows",
    "TcpExt.PAWSActive",
    "TcpExt.PAWSEstab",
    "TcpExt.PAWSOldAck",
    "TcpExt.PAWSPassive",
    "TcpExt.PAWSTimewait",
    "TcpExt.SyncookiesFailed",
    "TcpExt.SyncookiesRecv",
    "TcpExt.SyncookiesSent",
    "TcpExt.TCPAbortOnClose",
    "TcpExt.TCPAbortOnLinger",
    "TcpExt.TCPAbortOnMemory",
    "TcpExt.TCPBacklogDrop",
    "TcpExt.TCPReqQFullDoCookies",
    "TcpExt.TCPReqQFullDrop",
    "TcpExt.TCPRetransFail",
    "TcpExt.TCPSynRetrans",
    "TcpExt.TCPTimeWaitOverflow",
    "TcpExt.TCPTimeouts",
    "TcpExt.TW",
    "TcpExt.TWKilled",
    "TcpExt.TWRecycled",
    "conntrack.drop",
    "conntrack.early_drop",
    "conntrack.insert_failed",
    "softnet.dropped",
    "softnet.time_squeeze",
};

static_assert(std::ranges::is_sorted(fixed_table, {}, &FactInfo::name));
static_assert(std::ranges::is_sorted(counter_table));

}  // namespace

std::span<const FactInfo> fixed_facts() {
    return fixed_table;
}

std::span<const std::string_view> known_counters() {
    return counter_table;
}

FactSchema::FactSchema(const std::map<std::string, Type, std::less<>>& parameters) {
    for (const FactInfo& info : fixed_table)
        types_.emplace(info.name, info.type);
    for (const std::string_view counter : counter_table)
        types_.emplace("counter." + std::string(counter), Type::integer);
    for (const auto& [key, type] : parameters) {
        types_.emplace("sysctl." + key, type);
        types_.emplace("config." + key, type);
    }
    names_.reserve(types_.size());
    for (const auto& [name, type] : types_)
        names_.push_back(name);
}

std::optional<Type> FactSchema::type_of(std::string_view name) const {
    const auto found = types_.find(name);
    return found == types_.end() ? std::nullopt : std::optional(found->second);
}

bool FactSchema::is_counter(std::string_view name) const {
    constexpr std::string_view prefix = "counter.";
    return name.substr(0, prefix.size()) == prefix &&
           std::ranges::binary_search(counter_table, name.substr(prefix.size()));
}

}  // namespace tcptune::facts

// SPDX-License-Identifier: Apache-2.0
#include <tcptune/rules/symptom.hpp>

#include <algorithm>

namespace tcptune::rules {

namespace {

using facts::FactInfo;
using facts::Type;

// Ordered by name, in byte order.
constexpr FactInfo scope_table[] = {
    {"asked.address", Type::text, "", "the question",
     "The numeric address that the message names."},
    {"asked.address_local", Type::boolean, "", "the question",
     "Whether that address is one of this host's."},
    {"asked.call", Type::text, "", "the question",
     "The call that failed: \"bind\", \"connect\", or \"\" when the message does not tell."},
    {"asked.errno", Type::text, "", "the question", "The id of the message."},
    {"asked.left_over_ports", Type::integer, "ports", "sock_diag",
     "Local ports with TIME_WAITs of accepted connections and no listener any more."},
    {"asked.port", Type::integer, "", "the question", "The port that the message names."},
    {"asked.port_bound", Type::boolean, "", "sock_diag",
     "Whether a socket is bound to that port and neither listens nor is connected."},
    {"asked.port_connections", Type::integer, "sockets", "sock_diag",
     "Live connections from that local port that this host opened."},
    {"asked.port_listener", Type::boolean, "", "sock_diag", "Whether that port has a listener."},
    {"asked.port_time_wait", Type::integer, "sockets", "sock_diag",
     "Sockets in TIME_WAIT on that local port."},
    {"destination.close_wait", Type::integer, "sockets", "sock_diag",
     "Its sockets in CLOSE_WAIT: the peer has closed, the program has not."},
    {"destination.closing", Type::integer, "sockets", "sock_diag", "Its sockets in CLOSING."},
    {"destination.established", Type::integer, "sockets", "sock_diag",
     "Its established connections."},
    {"destination.fin_wait1", Type::integer, "sockets", "sock_diag", "Its sockets in FIN_WAIT_1."},
    {"destination.fin_wait2", Type::integer, "sockets", "sock_diag", "Its sockets in FIN_WAIT_2."},
    {"destination.held", Type::integer, "ports", "derived",
     "Its ports that connect() cannot take now."},
    {"destination.in_use", Type::integer, "ports", "sock_diag",
     "Local ports in use towards it, in all states."},
    {"destination.last_ack", Type::integer, "sockets", "sock_diag", "Its sockets in LAST_ACK."},
    {"destination.local_address", Type::text, "", "sock_diag", "This side's address."},
    {"destination.loopback", Type::boolean, "", "sock_diag", "Whether an end is in 127/8 or ::1."},
    {"destination.odd_ports", Type::integer, "ports", "sock_diag",
     "Its local ports with an odd number."},
    {"destination.rate_per_s", Type::real, "connections/s", "derived",
     "Connections closed towards it per second, from the TIME_WAIT timers."},
    {"destination.remote_address", Type::text, "", "sock_diag", "The other side's address."},
    {"destination.remote_port", Type::integer, "", "sock_diag", "The other side's port."},
    {"destination.share", Type::real, "", "derived", "in_use as a share of usable."},
    {"destination.stage", Type::text, "", "derived",
     "\"free\", \"slow\" (connect() has to search) or \"exhausted\"."},
    {"destination.syn_recv", Type::integer, "sockets", "sock_diag", "Its sockets in SYN_RECV."},
    {"destination.syn_sent", Type::integer, "sockets", "sock_diag",
     "Its sockets in SYN_SENT: the peer has not answered."},
    {"destination.time_wait", Type::integer, "sockets", "sock_diag", "Its sockets in TIME_WAIT."},
    {"destination.usable", Type::integer, "ports", "derived",
     "Local ports that there are for it altogether."},
    {"listener.address", Type::text, "", "sock_diag", "The address that it listens on."},
    {"listener.backlog", Type::integer, "connections", "sock_diag",
     "Connections that may wait for accept(); one more than these still gets in."},
    {"listener.port", Type::integer, "", "sock_diag", "The port that it listens on."},
    {"listener.queue", Type::integer, "connections", "sock_diag",
     "Connections that wait for accept()."},
    {"listener.syn_received", Type::integer, "handshakes", "sock_diag",
     "Handshakes that are not finished."},
    {"process.bound_only", Type::integer, "sockets", "sock_diag",
     "Its sockets that are bound and neither listen nor are connected."},
    {"process.close_wait", Type::integer, "sockets", "sock_diag",
     "Its sockets in CLOSE_WAIT, of both directions."},
    {"process.command", Type::text, "", "/proc/PID/comm", "What the process calls itself."},
    {"process.open_files", Type::integer, "files", "/proc/PID/fd", "Descriptors that it has open."},
    {"process.open_files_limit", Type::integer, "files", "/proc/PID/limits",
     "Descriptors that it may have open: the soft limit."},
};
static_assert(std::ranges::is_sorted(scope_table, {}, &FactInfo::name));

}  // namespace

std::string_view to_string(Scope scope) {
    switch (scope) {
        case Scope::host:
            return "host";
        case Scope::destination:
            return "destination";
        case Scope::listener:
            return "listener";
        case Scope::process:
            return "process";
    }
    return "";
}

std::span<const facts::FactInfo> scope_facts() {
    return scope_table;
}

}  // namespace tcptune::rules

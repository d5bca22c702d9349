// SPDX-License-Identifier: Apache-2.0
#include "facts/json_sockets.hpp"

#include <limits>
#include <string>

namespace tcptune::facts {

namespace {

using nlohmann::json;

void read_owner(JsonMembers& members, const json& node, const JsonPath& path, Owner& owner) {
    members.integer(node, path, "pid", 0, highest_number, owner.pid);
    members.number(node, path, "sockets", owner.sockets);
    members.boolean(node, path, "inferred", owner.inferred);
}

void read_destination(JsonMembers& members, const json& node, const JsonPath& path,
                      Destination& destination) {
    members.text(node, path, "local_address", destination.local_address);
    members.text(node, path, "remote_address", destination.remote_address);
    members.number(node, path, "remote_port", destination.remote_port);
    members.object(node, path, "states", [&](const json& states, const JsonPath& here) {
        for (std::size_t i = 0; i < tcp_state_count; ++i)
            members.number(states, here, to_string(static_cast<TcpState>(i)),
                           destination.states[i]);
    });
    members.number(node, path, "even_ports", destination.even_ports);
    members.number(node, path, "closed_last_1s", destination.closed_last_1s);
    members.number(node, path, "closed_last_10s", destination.closed_last_10s);
    members.number(node, path, "time_wait_span_ms", destination.time_wait_span_ms);
    if (const auto growth = node.find("growth_per_s"); growth != node.end()) {
        if (growth->is_number())
            destination.growth_per_s = growth->get<double>();
        else
            members.wrong(path / "growth_per_s", "a number", *growth);
    }
    members.boolean(node, path, "loopback", destination.loopback);
    members.list(node, path, "owners", destination.owners, read_owner);
}

void read_listener(JsonMembers& members, const json& node, const JsonPath& path,
                   Listener& listener) {
    members.text(node, path, "address", listener.address);
    members.number(node, path, "port", listener.port);
    members.number(node, path, "queue", listener.queue);
    members.number(node, path, "backlog", listener.backlog);
    members.number(node, path, "syn_received", listener.syn_received);
    members.list(node, path, "owners", listener.owners, read_owner);
}

void read_optional(JsonMembers& members, const json& node, const JsonPath& path, const char* name,
                   std::optional<std::int64_t>& place) {
    std::int64_t number = 0;
    if (members.integer(node, path, name, 0, highest_number, number)) place = number;
}

void read_process(JsonMembers& members, const json& node, const JsonPath& path, Process& process) {
    members.integer(node, path, "pid", 0, highest_number, process.pid);
    members.text(node, path, "command", process.command);
    members.text(node, path, "unit", process.unit);
    members.text(node, path, "container", process.container);
    // The kernel's are of 15 bytes; whatever a file says, it shall not fill the screen.
    constexpr std::size_t longest = 256;
    for (std::string* text : {&process.command, &process.unit, &process.container})
        if (text->size() > longest) text->resize(longest);
    read_optional(members, node, path, "open_files", process.open_files);
    read_optional(members, node, path, "open_files_limit", process.open_files_limit);
    members.number(node, path, "close_wait", process.close_wait);
    members.number(node, path, "bound_only", process.bound_only);
}

}  // namespace

void read_sockets(JsonMembers& members, const json& node, const JsonPath& path,
                  SocketTable& sockets) {
    members.word(node, path, "method", sockets.method,
                 {SocketMethod::none, SocketMethod::counters, SocketMethod::dump});
    members.list(node, path, "destinations", sockets.destinations, read_destination);
    members.number(node, path, "more_destinations", sockets.more_destinations);
    members.ports(node, path, "listen_ports", sockets.listen_ports);
    members.ports(node, path, "bound_only_ports", sockets.bound_only_ports);
    members.ports(node, path, "udp_ports", sockets.udp_ports);
    members.object(node, path, "by_state", [&](const json& states, const JsonPath& here) {
        for (const auto& [name, value] : states.items()) {
            std::int64_t number = 0;
            if (members.integer(states, here, name.c_str(), 0, highest_number, number))
                sockets.by_state[name] = number;
        }
    });
    members.list(node, path, "listeners", sockets.listeners, read_listener);
    members.number(node, path, "more_listeners", sockets.more_listeners);
    members.list(node, path, "processes", sockets.processes, read_process);
    members.text(node, path, "owners_unknown", sockets.owners_unknown);
}

}  // namespace tcptune::facts

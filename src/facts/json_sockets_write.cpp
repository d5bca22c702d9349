// SPDX-License-Identifier: Apache-2.0
#include "facts/json_sockets.hpp"

#include <cmath>
#include <utility>

namespace tcptune::facts {

namespace {

OrderedJson owners_json(const std::vector<Owner>& owners) {
    OrderedJson list = OrderedJson::array();
    for (const Owner& owner : owners)
        list.push_back(
            {{"pid", owner.pid}, {"sockets", owner.sockets}, {"inferred", owner.inferred}});
    return list;
}

}  // namespace

OrderedJson destination_json(const Destination& destination) {
    OrderedJson states = OrderedJson::object();
    for (std::size_t i = 0; i < tcp_state_count; ++i)
        if (destination.states[i] != 0)
            states[to_string(static_cast<TcpState>(i))] = destination.states[i];
    OrderedJson result = {{"local_address", destination.local_address},
                          {"remote_address", destination.remote_address},
                          {"remote_port", destination.remote_port},
                          {"states", std::move(states)},
                          {"even_ports", destination.even_ports},
                          {"closed_last_1s", destination.closed_last_1s},
                          {"closed_last_10s", destination.closed_last_10s},
                          {"time_wait_span_ms", destination.time_wait_span_ms},
                          {"loopback", destination.loopback}};
    if (destination.growth_per_s && std::isfinite(*destination.growth_per_s))
        result["growth_per_s"] = *destination.growth_per_s;
    if (!destination.owners.empty()) result["owners"] = owners_json(destination.owners);
    return result;
}

OrderedJson listener_json(const Listener& listener) {
    OrderedJson result = {{"address", listener.address},
                          {"port", listener.port},
                          {"queue", listener.queue},
                          {"backlog", listener.backlog},
                          {"syn_received", listener.syn_received}};
    if (!listener.owners.empty()) result["owners"] = owners_json(listener.owners);
    return result;
}

OrderedJson process_json(const Process& process) {
    OrderedJson result = {{"pid", process.pid},
                          {"command", process.command},
                          {"unit", process.unit},
                          {"container", process.container}};
    if (process.open_files) result["open_files"] = *process.open_files;
    if (process.open_files_limit) result["open_files_limit"] = *process.open_files_limit;
    result["close_wait"] = process.close_wait;
    result["bound_only"] = process.bound_only;
    return result;
}

}  // namespace tcptune::facts

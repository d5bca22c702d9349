// SPDX-License-Identifier: Apache-2.0
#include "diagnosis/scope_values.hpp"

#include <algorithm>

namespace tcptune::diagnosis {

namespace {

using facts::AtMost;
using facts::FactValue;
using facts::TcpState;
using facts::Unknown;

constexpr TcpState states[] = {
    TcpState::established, TcpState::syn_sent,  TcpState::syn_recv,
    TcpState::fin_wait1,   TcpState::fin_wait2, TcpState::time_wait,
    TcpState::close_wait,  TcpState::last_ack,  TcpState::closing,
};

std::string state_fact(TcpState state) {
    return std::string("destination.") + facts::to_string(state);
}

FactValue optional_number(const std::optional<std::int64_t>& number, const char* why) {
    return number ? FactValue{*number} : FactValue{Unknown{why}};
}

}  // namespace

ScopeValues values_of(const DestinationView& view) {
    const facts::Destination& destination = view.destination;
    const capacity::Forecast& forecast = view.forecast;
    ScopeValues values;
    for (const TcpState state : states)
        values[state_fact(state)] = std::int64_t{destination.count(state)};
    values["destination.local_address"] = destination.local_address;
    values["destination.remote_address"] = destination.remote_address;
    values["destination.remote_port"] = std::int64_t{destination.remote_port};
    values["destination.loopback"] = destination.loopback;
    values["destination.stage"] = std::string(capacity::to_string(forecast.stage));
    values["destination.in_use"] = forecast.in_use;
    values["destination.held"] = forecast.held;
    values["destination.usable"] = forecast.ceiling.budget.usable;
    values["destination.share"] = forecast.share;
    values["destination.rate_per_s"] = forecast.rate_per_s;
    values["destination.odd_ports"] = std::max<std::int64_t>(
        0, forecast.in_use - static_cast<std::int64_t>(destination.even_ports));
    return values;
}

ScopeValues bounded_destination(double most, const capacity::PortBudget& budget) {
    ScopeValues values;
    const double usable = std::max(1.0, static_cast<double>(budget.usable));
    for (const TcpState state : states)
        values[state_fact(state)] = AtMost{most};
    for (const char* name : {"local_address", "remote_address", "remote_port", "loopback"})
        values["destination." + std::string(name)] = Unknown{"no dump was made"};
    values["destination.stage"] = std::string(capacity::to_string(capacity::Stage::free));
    for (const char* name : {"in_use", "held", "odd_ports", "rate_per_s"})
        values["destination." + std::string(name)] = AtMost{most};
    values["destination.usable"] = budget.usable;
    values["destination.share"] = AtMost{most / usable};
    return values;
}

ScopeValues values_of(const facts::Listener& listener, bool syn_counted, bool never_full) {
    ScopeValues values;
    values["listener.address"] = listener.address;
    values["listener.port"] = std::int64_t{listener.port};
    values["listener.queue"] = std::int64_t{listener.queue};
    values["listener.backlog"] = std::int64_t{listener.backlog};
    if (syn_counted)
        values["listener.syn_received"] = std::int64_t{listener.syn_received};
    else if (never_full)
        // A SYN that finds as many as the backlog moves a counter.
        values["listener.syn_received"] =
            listener.backlog > 0 ? FactValue{AtMost{static_cast<double>(listener.backlog) - 1}}
                                 : FactValue{std::int64_t{0}};
    else
        values["listener.syn_received"] = Unknown{"unfinished handshakes were not counted"};
    return values;
}

ScopeValues values_of(const facts::Process& process) {
    ScopeValues values;
    values["process.command"] = process.command;
    values["process.open_files"] =
        optional_number(process.open_files, "open files of the process cannot be counted");
    values["process.open_files_limit"] =
        optional_number(process.open_files_limit, "the limit of open files cannot be read");
    values["process.close_wait"] = std::int64_t{process.close_wait};
    values["process.bound_only"] = std::int64_t{process.bound_only};
    return values;
}

}  // namespace tcptune::diagnosis

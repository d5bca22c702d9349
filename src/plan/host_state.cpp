// SPDX-License-Identifier: Apache-2.0
#include <tcptune/plan/host_state.hpp>

#include <algorithm>
#include <optional>
#include <type_traits>
#include <utility>

namespace tcptune::plan {

namespace {

using facts::FactSet;
using facts::FactValue;
using facts::Unknown;

/// A sysctl as it is or as it is planned.
FactValue state_of(const FactSet& facts, const Planned& planned, std::string_view key) {
    if (const auto found = planned.find(key); found != planned.end()) return to_fact(found->second);
    return facts.get("sysctl." + std::string(key));
}

/// Collects the first missing fact instead of guessing a default.
class Reader {
public:
    Reader(const FactSet& facts, const Planned& planned, PortState& state)
        : facts_(facts), planned_(planned), state_(state) {}

    std::optional<std::int64_t> integer(std::string_view key) {
        const FactValue value = state_of(facts_, planned_, key);
        if (const auto* number = std::get_if<std::int64_t>(&value)) return *number;
        if (const auto* flag = std::get_if<bool>(&value)) return *flag ? 1 : 0;
        missing(key, value);
        return std::nullopt;
    }

    std::optional<facts::List> list(std::string_view key, std::size_t at_least) {
        FactValue value = state_of(facts_, planned_, key);
        if (auto* list = std::get_if<facts::List>(&value); list && list->size() >= at_least)
            return std::move(*list);
        missing(key, value);
        return std::nullopt;
    }

    void missing(std::string_view what, const FactValue& value) {
        if (!state_.complete) return;
        state_.complete = false;
        state_.missing = std::string(what);
        if (const auto* unknown = std::get_if<Unknown>(&value); unknown && !unknown->reason.empty())
            state_.missing += ": " + unknown->reason;
    }

private:
    const FactSet& facts_;
    const Planned& planned_;
    PortState& state_;
};

void read_model(const rules::RuleSet& rules, const KernelVersion& kernel, PortState& state,
                Reader& reader) {
    const auto number = [&](std::string_view name) -> std::optional<double> {
        const rules::Behaviour* behaviour = rules.behaviour(name, kernel);
        if (behaviour && behaviour->number) return *behaviour->number;
        reader.missing(name, Unknown{"no rule file declares this behaviour for the kernel"});
        return std::nullopt;
    };
    if (const auto seconds = number("time_wait_s")) state.model.time_wait_s = *seconds;
    if (const auto floor = number("reuse_floor_s")) state.model.reuse_floor_s = *floor;
    if (const auto share = number("slow_free_share")) state.model.slow_free_share = *share;
    // Optional: how much later than time_wait_s the timer really fires.
    if (const rules::Behaviour* lag = rules.behaviour("time_wait_lag_s", kernel);
        lag && lag->number)
        state.model.time_wait_lag_s = *lag->number;
    const rules::Behaviour* order = rules.behaviour("connect_order", kernel);
    state.model.low_parity_first = order && order->word == "low-parity-first";
}

/// The delay is a setting since 6.14 and a property of the clock before.
void read_reuse_delay(const FactSet& facts, const Planned& planned, PortState& state,
                      Reader& reader) {
    const FactValue delay = state_of(facts, planned, "net.ipv4.tcp_tw_reuse_delay");
    if (const auto* ms = std::get_if<std::int64_t>(&delay)) {
        state.settings.reuse_delay_s = static_cast<double>(*ms) / 1000.0;
        return;
    }
    state.settings.reuse_delay_s = state.model.reuse_floor_s;
    if (state.model.reuse_floor_s <= 0) reader.missing("net.ipv4.tcp_tw_reuse_delay", delay);
}

FactValue why_no_sockets(const FactSet& facts) {
    for (const facts::Source& source : facts.sources)
        if (source.name == "sock_diag" && source.status != facts::SourceStatus::ok)
            return Unknown{"the socket table could not be read: " + source.detail};
    return Unknown{"the socket table was not looked at"};
}

/// Derived facts are only laid under what is known already.
class Derived {
public:
    explicit Derived(FactSet& facts) : facts_(facts) {}
    void set(std::string name, FactValue value) {
        facts_.values.try_emplace(std::move(name), std::move(value));
    }

private:
    FactSet& facts_;
};

constexpr const char* share_facts[] = {
    "port.busiest_share",      "port.time_wait_share",  "port.reusable_share",
    "port.established_share",  "port.close_wait_share", "port.syn_sent_share",
    "port.fin_wait2_share",    "port.rate_share",       "port.pool_share",
    "port.busiest_held_share",
};

void derive_unknown(Derived& derived, const FactValue& why) {
    for (const char* name : share_facts)
        derived.set(name, why);
    for (const char* name : {"port.usable", "port.busiest_in_use", "port.slow", "port.exhausted",
                             "port.rate_per_s", "port.odd_share", "port.reuse_idle"})
        derived.set(name, why);
}

double as_number(const FactValue& value) {
    if (const auto* integer = std::get_if<std::int64_t>(&value))
        return static_cast<double>(*integer);
    if (const auto* real = std::get_if<double>(&value)) return *real;
    return -1;
}

/// No dump was made because the host's counters bound every destination from above.
void derive_from_counters(Derived& derived, const FactSet& facts, const PortState& state) {
    const double alloc = as_number(facts.get("socket.tcp.alloc"));
    const double tw = as_number(facts.get("socket.tcp.time_wait_total"));
    const capacity::PortBudget budget = capacity::port_budget(state.settings, state.model);
    if (alloc < 0 || tw < 0 || budget.usable <= 0)
        return derive_unknown(derived, Unknown{"sockstat could not be read"});
    const double most = alloc + tw;
    const double usable = static_cast<double>(budget.usable);
    const double ceiling =
        capacity::ceiling(state.settings, state.model, capacity::Usage{}).per_s.value_or(usable);
    derived.set("port.usable", budget.usable);
    derived.set("port.busiest_in_use", facts::AtMost{most});
    derived.set("port.odd_share", Unknown{"no dump was made: too few sockets to matter"});
    for (const char* name : share_facts)
        derived.set(name, facts::AtMost{most / usable});
    // Closes of the last ten seconds cannot be more than the TIME_WAITs there are.
    derived.set("port.rate_per_s", facts::AtMost{tw});
    derived.set("port.rate_share", facts::AtMost{tw / ceiling});
    const bool quick = most < static_cast<double>(ports_before_slow(budget, state.model));
    derived.set("port.slow", quick ? FactValue{std::int64_t{0}} : facts::AtMost{most});
    derived.set("port.reuse_idle", quick ? FactValue{std::int64_t{0}} : facts::AtMost{most});
    derived.set("port.exhausted", most < usable ? FactValue{std::int64_t{0}} : facts::AtMost{most});
}

/// The highest share of a destination's usable ports in one state, over all destinations.
double highest_share(const FactSet& facts, double usable, facts::TcpState which) {
    double highest = 0;
    for (const facts::Destination& destination : facts.sockets.destinations)
        highest = std::max(highest, destination.count(which) / usable);
    return highest;
}

/// Ports held towards all destinations together: what bind() without a port has left.
void derive_pool(Derived& derived, const FactSet& facts, const capacity::PortBudget& budget) {
    const FactValue in_use = facts.get("port.pool_in_use");
    const auto* const ports = std::get_if<std::int64_t>(&in_use);
    // Ports that are only bound are not usable for connect(), but part of what bind() looks at.
    const double all =
        std::max(1.0, static_cast<double>(budget.usable) +
                          static_cast<double>(facts.sockets.bound_only_ports.size()));
    derived.set("port.pool_share", ports ? FactValue{static_cast<double>(*ports) / all} : in_use);
    double sockets = 0, last = 0;
    for (const facts::Destination& destination : facts.sockets.destinations) {
        const double all_ports = destination.ports_in_use();
        sockets += all_ports;
        last += budget.preferred_even ? all_ports - destination.even_ports : destination.even_ports;
    }
    derived.set("port.odd_share",
                sockets > 0 ? FactValue{last / sockets} : Unknown{"no outbound connection"});
}

void derive_from_dump(Derived& derived, const FactSet& facts, const PortState& state) {
    const capacity::PortBudget budget = capacity::port_budget(state.settings, state.model);
    const double usable = std::max(1.0, static_cast<double>(budget.usable));
    std::int64_t busiest = 0, held = 0, slow = 0, exhausted = 0, reuse_idle = 0;
    double reusable = 0, rate = 0, rate_share = 0;
    for (const facts::Destination& destination : facts.sockets.destinations) {
        const capacity::Forecast forecast =
            capacity::forecast(destination, state.settings, state.model, budget);
        busiest = std::max(busiest, forecast.in_use);
        held = std::max(held, forecast.held);
        slow += forecast.stage != capacity::Stage::free ? 1 : 0;
        reuse_idle += forecast.reuse_idle ? 1 : 0;
        exhausted += forecast.stage == capacity::Stage::exhausted ? 1 : 0;
        rate = std::max(rate, forecast.rate_per_s);
        if (forecast.ceiling.per_s && *forecast.ceiling.per_s > 0)
            rate_share = std::max(rate_share, forecast.rate_per_s / *forecast.ceiling.per_s);
        if (!forecast.ceiling.reuse)
            reusable = std::max(reusable, destination.count(facts::TcpState::time_wait) / usable);
    }
    using enum facts::TcpState;
    derived.set("port.usable", budget.usable);
    derived.set("port.busiest_in_use", busiest);
    derived.set("port.busiest_share", static_cast<double>(busiest) / usable);
    derived.set("port.busiest_held_share", static_cast<double>(held) / usable);
    derived.set("port.time_wait_share", highest_share(facts, usable, time_wait));
    derived.set("port.reusable_share", reusable);
    derived.set("port.established_share", highest_share(facts, usable, established));
    derived.set("port.close_wait_share", highest_share(facts, usable, close_wait));
    derived.set("port.syn_sent_share", highest_share(facts, usable, syn_sent));
    derived.set("port.fin_wait2_share", highest_share(facts, usable, fin_wait2));
    derived.set("port.slow", slow);
    derived.set("port.exhausted", exhausted);
    derived.set("port.reuse_idle", reuse_idle);
    derived.set("port.rate_per_s", rate);
    derived.set("port.rate_share", rate_share);
    derive_pool(derived, facts, budget);
}

void derive_workload(Derived& derived, const rules::Profile& profile) {
    using rules::Role;
    derived.set("workload.outbound", profile.has_role(Role::outbound));
    derived.set("workload.server", profile.has_role(Role::server));
    derived.set("workload.load_balancer", profile.has_role(Role::load_balancer));
    derived.set("workload.nat_gateway", profile.has_role(Role::nat_gateway));
    derived.set("workload.kubernetes_node", profile.has_role(Role::kubernetes_node));
    derived.set("workload.database_client", profile.has_role(Role::database_client));
    facts::List node_ports;
    if (profile.node_ports)
        for (std::int64_t port = profile.node_ports->first; port <= profile.node_ports->second;
             ++port)
            node_ports.push_back(port);
    derived.set("workload.node_ports", std::move(node_ports));
}

/// Nothing since boot, or nothing within the window although SYNs were sent.
bool not_recycled(const FactSet& facts) {
    const auto recycled = facts.counters.find("TcpExt.TWRecycled");
    if (recycled == facts.counters.end()) return false;
    if (recycled->second.latest() == 0) return true;
    const auto opened = facts.counters.find("Tcp.ActiveOpens");
    constexpr std::int64_t enough = 10;  // by chance none of a few may meet a TIME_WAIT
    return facts.window_s > 0 && recycled->second.latest() == recycled->second.first &&
           opened != facts.counters.end() &&
           opened->second.latest() - opened->second.first >= enough;
}

}  // namespace

PortState port_state(const FactSet& facts, const rules::RuleSet& rules, const Planned& planned) {
    PortState state;
    Reader reader(facts, planned, state);
    const auto kernel = facts.kernel();
    if (!kernel) {
        reader.missing("kernel.version", facts.get("kernel.version"));
        return state;
    }
    read_model(rules, *kernel, state, reader);
    if (const auto range = reader.list("net.ipv4.ip_local_port_range", 2)) {
        state.settings.low = (*range)[0];
        state.settings.high = (*range)[1];
        if (state.settings.low < 1 || state.settings.high > 65535 ||
            state.settings.low > state.settings.high)
            reader.missing("net.ipv4.ip_local_port_range", Unknown{"this is no range of ports"});
    }
    if (const auto reserved = reader.list("net.ipv4.ip_local_reserved_ports", 0))
        state.settings.reserved = capacity::to_port_set(std::span(*reserved));
    if (const auto reuse = reader.integer("net.ipv4.tcp_tw_reuse"))
        state.settings.tw_reuse = *reuse;
    if (const auto timestamps = reader.integer("net.ipv4.tcp_timestamps"))
        state.settings.timestamps = *timestamps != 0;
    read_reuse_delay(facts, planned, state, reader);
    // Says nothing about settings that are only planned.
    const bool as_it_is =
        !planned.contains("net.ipv4.tcp_tw_reuse") && !planned.contains("net.ipv4.tcp_timestamps");
    state.settings.never_recycled = as_it_is && not_recycled(facts);
    state.settings.bound = capacity::to_port_set(std::span(facts.sockets.listen_ports)) |
                           capacity::to_port_set(std::span(facts.sockets.bound_only_ports));
    return state;
}

FactSet with_derived(const FactSet& facts, const rules::RuleSet& rules,
                     const rules::Profile& profile) {
    FactSet result = facts;
    Derived derived(result);
    derive_workload(derived, profile);
    const PortState state = port_state(facts, rules, {});
    if (facts.sockets.method == facts::SocketMethod::none)
        derive_unknown(derived, why_no_sockets(facts));
    else if (facts.sockets.more_destinations > 0)
        derive_unknown(derived, Unknown{"there are more destinations than were kept apart"});
    else if (!state.complete)
        derive_unknown(derived, Unknown{state.missing});
    else if (facts.sockets.method == facts::SocketMethod::counters)
        derive_from_counters(derived, facts, state);
    else
        derive_from_dump(derived, facts, state);
    return result;
}

FactValue to_fact(const sysctl::Value& value) {
    return std::visit([](const auto& held) -> FactValue { return held; }, value);
}

std::optional<sysctl::Value> to_sysctl_value(sysctl::ValueType type, const FactValue& value) {
    using sysctl::ValueType;
    switch (type) {
        case ValueType::boolean:
            if (const auto* flag = std::get_if<bool>(&value)) return *flag;
            if (const auto* number = std::get_if<std::int64_t>(&value);
                number && (*number == 0 || *number == 1))
                return *number == 1;
            break;
        case ValueType::integer:
        case ValueType::enumerated:
            if (const auto* number = std::get_if<std::int64_t>(&value)) return *number;
            break;
        case ValueType::integer_list:
        case ValueType::port_set:
            if (const auto* list = std::get_if<facts::List>(&value)) return *list;
            break;
        case ValueType::name:
            if (const auto* text = std::get_if<std::string>(&value)) return *text;
            break;
    }
    return std::nullopt;
}

}  // namespace tcptune::plan

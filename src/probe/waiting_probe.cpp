// SPDX-License-Identifier: Apache-2.0
#include "probe/waiting_probe.hpp"

#include "probe/proc_text.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

namespace tcptune::probe {
namespace {

using facts::FactValue;
using facts::Unknown;

// So few sockets leak nothing that hurts.
constexpr std::int64_t few_on_a_quiet_host = 100;
// With a dump of the outbound ones at hand, so few others are taken to be ESTABLISHED.
constexpr std::int64_t few_besides_the_dump = 16;
// A sample is worth its own cost from here on.
constexpr std::int64_t many = 65536;
// When none of n rows shows a state, fewer than 3/n of all are in it (95 %): three in a hundred
// rows leave less than a hundred sockets unseen.
constexpr std::int64_t sample_one_in = 33;
constexpr std::int64_t unseen_in_sample = 99;

/// Any of them has moved since boot: somebody's queue was full once.
bool queues_were_full(const facts::FactSet& facts) {
    for (const char* name : {"TcpExt.ListenOverflows", "TcpExt.SyncookiesSent",
                             "TcpExt.TCPReqQFullDoCookies", "TcpExt.TCPReqQFullDrop"}) {
        const auto found = facts.counters.find(name);
        if (found != facts.counters.end() && found->second.latest() > 0) return true;
    }
    return false;
}

bool dumped(const facts::FactSet& facts) {
    return facts.sockets.method == facts::SocketMethod::dump;
}

/// A look at some rows on other ports than the local range, where the unseen ones are: whether any
/// of them waits. Unsaid when there are fewer of them than that.
bool sample_shows_none(const SocketLook& look, std::int64_t unseen, DumpLimits limits) {
    if (!look.range) return false;
    // Connections to a listener inside the range would not be among the rows.
    for (const ListenerRow& listener : look.listeners.rows)
        if (listener.port >= look.range->low && listener.port <= look.range->high) return false;
    PortRange others = *look.range;
    others.outside = true;
    limits.rows = static_cast<std::size_t>(unseen / sample_one_in);
    std::int64_t waiting = 0;
    const DumpEnd end =
        dump_rows(tcp_state::live, others, limits, [&waiting](const SocketRecord& record) {
            if (record.state != tcp_state::established) ++waiting;
        });
    return end.ok() && end.sampled && waiting == 0;
}

std::int64_t outbound(const facts::FactSet& facts, facts::TcpState state) {
    std::int64_t sum = 0;
    for (const facts::Destination& destination : facts.sockets.destinations)
        sum += destination.count(state);
    return sum;
}

enum class Need { none, sampled, pass };

Need need_of(const SocketLook& look, const facts::FactSet& facts, const DumpLimits& limits) {
    const Unseen unseen = unseen_sockets(look, facts);
    if (queues_were_full(facts)) return Need::pass;
    // Their descriptors say who leaks them.
    if (outbound(facts, facts::TcpState::close_wait) >= few_on_a_quiet_host) return Need::pass;
    const std::int64_t few = dumped(facts) ? few_besides_the_dump : few_on_a_quiet_host;
    if (unseen.full < few && unseen.stand_ins < few) return Need::none;
    if (unseen.stand_ins < few && unseen.full > many &&
        sample_shows_none(look, unseen.full, limits))
        return Need::sampled;
    return Need::pass;
}

std::optional<std::int64_t> number(const facts::FactSet& facts, const char* name) {
    const FactValue value = facts.get(name);
    const auto* const integer = std::get_if<std::int64_t>(&value);
    return integer ? std::optional(*integer) : std::nullopt;
}

struct Named {
    std::uint8_t state;
    const char* name;
    facts::TcpState fact_state;
};
constexpr std::array<Named, 7> waiting_states = {{
    {tcp_state::syn_sent, "SYN_SENT", facts::TcpState::syn_sent},
    {tcp_state::syn_recv, "SYN_RECV", facts::TcpState::syn_recv},
    {tcp_state::fin_wait1, "FIN_WAIT1", facts::TcpState::fin_wait1},
    {tcp_state::fin_wait2, "FIN_WAIT2", facts::TcpState::fin_wait2},
    {tcp_state::close_wait, "CLOSE_WAIT", facts::TcpState::close_wait},
    {tcp_state::last_ack, "LAST_ACK", facts::TcpState::last_ack},
    {tcp_state::closing, "CLOSING", facts::TcpState::closing},
}};

/// What the counters say, when nothing else was looked at.
void tally_counters(std::optional<std::int64_t> current, const facts::FactSet& facts,
                    std::map<std::string, std::int64_t>& by_state) {
    if (current) by_state["ESTABLISHED or CLOSE_WAIT"] = *current;
    if (const auto tw = number(facts, "socket.tcp.time_wait_total"))
        by_state["TIME_WAIT or FIN_WAIT2"] = *tw;
}

void put(std::map<std::string, std::int64_t>& by_state, const char* name, std::int64_t count) {
    if (count > 0) by_state[name] = count;
}

/// Every state by itself. `in_state` gives the rare ones.
template <typename Count>
void tally_states(std::optional<std::int64_t> current, std::int64_t stand_ins, Count in_state,
                  facts::FactSet& facts) {
    std::map<std::string, std::int64_t>& by_state = facts.sockets.by_state;
    for (const Named& named : waiting_states)
        put(by_state, named.name, in_state(named));
    const std::int64_t close_wait = by_state.contains("CLOSE_WAIT") ? by_state["CLOSE_WAIT"] : 0;
    facts.values["socket.tcp.close_wait"] = close_wait;
    if (current) {
        const std::int64_t established = std::max<std::int64_t>(0, *current - close_wait);
        put(by_state, "ESTABLISHED", established);
        facts.values["socket.tcp.established"] = established;
    }
    if (const auto tw = number(facts, "socket.tcp.time_wait_total")) {
        const std::int64_t time_wait = std::max<std::int64_t>(0, *tw - stand_ins);
        put(by_state, "TIME_WAIT", time_wait);
        facts.values["socket.tcp.time_wait"] = time_wait;
    }
}

/// No counter counts them, and without a look at the table they are not known.
void set_syn_not_counted(facts::FactSet& facts) {
    facts.values["socket.tcp.syn_received"] = Unknown{"unfinished handshakes were not counted"};
}

/// Upper bounds, where the rare states were not counted.
void bound_states(std::optional<std::int64_t> current, facts::FactSet& facts) {
    const FactValue unknown = Unknown{"cannot be read: /proc/net/snmp"};
    facts.values["socket.tcp.established"] = current ? at_most(*current) : unknown;
    facts.values["socket.tcp.close_wait"] = current ? at_most(*current) : unknown;
    const auto tw = number(facts, "socket.tcp.time_wait_total");
    facts.values["socket.tcp.time_wait"] =
        tw ? at_most(*tw) : FactValue{Unknown{"cannot be read: /proc/net/sockstat"}};
    set_syn_not_counted(facts);
}

void set_inbound_time_wait(facts::FactSet& facts) {
    const FactValue all = facts.get("socket.tcp.time_wait");
    const auto outbound_tw = number(facts, "socket.tcp.time_wait_outbound");
    const auto* const count = std::get_if<std::int64_t>(&all);
    facts.values["socket.tcp.time_wait_inbound"] =
        count && outbound_tw ? FactValue{std::max<std::int64_t>(0, *count - *outbound_tw)}
        : count              ? at_most(*count)
                             : all;
}

}  // namespace

Unseen unseen_sockets(const SocketLook& look, const facts::FactSet& facts) {
    if (!look.counts) return {many, many};
    const auto at_least_zero = [](std::int64_t n) { return std::max<std::int64_t>(0, n); };
    Unseen unseen;
    unseen.full = at_least_zero(look.counts->inuse() - look.outbound_full - look.listeners.sockets);
    // A dump shows the stand-ins of outbound connections too; the destinations have both.
    const std::int64_t seen = dumped(facts) ? look.seen_time_wait : 0;
    unseen.stand_ins = at_least_zero(look.counts->tcp.time_wait - seen);
    return unseen;
}

std::optional<WaitingTally> probe_waiting(const host::FileTree& tree, const SocketLook& look,
                                          const DumpLimits& limits, facts::FactSet& facts) {
    std::optional<WaitingTally> tally;
    const std::optional<std::int64_t> current =
        parse_current_established(tree.read("/proc/net/snmp").text);
    put(facts.sockets.by_state, "LISTEN", look.listeners.sockets);
    const Need need = need_of(look, facts, limits);
    if (need == Need::pass) {
        tally.emplace();
        const DumpEnd end = dump_rows(tcp_state::waiting, std::nullopt, limits,
                                      [&tally](const SocketRecord& record) { tally->add(record); });
        if (!end.ok()) tally.reset();
    }
    if (tally) {
        tally_states(
            current, tally->stand_ins(),
            [&](const Named& named) { return tally->count(named.state); }, facts);
        facts.values["socket.tcp.syn_received"] = tally->count(tcp_state::syn_recv);
        facts.values["socket.tcp.close_wait"] = tally->held_close_wait();
        facts.values["socket.tcp.fin_wait2"] = tally->count(tcp_state::fin_wait2);
    } else if (need == Need::none && dumped(facts) && facts.sockets.more_destinations == 0) {
        tally_states(
            current, look.seen_stand_ins,
            [&](const Named& named) { return outbound(facts, named.fact_state); }, facts);
        set_syn_not_counted(facts);
    } else {
        tally_counters(current, facts, facts.sockets.by_state);
        bound_states(current, facts);
        if (need == Need::sampled)
            facts.values["socket.tcp.close_wait"] = at_most(unseen_in_sample);
    }
    set_inbound_time_wait(facts);
    return tally;
}

}  // namespace tcptune::probe

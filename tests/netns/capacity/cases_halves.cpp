// SPDX-License-Identifier: Apache-2.0
#include "cases.hpp"
#include "settings.hpp"
#include "traffic.hpp"

#include <thread>

namespace tcptune::netns_test {

namespace {

using capacity::Forecast;
using capacity::PortSettings;

/// Connections in a row that got a port of the preferred parity; `closed` learns of all of them.
std::int64_t preferred_in_a_row(const Client& client, const Server& server, bool even,
                                ClosedConnections& closed) {
    for (std::int64_t count = 0;; ++count) {
        const Connection connection = connect_once(client, server);
        if (!connection.local_port) return count;
        closed.add(*connection.local_port);
        if ((*connection.local_port % 2 == 0) != even) return count;
    }
}

Forecast forecast_of(const ClosedConnections& closed, const PortSettings& settings) {
    return capacity::forecast(closed.now(true), settings, running_model());
}

void require_halves() {
    if (!running_model().low_parity_first) throw Skipped("this kernel has no preferred half");
}

void half_of(Record& record, std::int64_t low) {
    const PortSettings settings = ports_from(low, 600);
    apply(settings);
    const Server server;
    ClosedConnections closed;
    const Forecast before = forecast_of(closed, settings);
    const bool even = before.ceiling.budget.preferred_even;
    const std::string parity = even ? "even" : "odd";
    record.count("600 ports from " + std::to_string(low) + ": " + parity + " ports given first",
                 before.ports_until_slow.value_or(-1),
                 preferred_in_a_row({}, server, even, closed));
    record.count("stage then (0 free, 1 slow, 2 exhausted)",
                 static_cast<int>(forecast_of(closed, settings).stage),
                 static_cast<int>(capacity::Stage::slow));
}

/// 55 of 100 ports used: all 50 of the preferred parity and 5 others. Then the range becomes
/// `wider`, which contains the first.
void widen(Record& record, const PortSettings& wider) {
    require_halves();
    const PortSettings narrow = ports_from(40000, 100);
    apply(narrow);
    const Server server;
    ClosedConnections closed;
    for (const std::uint16_t port : connect_until_full({}, server, 55))
        closed.add(port);

    const Forecast planned = forecast_of(closed, wider);
    apply(wider);
    const bool even = planned.ceiling.budget.preferred_even;
    const std::int64_t counted = preferred_in_a_row({}, server, even, closed);
    record.count("55 of 100 used, now 600 ports from " + std::to_string(wider.low) + ": until slow",
                 planned.ports_until_slow.value_or(-1), counted);
    const std::int64_t left = planned.ceiling.budget.usable - planned.in_use;
    record.count("and until full", left,
                 counted + 1 + std::ssize(connect_until_full({}, server, 1000)));
}

}  // namespace

void preferred_half(Record& record) {
    require_halves();
    half_of(record, 40000);
    half_of(record, 42001);

    PortSettings settings = ports_from(44000, 600);
    for (std::size_t port = 44000; port < 44100; port += 2)
        settings.reserved.set(port);
    const Server listener("127.0.0.8", 44300);
    settings.bound.set(44300);
    apply(settings);
    const Server server;
    ClosedConnections closed;
    const Forecast before = forecast_of(closed, settings);
    record.count("600 ports, 50 even ones reserved, a listener on one",
                 before.ports_until_slow.value_or(-1),
                 preferred_in_a_row({.destination = "127.0.0.2"}, server, true, closed));
}

void widened_same_parity(Record& record) {
    widen(record, ports_from(39800, 600));
}

void widened_other_parity(Record& record) {
    widen(record, ports_from(39801, 600));
}

/// With reuse a half full of TIME_WAITs past the delay is not in the way: connect() stays in it.
void reuse_keeps_the_half(Record& record) {
    require_halves();
    PortSettings settings = ports_from(40000, 600);
    settings.tw_reuse = 1;
    apply(settings);
    const Server server;
    ClosedConnections closed;
    for (const std::uint16_t port : connect_until_full({}, server, 300))
        closed.add(port);
    record.count("300 of 300 even ports within the delay: until slow",
                 forecast_of(closed, settings).ports_until_slow.value_or(-1), 0);
    std::this_thread::sleep_for(std::chrono::milliseconds(1050));
    const Forecast rested = forecast_of(closed, settings);
    ClosedConnections again;
    record.count("after the delay: until slow", rested.ports_until_slow.value_or(-1),
                 preferred_in_a_row({}, server, true, again));
}

}  // namespace tcptune::netns_test

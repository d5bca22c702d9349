// SPDX-License-Identifier: Apache-2.0
#include "cases.hpp"
#include "settings.hpp"
#include "traffic.hpp"

#include <stdexcept>
#include <thread>

namespace tcptune::netns_test {

namespace {

using capacity::Ceiling;
using capacity::PortSettings;
using capacity::Usage;
using namespace std::chrono_literals;

/// Between two attempts that found no port: less than the error of one port's delay.
constexpr auto retry_pause = 300us;

/// Connections per second from one moment of "no port is free" to the `rounds`-th after it. Whole
/// rounds, because ports come back in a burst, one hold after they went.
double sustained_rate(const Client& client, const Server& server, std::size_t ports, int rounds,
                      double hold_s) {
    (void)connect_until_full(client, server, ports);
    const Clock::time_point start = Clock::now();
    const std::size_t wanted = ports * static_cast<std::size_t>(rounds);
    const double limit_s = hold_s * (rounds + 1.5);
    std::size_t connections = 0;
    while (connections < wanted && seconds_since(start) < limit_s) {
        if (connect_once(client, server).local_port)
            ++connections;
        else
            std::this_thread::sleep_for(retry_pause);
    }
    return static_cast<double>(connections) / seconds_since(start);
}

void check_rate(Record& record, const std::string& what, const PortSettings& settings,
                const Client& client, const Usage& usage, int rounds) {
    apply(settings);
    const Server server;
    const Ceiling limit = capacity::ceiling(settings, running_model(), usage);
    const auto ports = static_cast<std::size_t>(limit.budget.usable);
    record.rate(what, limit.per_s.value_or(0),
                sustained_rate(client, server, ports, rounds, limit.hold_s));
}

/// Where reuse does not act: one range full, and nothing for the seconds one can wait here.
void check_once(Record& record, const std::string& what, const PortSettings& settings,
                const Client& client, const Usage& usage) {
    apply(settings);
    const Server server;
    const Ceiling limit = capacity::ceiling(settings, running_model(), usage);
    if (limit.reuse) throw std::runtime_error("reuse was predicted");
    std::int64_t connections = 0;
    const Clock::time_point start = Clock::now();
    while (seconds_since(start) < 2.5) {
        if (connect_once(client, server).local_port)
            ++connections;
        else
            std::this_thread::sleep_for(2ms);
    }
    record.count(what, connections_in_one_hold(settings, usage), connections);
}

}  // namespace

void reuse_rate(Record& record) {
    PortSettings settings = ports_from(40000, 100);
    settings.tw_reuse = 1;
    check_rate(record, "100 ports, tcp_tw_reuse 1, delay 1000 ms: per second", settings, {}, {}, 3);
    settings.reuse_delay_s = 0.5;
    check_rate(record, "the same at 500 ms", settings, {.destination = "127.0.0.2"}, {}, 4);
    settings = ports_from(41000, 600);
    settings.tw_reuse = 1;
    for (std::size_t port = 41000; port < 41100; ++port)
        settings.reserved.set(port);
    check_rate(record, "600 ports, 100 reserved, 1000 ms: per second", settings,
               {.destination = "127.0.0.3"}, {}, 3);
}

void loopback_reuse(Record& record) {
    constexpr const char* own_address = "10.9.9.1";
    add_loopback_address(own_address);
    PortSettings settings = ports_from(40000, 100);
    settings.tw_reuse = 2;
    check_rate(record, "100 ports, tcp_tw_reuse 2, 127.0.0.1: per second", settings, {},
               {.loopback = true}, 3);
    check_once(record, "the same, the host's own 10.9.9.1: in 2.5 seconds", settings,
               {.destination = own_address}, {.loopback = false});
}

void no_timestamps(Record& record) {
    PortSettings settings = ports_from(40000, 100);
    settings.tw_reuse = 1;
    settings.timestamps = false;
    check_once(record, "100 ports, tcp_tw_reuse 1, no timestamps: in 2.5 s", settings, {}, {});
}

void seconds_left(Record& record) {
    const PortSettings settings = ports_from(40000, 600);
    apply(settings);
    const Server server;
    constexpr double per_s = 300;
    ClosedConnections closed;
    capacity::Forecast early;
    const Clock::time_point start = Clock::now();
    bool asked = false;
    double asked_at = 0;
    for (int i = 0;; ++i) {
        std::this_thread::sleep_until(start + std::chrono::duration<double>(i / per_s));
        if (!asked && seconds_since(start) >= 1) {
            early = capacity::forecast(closed.now(false), settings, running_model());
            asked_at = seconds_since(start);
            asked = true;
        }
        const Connection connection = connect_once({}, server);
        if (!connection.local_port) break;
        closed.add(*connection.local_port);
    }
    // The pace slips on a loaded machine, hence the wider bound.
    record.rate("600 ports, 300/s, asked after 1 s: seconds to the first error",
                early.seconds_left.value_or(-1), seconds_since(start) - asked_at, 0.15);
    const capacity::Forecast full =
        capacity::forecast(closed.now(false), settings, running_model());
    record.count("stage at the first error (0 free, 1 slow, 2 exhausted)",
                 static_cast<int>(full.stage), static_cast<int>(capacity::Stage::exhausted));
}

void two_periods(Record& record) {
    const PortSettings settings = ports_from(40000, 600);
    check_rate(record, "600 ports over two TIME_WAIT periods: per second", settings, {}, {}, 2);
}

}  // namespace tcptune::netns_test

// SPDX-License-Identifier: Apache-2.0
#include "cases.hpp"
#include "settings.hpp"
#include "traffic.hpp"

#include <algorithm>
#include <array>
#include <cstdio>

namespace tcptune::netns_test {

namespace {

using capacity::PortSettings;

struct Timed {
    std::vector<std::uint16_t> ports;
    std::vector<double> microseconds;
};

Timed connect_timed(const Client& client, const Server& server, std::size_t limit) {
    Timed result;
    while (result.ports.size() < limit) {
        const Connection connection = connect_once(client, server);
        result.microseconds.push_back(connection.microseconds);
        if (!connection.local_port) break;
        result.ports.push_back(*connection.local_port);
    }
    return result;
}

double median(std::vector<double> values) {
    if (values.empty()) return 0;
    const auto middle = values.begin() + std::ssize(values) / 2;
    std::ranges::nth_element(values, middle);
    return *middle;
}

std::string medians(const Timed& before, const Timed& after) {
    std::array<char, 96> text{};
    (void)std::snprintf(text.data(), text.size(),
                        "connect() took %.0f us in the preferred half, %.0f us after it",
                        median(before.microseconds), median(after.microseconds));
    return text.data();
}

}  // namespace

void default_range(Record& record) {
    const VethPair pair("10.77.0.1", "10.77.0.2");
    pair.enter_server();
    const Server server("10.77.0.2");
    pair.enter_client();
    PortSettings settings;  // tcp_tw_reuse 2: nothing on a veth
    apply(settings);
    const capacity::PortBudget budget = capacity::port_budget(settings, running_model());
    const Client client{.destination = "10.77.0.2"};

    const Timed half = connect_timed(client, server, static_cast<std::size_t>(budget.preferred));
    if (running_model().low_parity_first)
        record.count("28232 ports over veth: even ports of the first half", budget.preferred,
                     even_in(half.ports));
    const Timed after = connect_timed(client, server, 200);
    if (running_model().low_parity_first)
        record.count("and of the 200 connections after it", 0, even_in(after.ports));
    record.note(medians(half, after));

    // A socket with a range of its own finds a free port at once; only the last ones are searched
    // for the slow way, which is 1 to 2 ms each.
    Client quick = client;
    quick.ports = Ports::own_range;
    quick.low = settings.low;
    quick.high = settings.high;
    const auto used = std::ssize(half.ports) + std::ssize(after.ports);
    const auto most = static_cast<std::size_t>(budget.usable - used - 200);
    const auto middle = std::ssize(connect_until_full(quick, server, most));
    const auto last = std::ssize(connect_until_full(client, server, 1000));
    record.count("connections until the first EADDRNOTAVAIL", connections_in_one_hold(settings, {}),
                 used + middle + last);
}

}  // namespace tcptune::netns_test

// SPDX-License-Identifier: Apache-2.0
#include "probe/detail_probe.hpp"
#include "probe/machine_probe.hpp"
#include "probe/socket_probe.hpp"

#include <tcptune/host/file_tree.hpp>
#include <tcptune/probe/collector.hpp>
#include <tcptune/probe/counter_probe.hpp>
#include <tcptune/probe/sysctl_probe.hpp>

#include <chrono>
#include <map>
#include <string_view>
#include <thread>
#include <tuple>
#include <utility>

namespace tcptune::probe {
namespace {

double sleep_for(double seconds) {
    using Clock = std::chrono::steady_clock;
    const Clock::time_point start = Clock::now();
    std::this_thread::sleep_for(std::chrono::duration<double>(seconds));
    return std::chrono::duration<double>(Clock::now() - start).count();
}

void add_second(const CounterReadings& second, facts::FactSet& facts) {
    for (auto& [name, reading] : facts.counters) {
        const auto found = second.values.find(name);
        if (found != second.values.end()) reading.second = found->second;
    }
}

/// How fast the live sockets towards each destination have become more. What the first look did not
/// see began at zero.
void add_growth(const facts::SocketTable& before, double seconds, facts::SocketTable& now) {
    if (seconds <= 0 || before.method != facts::SocketMethod::dump || before.more_destinations > 0)
        return;
    using Key = std::tuple<std::string_view, std::string_view, std::uint16_t>;
    const auto key = [](const facts::Destination& destination) {
        return Key(destination.local_address, destination.remote_address, destination.remote_port);
    };
    // TIME_WAITs have timers, which tell more; and they go again.
    const auto live = [](const facts::Destination& destination) {
        return destination.ports_in_use() - destination.count(facts::TcpState::time_wait);
    };
    std::map<Key, std::uint32_t> seen;
    for (const facts::Destination& destination : before.destinations)
        seen[key(destination)] = live(destination);
    for (facts::Destination& destination : now.destinations) {
        const auto found = seen.find(key(destination));
        const double first = found == seen.end() ? 0.0 : found->second;
        destination.growth_per_s = (live(destination) - first) / seconds;
    }
}

}  // namespace

facts::FactSet collect(const sysctl::ParameterCatalog& catalog, const CollectOptions& options) {
    const host::RootedFileTree tree(options.root);
    facts::FactSet facts;
    probe_machine(tree, options.live, options.count_namespaces, facts);
    probe_sysctls(tree, catalog, facts);
    if (options.configuration) probe_sysctl_configuration(tree, catalog, facts);
    CounterReadings first = read_counters(tree);
    for (const auto& [name, value] : first.values)
        facts.counters[name].first = value;
    facts.sources.insert(facts.sources.end(), first.sources.begin(), first.sources.end());
    facts::FactSet before;
    if (options.window_s > 0 && options.details && options.live)
        (void)probe_sockets(
            tree,
            {.live = true, .force_dump = options.force_dump, .details_follow = true, .limits = {}},
            before);
    if (options.window_s > 0) {
        const double waited =
            options.wait ? options.wait(options.window_s) : sleep_for(options.window_s);
        if (waited > 0) {
            add_second(read_counters(tree), facts);
            facts.window_s = waited;
        }
    }
    // Last, so that the table is as fresh as can be after a window.
    const SocketOptions sockets{.live = options.live,
                                .force_dump = options.force_dump,
                                .details_follow = options.details,
                                .limits = {}};
    SocketLook look = probe_sockets(tree, sockets, facts);
    add_growth(before.sockets, facts.window_s, facts.sockets);
    if (options.details && options.live)
        probe_details(tree, look, {options.only_pid, options.force_dump}, sockets.limits, facts);
    return facts;
}

void collect_settings(const sysctl::ParameterCatalog& catalog, const std::string& root,
                      facts::FactSet& facts) {
    const host::RootedFileTree tree(root);
    probe_sysctls(tree, catalog, facts);
    probe_sysctl_configuration(tree, catalog, facts);
}

}  // namespace tcptune::probe

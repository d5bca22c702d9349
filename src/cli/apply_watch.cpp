// SPDX-License-Identifier: Apache-2.0
#include "cli/apply_watch.hpp"

#include "cli/host_facts.hpp"

#include <tcptune/plan/guard_check.hpp>

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>
#include <utility>

#include <fmt/format.h>

namespace tcptune::cli {
namespace {

constexpr std::array<std::string_view, 11> watched_counters{
    "Tcp.ActiveOpens",      "Tcp.AttemptFails",
    "Tcp.RetransSegs",      "TcpExt.TWRecycled",
    "TcpExt.PAWSEstab",     "TcpExt.PAWSActive",
    "TcpExt.TCPSynRetrans", "TcpExt.TCPTimeWaitOverflow",
    "TcpExt.ListenDrops",   "TcpExt.ListenOverflows",
    "Tcp.EstabResets"};
constexpr std::size_t most_destinations = 5;

std::optional<double> rate_of(const facts::FactSet& facts, std::string_view counter) {
    const auto found = facts.counters.find(counter);
    if (found == facts.counters.end() || !found->second.second || facts.window_s <= 0) return {};
    // A counter that runs backwards was reset or wrapped: nothing can be said.
    const std::int64_t more = *found->second.second - found->second.first;
    if (more < 0) return {};
    return static_cast<double>(more) / facts.window_s;
}

std::vector<report::WatchRate> rates_of(const facts::FactSet& before, const facts::FactSet& after) {
    std::vector<report::WatchRate> rates;
    for (const std::string_view counter : watched_counters) {
        if (!before.counters.contains(counter) && !after.counters.contains(counter)) continue;
        rates.push_back({std::string(counter), rate_of(before, counter), rate_of(after, counter)});
    }
    return rates;
}

std::string name_of(const facts::Destination& destination) {
    const bool brackets = destination.remote_address.find(':') != std::string::npos;
    return fmt::format("{} -> {}{}{}:{}", destination.local_address, brackets ? "[" : "",
                       destination.remote_address, brackets ? "]" : "", destination.remote_port);
}

bool same_tuple(const facts::Destination& a, const facts::Destination& b) {
    return a.local_address == b.local_address && a.remote_address == b.remote_address &&
           a.remote_port == b.remote_port;
}

/// Ports in use towards `destination`; zero where all destinations are listed and it is not among
/// them.
void look_up(const plan::Plan& plan, const facts::SocketTable& sockets,
             const facts::Destination& destination, std::optional<std::int64_t>& in_use,
             std::optional<std::int64_t>& usable) {
    const auto found =
        std::ranges::find_if(plan.destinations, [&](const plan::PlanDestination& entry) {
            return same_tuple(entry.destination, destination);
        });
    if (found != plan.destinations.end()) {
        in_use = found->before.in_use;
        usable = found->before.ceiling.budget.usable;
    } else if (sockets.method == facts::SocketMethod::dump && sockets.more_destinations == 0) {
        in_use = 0;
        if (plan.budget) usable = plan.budget->usable;
    }
}

std::vector<report::WatchFill> fills_of(const rules::RuleSet& rules, const plan::PlanInputs& inputs,
                                        const facts::FactSet& before, const facts::FactSet& after) {
    // The planner's own view of the ports, once for the settings before and once for those after.
    const plan::Plan then = plan::make_plan(rules, before, inputs);
    const plan::Plan now = plan::make_plan(rules, after, inputs);
    std::vector<facts::Destination> named;
    for (const plan::Plan* plan : {&then, &now}) {
        std::size_t taken = 0;
        for (const plan::PlanDestination& entry : plan->destinations) {
            if (taken++ == most_destinations) break;
            const bool known = std::ranges::any_of(named, [&](const facts::Destination& other) {
                return same_tuple(other, entry.destination);
            });
            if (!known) named.push_back(entry.destination);
        }
    }
    std::vector<report::WatchFill> fills;
    for (const facts::Destination& destination : named) {
        report::WatchFill fill;
        fill.destination = name_of(destination);
        look_up(then, before.sockets, destination, fill.before_in_use, fill.before_usable);
        look_up(now, after.sockets, destination, fill.after_in_use, fill.after_usable);
        fills.push_back(std::move(fill));
    }
    return fills;
}

report::GuardVerdict verdict_of(plan::Truth before, plan::Truth after) {
    switch (after) {
        case plan::Truth::yes:
            return report::GuardVerdict::holds;
        case plan::Truth::unknown:
            return report::GuardVerdict::not_judged;
        case plan::Truth::no:
            break;
    }
    return before == plan::Truth::no ? report::GuardVerdict::violated_before
                                     : report::GuardVerdict::violated;
}

std::string reading_text(const plan::Reading& reading) {
    if (reading.verdict == plan::Truth::unknown)
        return fmt::format("{}: not known: {}", reading.expression, reading.reason);
    return fmt::format("{}: {}", reading.expression, reading.value);
}

std::vector<report::WatchGuard> guards_of(const rules::RuleSet& rules,
                                          const plan::PlanInputs& inputs,
                                          std::span<const std::string> keys,
                                          const facts::FactSet& before,
                                          const facts::FactSet& after) {
    const plan::Inputs bending{&inputs.policy, &inputs.profile};
    const auto then = plan::check_guards(rules, keys, before, bending);
    std::vector<report::WatchGuard> guards;
    for (const plan::GuardReading& now : plan::check_guards(rules, keys, after, bending)) {
        const auto earlier = std::ranges::find(then, now.id, &plan::GuardReading::id);
        const plan::Truth was = earlier == then.end() ? plan::Truth::unknown : earlier->verdict;
        report::WatchGuard guard;
        guard.id = now.id;
        guard.key = now.key;
        guard.text = now.text;
        guard.verdict = verdict_of(was, now.verdict);
        for (const plan::Reading& reading : now.readings)
            guard.readings.push_back(reading_text(reading));
        guards.push_back(std::move(guard));
    }
    return guards;
}

}  // namespace

double window_before(double watch_s) {
    constexpr double longest = 10;
    return std::clamp(watch_s, 1.0, longest);
}

facts::FactSet watched_facts(const rules::RuleSet& rules, double seconds, const std::string& what,
                             const Interrupts& interrupts, Progress& progress) {
    Look look;
    look.window_s = seconds;
    look.configuration = false;
    look.count_namespaces = false;
    look.force_dump = true;
    look.wait = [&](double span) {
        const double start = seconds_now();
        constexpr double step = 0.2;
        for (double left = span; left > 0; left = span - (seconds_now() - start)) {
            progress.show(fmt::format("{}: {} left", what, countdown_text(left)));
            if (!interrupts.wait(std::min(left, step))) break;
        }
        progress.clear();
        return seconds_now() - start;
    };
    return look_at_host(rules, look);
}

report::WatchReport compare_watched(const rules::RuleSet& rules, const plan::PlanInputs& inputs,
                                    std::span<const std::string> keys, const facts::FactSet& before,
                                    const facts::FactSet& after) {
    report::WatchReport watch;
    watch.before_s = before.window_s;
    watch.after_s = after.window_s;
    watch.rates = rates_of(before, after);
    watch.fills = fills_of(rules, inputs, before, after);
    watch.guards = guards_of(rules, inputs, keys, before, after);
    return watch;
}

}  // namespace tcptune::cli

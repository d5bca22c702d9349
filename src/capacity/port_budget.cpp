// SPDX-License-Identifier: Apache-2.0
#include <tcptune/capacity/port_budget.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>

namespace tcptune::capacity {

namespace {

constexpr std::int64_t highest_port = 65535;

const PortSet& even_ports() {
    static const PortSet ports = [] {
        PortSet result(1);
        for (std::size_t step = 2; step < result.size(); step *= 2)
            result |= result << step;
        return result;
    }();
    return ports;
}

/// Whole-set operations instead of a loop over ports: a fleet report asks for millions of budgets.
PortSet ports_between(std::int64_t low, std::int64_t high) {
    const std::int64_t first = std::max<std::int64_t>(low, 0);
    const std::int64_t last = std::min(high, highest_port);
    if (first > last) return {};
    const auto absent = static_cast<std::size_t>(highest_port - last + first);
    return (PortSet().set() >> absent) << static_cast<std::size_t>(first);
}

std::int64_t count(const PortSet& ports) {
    return static_cast<std::int64_t>(ports.count());
}

template <typename Number>
PortSet collect(std::span<const Number> ports) {
    PortSet result;
    for (const Number port : ports)
        if (port >= 0 && port <= highest_port) result.set(static_cast<std::size_t>(port));
    return result;
}

}  // namespace

PortBudget port_budget(const PortSettings& settings, const KernelModel& model) {
    const PortSet range = ports_between(settings.low, settings.high);
    const PortSet unreserved = range & ~settings.reserved;
    const PortSet usable = unreserved & ~settings.bound;

    PortBudget budget;
    budget.range = count(range);
    budget.reserved = budget.range - count(unreserved);
    budget.bound = count(unreserved) - count(usable);
    budget.usable = count(usable);
    budget.preferred = budget.usable;
    budget.preferred_even = settings.low % 2 == 0;
    if (model.low_parity_first) {
        const std::int64_t even = count(usable & even_ports());
        budget.preferred = budget.preferred_even ? even : budget.usable - even;
    }
    return budget;
}

std::int64_t ports_before_slow(const PortBudget& budget, const KernelModel& model) {
    if (!model.low_parity_first) return budget.preferred;
    const double share = std::clamp(model.slow_free_share, 0.0, 1.0);
    const auto spare = std::floor(static_cast<double>(budget.preferred) * share);
    return budget.preferred - static_cast<std::int64_t>(spare);
}

PortSet to_port_set(std::span<const std::uint16_t> ports) {
    return collect(ports);
}
PortSet to_port_set(std::span<const std::int64_t> ports) {
    return collect(ports);
}

}  // namespace tcptune::capacity

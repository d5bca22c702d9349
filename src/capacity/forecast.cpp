// SPDX-License-Identifier: Apache-2.0
#include <tcptune/capacity/forecast.hpp>

#include <algorithm>
#include <cmath>

namespace tcptune::capacity {

namespace {

double real(std::int64_t number) {
    return static_cast<double>(number);
}

/// Facts come from files: nothing below zero, and no NaN.
double not_negative(double number) {
    return number > 0 ? number : 0;
}

/// Where one parity has no usable port, or all of them, there is no other half to fall back to.
bool has_preferred_half(const PortBudget& budget, const KernelModel& model) {
    return model.low_parity_first && budget.preferred > 0 && budget.preferred < budget.usable;
}

double hold_seconds(const PortSettings& settings, const KernelModel& model, const Usage& usage,
                    bool reuse) {
    const double lifetime = not_negative(usage.lifetime_s);
    if (!usage.client_closes) return lifetime;
    if (!reuse)
        return not_negative(model.time_wait_s) + not_negative(model.time_wait_lag_s) + lifetime;
    return not_negative(std::max(settings.reuse_delay_s, model.reuse_floor_s)) + lifetime;
}

/// The closes of one destination, as the timers of its TIME_WAITs tell.
struct Closes {
    double last_1s = 0;
    double last_10s = 0;
    double all = 0;
};

Closes closes_of(const facts::Destination& destination) {
    Closes closes;
    closes.all = destination.count(facts::TcpState::time_wait);
    closes.last_10s = std::min<double>(destination.closed_last_10s, closes.all);
    closes.last_1s = std::min<double>(destination.closed_last_1s, closes.last_10s);
    return closes;
}

/// TIME_WAITs younger than `age`, evenly spread between the ages that are known.
double younger_than(const Closes& closes, double age, double time_wait_s) {
    if (age <= 1) return closes.last_1s * age;
    if (age <= 10) return closes.last_1s + (closes.last_10s - closes.last_1s) * (age - 1) / 9;
    if (age >= time_wait_s) return closes.all;
    return closes.last_10s + (closes.all - closes.last_10s) * (age - 10) / (time_wait_s - 10);
}

double close_rate(const Closes& closes, bool reuse) {
    // A port that serves again takes its older TIME_WAIT away.
    if (reuse) return closes.last_1s;
    const double mean = closes.last_10s / 10;
    // Traffic that began within the ten seconds: their mean would be too low.
    return closes.last_10s >= closes.all ? std::max(mean, closes.last_1s) : mean;
}

std::optional<double> seconds_left(const Forecast& now, double live) {
    const double usable = real(now.ceiling.budget.usable);
    const double held = real(now.held);
    if (held >= usable) return 0;
    if (now.rate_per_s <= 0 || now.rate_per_s * now.ceiling.hold_s + live < usable)
        return std::nullopt;
    // Nothing expires on the way: a population that reaches the limit does so within one hold.
    return (usable - held) / now.rate_per_s;
}

/// See Forecast::reuse_idle. Half a second of slack: the clocks of the timers are coarse.
bool reuse_is_idle(const facts::Destination& destination, const PortSettings& settings,
                   const KernelModel& model, const Ceiling& with_reuse, std::int64_t in_use) {
    constexpr double slack_s = 0.5;
    const double span_s = destination.time_wait_span_ms / 1000.0;
    // Closes of long ago say nothing; where no port is left there are no new ones.
    const bool goes_on = destination.closed_last_10s > 0 || in_use >= with_reuse.budget.usable;
    return settings.never_recycled && with_reuse.reuse && goes_on &&
           in_use > ports_before_slow(with_reuse.budget, model) &&
           span_s > with_reuse.hold_s + slack_s;
}

/// What two looks saw counts too: connections that stay open have no timer to tell their rate.
void count_growth(const std::optional<double>& growth_per_s, Forecast& now) {
    const double free = real(now.ceiling.budget.usable) - real(now.held);
    if (!growth_per_s || !(*growth_per_s > 0) || free <= 0) return;
    constexpr double a_year_s = 365 * 86400.0;
    const double left = free / *growth_per_s;
    if (left > a_year_s) return;
    now.seconds_left = std::min(now.seconds_left.value_or(left), left);
}

/// Open connections keep their ports: what they leave is for the new ones.
void leave_to_new(Ceiling& ceiling, double open) {
    if (open <= 0 || ceiling.hold_s <= 0) return;
    const auto rest = [&](double rate) { return std::max(0.0, rate - open / ceiling.hold_s); };
    if (ceiling.per_s) ceiling.per_s = rest(*ceiling.per_s);
    if (ceiling.slow_above_per_s) ceiling.slow_above_per_s = rest(*ceiling.slow_above_per_s);
}

}  // namespace

std::string_view to_string(Stage stage) {
    switch (stage) {
        case Stage::free:
            return "free";
        case Stage::slow:
            return "slow";
        case Stage::exhausted:
            return "exhausted";
    }
    return "";
}

bool reuse_acts(const PortSettings& settings, const Usage& usage) {
    const bool asked_for = settings.tw_reuse == 1 || (settings.tw_reuse == 2 && usage.loopback);
    return asked_for && settings.timestamps && usage.client_closes && !usage.binds_first;
}

Ceiling ceiling(const PortSettings& settings, const KernelModel& model, const Usage& usage) {
    return ceiling(settings, model, usage, port_budget(settings, model));
}

Ceiling ceiling(const PortSettings& settings, const KernelModel& model, const Usage& usage,
                const PortBudget& budget) {
    Ceiling result;
    result.budget = budget;
    result.reuse = reuse_acts(settings, usage);
    result.hold_s = hold_seconds(settings, model, usage, result.reuse);
    const double sources = real(std::max<std::int64_t>(usage.source_addresses, 1));
    if (budget.usable <= 0) {
        result.per_s = 0;
    } else if (result.hold_s > 0) {
        result.per_s = real(budget.usable) * sources / result.hold_s;
        const std::int64_t first_half =
            usage.binds_first ? budget.usable - budget.preferred : budget.preferred;
        if (has_preferred_half(budget, model))
            result.slow_above_per_s = real(first_half) * sources / result.hold_s;
    }
    return result;
}

Forecast forecast(const facts::Destination& destination, const PortSettings& settings,
                  const KernelModel& model) {
    return forecast(destination, settings, model, port_budget(settings, model));
}

Forecast forecast(const facts::Destination& destination, const PortSettings& settings,
                  const KernelModel& model, const PortBudget& budget) {
    Forecast result;
    Usage usage;
    usage.loopback = destination.loopback;
    result.ceiling = ceiling(settings, model, usage, budget);

    const Closes closes = closes_of(destination);
    for (const std::uint32_t sockets : destination.states)
        result.in_use += sockets;
    result.reuse_idle = reuse_is_idle(destination, settings, model, result.ceiling, result.in_use);
    if (result.reuse_idle) {
        PortSettings without = settings;
        without.tw_reuse = 0;
        result.ceiling = ceiling(without, model, usage, budget);
    }
    const bool reuse = result.ceiling.reuse;
    const double live = real(result.in_use) - closes.all;
    leave_to_new(result.ceiling, real(destination.count(facts::TcpState::established)) +
                                     real(destination.count(facts::TcpState::close_wait)));
    const double waiting =
        reuse ? std::ceil(younger_than(closes, result.ceiling.hold_s, model.time_wait_s))
              : closes.all;
    result.held = static_cast<std::int64_t>(live + waiting);
    result.share = budget.usable > 0 ? real(result.in_use) / real(budget.usable) : 1;
    result.rate_per_s = close_rate(closes, reuse);
    result.seconds_left = seconds_left(result, live);
    count_growth(destination.growth_per_s, result);

    if (has_preferred_half(budget, model)) {
        const std::int64_t even = std::min<std::int64_t>(destination.even_ports, result.in_use);
        const std::int64_t in_half = budget.preferred_even ? even : result.in_use - even;
        // connect() goes to the other half only from a full one, so what is held is held here
        // first.
        result.ports_until_slow = std::max<std::int64_t>(
            0, ports_before_slow(budget, model) - std::min(in_half, result.held));
    }
    if (result.held >= budget.usable)
        result.stage = Stage::exhausted;
    else if (result.ports_until_slow == 0)
        result.stage = Stage::slow;
    return result;
}

}  // namespace tcptune::capacity

// SPDX-License-Identifier: Apache-2.0
#include "plan/sections.hpp"

#include <tcptune/capacity/forecast.hpp>

#include <algorithm>
#include <utility>

namespace tcptune::plan {

namespace {

/// The usage that the numbers of a step are for: the fullest destination, or, without one, a
/// program that closes first towards another host.
capacity::Usage main_usage(const facts::FactSet& facts) {
    capacity::Usage usage;
    if (!facts.sockets.destinations.empty())
        usage.loopback = facts.sockets.destinations.front().loopback;
    return usage;
}

Effect effect_of(const Step& step, const capacity::Ceiling& before,
                 const capacity::Ceiling& after) {
    Effect effect;
    effect.text = step.effect;
    if (before.per_s == after.per_s && before.slow_above_per_s == after.slow_above_per_s)
        return effect;
    effect.ceiling_before_per_s = before.per_s;
    effect.ceiling_after_per_s = after.per_s;
    effect.slow_above_before_per_s = before.slow_above_per_s;
    effect.slow_above_after_per_s = after.slow_above_per_s;
    effect.note = "a limit of ports to one destination; the processor ends earlier";
    return effect;
}

/// What the next boot would give: the configuration's line; without one the kernel's default, if
/// that is a constant of this kernel.
std::optional<std::string> boot_text(const Ground& ground, const rules::Rule& rule) {
    const sysctl::ValueType type = rule.parameter.type;
    if (const facts::ConfiguredValue* winner = ground.facts.boot_winner(rule.key())) {
        const auto value = sysctl::parse_value(type, winner->value);
        return value ? sysctl::display_text(type, *value) : winner->value;
    }
    const auto kernel = ground.facts.kernel();
    const auto value = kernel ? rule.parameter.default_on(*kernel) : std::nullopt;
    if (!value) return std::nullopt;
    return sysctl::display_text(type, *value);
}

}  // namespace

void add_changes(const Ground& ground, const Draft& draft, Plan& plan) {
    const capacity::Usage usage = main_usage(ground.facts);
    Planned done;
    PortState before = port_state(ground.facts, ground.rules, done);
    int order = 0;
    for (const std::string& key : write_order(draft)) {
        const Step& step = draft.at(key);
        const sysctl::ValueType type = step.rule->parameter.type;
        done.emplace(key, step.value);
        PortState after = port_state(ground.facts, ground.rules, done);

        PlanChange change;
        change.key = key;
        change.order = ++order;
        change.before_runtime = running_text(ground, *step.rule);
        change.before_boot = boot_text(ground, *step.rule);
        if (const auto* winner = ground.facts.boot_winner(key))
            change.before_configured = winner->value;
        change.after_runtime = sysctl::display_text(type, step.value);
        change.takes_effect = step.rule->parameter.takes_effect;
        change.risk = step.risk;
        change.reason = step.reason;
        change.rule_id = step.rule_id;
        change.finding_ids = step.finding_ids;
        for (const std::string& other : step.required_by)
            if (draft.contains(other)) {
                change.required_by.push_back(other);
                for (const std::string& id : draft.at(other).finding_ids)
                    change.finding_ids.push_back(id);
            }
        change.hazards = step.hazards;
        change.pinned = step.pinned;
        if (before.complete && after.complete)
            change.expected_effect =
                effect_of(step, capacity::ceiling(before.settings, before.model, usage),
                          capacity::ceiling(after.settings, after.model, usage));
        else
            change.expected_effect.text = step.effect;
        plan.changes.push_back(std::move(change));
        before = std::move(after);
    }
}

void add_destinations(const Ground& ground, const Draft& draft, Plan& plan) {
    const PortState as_is = port_state(ground.facts, ground.rules, {});
    if (!as_is.complete || ground.facts.sockets.method == facts::SocketMethod::none) return;
    plan.budget = capacity::port_budget(as_is.settings, as_is.model);
    const PortState planned = port_state(ground.facts, ground.rules, planned_values(draft));
    const capacity::PortBudget budget = capacity::port_budget(planned.settings, planned.model);
    for (const facts::Destination& destination : ground.facts.sockets.destinations) {
        PlanDestination entry;
        entry.destination = destination;
        entry.before = capacity::forecast(destination, as_is.settings, as_is.model, *plan.budget);
        if (!draft.empty() && planned.complete) {
            capacity::Forecast after =
                capacity::forecast(destination, planned.settings, planned.model, budget);
            if (after.ceiling.per_s != entry.before.ceiling.per_s ||
                after.ceiling.slow_above_per_s != entry.before.ceiling.slow_above_per_s ||
                after.ceiling.budget != entry.before.ceiling.budget)
                entry.after = std::move(after);
        }
        plan.destinations.push_back(std::move(entry));
    }
    std::ranges::stable_sort(plan.destinations, [](const auto& a, const auto& b) {
        return a.before.share > b.before.share;
    });
}

}  // namespace tcptune::plan

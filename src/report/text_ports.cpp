// SPDX-License-Identifier: Apache-2.0
#include "report/numbers.hpp"
#include "report/plan_order.hpp"
#include "report/text_sections.hpp"

#include <tcptune/base/text.hpp>

#include <algorithm>

#include <fmt/format.h>

namespace tcptune::report {
namespace {

/// More would push the findings off a screen; the JSON has them all.
constexpr std::size_t most_destinations = 8;
constexpr std::size_t most_namespaces = 12;
/// Below this width the table becomes sentences.
constexpr std::size_t table_width = 78;

std::string in_use_text(const capacity::Forecast& forecast) {
    return fmt::format("{} of {}", with_thousands(forecast.in_use),
                       with_thousands(forecast.ceiling.budget.usable));
}

/// Without a preferred half nothing becomes slow before it is full.
std::string slow_text(const capacity::Forecast& forecast) {
    const std::optional<double>& rate = forecast.ceiling.slow_above_per_s;
    return rate ? rate_text(*rate) : "-";
}

std::string left_text(const capacity::Forecast& forecast) {
    if (forecast.stage == capacity::Stage::exhausted) return "now";
    return forecast.seconds_left ? span_text(*forecast.seconds_left) : "-";
}

/// Nine tenths taken is near its end, though connect() may not feel it yet.
std::string stage_text(const capacity::Forecast& forecast) {
    const bool near_end = forecast.stage != capacity::Stage::exhausted &&
                          10 * forecast.held >= 9 * forecast.ceiling.budget.usable;
    return near_end ? "near full" : std::string(to_string(forecast.stage));
}

/// `rate`: what was measured; nothing is measured after a plan.
void destination_row(Page& page, const capacity::Forecast& forecast, std::string_view lead,
                     const std::string& rate) {
    const std::string row =
        fmt::format("{} {} {} {} {} {} {}", pad_right(std::string(lead), 12),
                    pad_left(in_use_text(forecast), 16), pad_right(stage_text(forecast), 9),
                    pad_left(rate, 8), pad_left(limit_text(forecast.ceiling.per_s), 9),
                    pad_left(slow_text(forecast), 9), pad_left(left_text(forecast), 7));
    page.row(2, row, ink_of(forecast.stage));
}

void destination_sentence(Page& page, const capacity::Forecast& forecast, std::string_view lead) {
    std::string text =
        fmt::format("{}{} ports ({}), {}, {} closed, port limit {}", lead, in_use_text(forecast),
                    share_text(forecast.share), stage_text(forecast),
                    rate_text(forecast.rate_per_s), limit_text(forecast.ceiling.per_s));
    if (forecast.ceiling.slow_above_per_s) {
        text += ", slow above " + rate_text(*forecast.ceiling.slow_above_per_s);
    }
    if (forecast.seconds_left && forecast.stage != capacity::Stage::exhausted) {
        text += ", full in " + span_text(*forecast.seconds_left);
    }
    page.paragraph(4, text, ink_of(forecast.stage));
}

/// What the ports of one destination are, and where connect() becomes dear. Counters do not tell
/// the ports of sockets that are only bound: there may be fewer usable ones.
std::string budget_text(const capacity::PortBudget& budget, facts::SocketMethod method) {
    const bool is_upper_bound = method == facts::SocketMethod::counters;
    std::string text =
        fmt::format("{}{} usable ports ({} in the range", is_upper_bound ? "at most " : "",
                    with_thousands(budget.usable), with_thousands(budget.range));
    if (budget.reserved > 0) text += fmt::format(", {} reserved", with_thousands(budget.reserved));
    if (budget.bound > 0) {
        text +=
            fmt::format(", {} held by listeners or bound sockets", with_thousands(budget.bound));
    }
    text += "). ";
    if (budget.preferred < budget.usable) {
        text += fmt::format(
            "connect() takes the {} {} ones first; when they are gone every connect() still looks "
            "through all of them, 20 to 90 times dearer and without an error.",
            with_thousands(budget.preferred), budget.preferred_even ? "even" : "odd");
    } else {
        text += "connect() of this kernel prefers no half of them.";
    }
    return text;
}

}  // namespace

Ink ink_of(capacity::Stage stage) {
    switch (stage) {
        case capacity::Stage::free:
            return Ink::plain;
        case capacity::Stage::slow:
            return Ink::caution;
        case capacity::Stage::exhausted:
            return Ink::alarm;
    }
    return Ink::plain;
}

void destination_columns(Page& page) {
    if (page.style().width < table_width) return;
    page.row(
        2,
        fmt::format("{} {} {} {} {} {} {}", pad_right("ports", 12),
                    pad_left("in use of usable", 16), pad_right("stage", 9), pad_left("closes", 8),
                    pad_left("limit", 9), pad_left("slow from", 9), pad_left("full in", 7)),
        Ink::dim);
}

void destination_numbers(Page& page, const capacity::Forecast& forecast) {
    if (page.style().width < table_width) {
        destination_sentence(page, forecast, "");
        return;
    }
    destination_row(page, forecast, bar(forecast.share, 12, page.style().unicode),
                    rate_text(forecast.rate_per_s));
}

void destinations_section(Page& page, const plan::Plan& plan) {
    if (plan.destinations.empty()) return;
    const bool table = page.style().width >= table_width;
    page.heading("Destinations, fullest first");
    destination_columns(page);
    const std::size_t shown = std::min(plan.destinations.size(), most_destinations);
    for (std::size_t i = 0; i < shown; ++i) {
        const plan::PlanDestination& entry = plan.destinations[i];
        page.paragraph(2, destination_name(entry.destination), Ink::strong);
        destination_numbers(page, entry.before);
        if (!entry.after) continue;
        if (table) {
            destination_row(page, *entry.after, "  after plan", "");
        } else {
            destination_sentence(page, *entry.after, "after the plan: ");
        }
    }
    if (shown < plan.destinations.size()) {
        page.paragraph(
            2,
            fmt::format(
                "and {} more (all of them: --format=json)",
                with_thousands(static_cast<std::int64_t>(plan.destinations.size() - shown))),
            Ink::dim);
    }
}

void budget_section(Page& page, const plan::Plan& plan) {
    if (!plan.budget) return;
    page.heading("Ports");
    page.paragraph(2, "A fresh destination has " + budget_text(*plan.budget, plan.method));
    for (const plan::PlanDestination& entry : plan.destinations) {
        if (!entry.after || entry.after->ceiling.budget == entry.before.ceiling.budget) continue;
        page.paragraph(
            2, "After the plan it has " + budget_text(entry.after->ceiling.budget, plan.method));
        break;
    }
    page.paragraph(2,
                   "Limits are port limits: connections per second that the ports allow. The "
                   "processor ends earlier (measured: one core at 13,363/s).",
                   Ink::dim);
}

void goals_section(Page& page, const plan::Plan& plan) {
    if (plan.goals.empty()) return;
    page.heading(fmt::format("Expected by the profile {}", plan.profile));
    for (const plan::GoalResult& goal : plan.goals) {
        if (!goal.known) {
            page.paragraph(2, goal.text);
            continue;
        }
        const std::string verdict = goal.met_before  ? "reached as it is"
                                    : goal.met_after ? "reached by this plan"
                                                     : "not reached";
        page.paragraph(
            2,
            fmt::format("{} to {}: port limit {}: {}.", rate_text(goal.rate_per_s),
                        goal.destination.empty() ? "any one destination" : goal.destination,
                        limit_change(goal.ceiling_before_per_s, goal.ceiling_after_per_s), verdict),
            goal.met_before || goal.met_after ? Ink::good : Ink::caution);
        if (goal.slow_above_after_per_s && *goal.slow_above_after_per_s < goal.rate_per_s) {
            page.paragraph(4, fmt::format("connect() is slow from {} on.",
                                          rate_text(*goal.slow_above_after_per_s)));
        }
        if (!goal.text.empty()) page.paragraph(4, goal.text);
    }
}

void namespaces_section(Page& page, const facts::HostIdentity& host,
                        const std::vector<facts::NamespaceSummary>& namespaces) {
    if (namespaces.empty() && !host.other_netns) {
        page.heading("Other network namespaces");
        page.paragraph(2, std::string(namespaces_not_known));
        return;
    }
    if (namespaces.empty()) {
        const std::int64_t others = *host.other_netns;
        if (others <= 0) return;
        page.heading("Other network namespaces");
        page.paragraph(
            2, fmt::format("{} {} not looked at; what is said here does not hold for {}. "
                           "As root, --all-netns lists the fullest.",
                           with_thousands(others), others == 1 ? "other was" : "others were",
                           others == 1 ? "it" : "them"));
        return;
    }
    page.heading("Other network namespaces, fullest first");
    page.row(2, fmt::format("{} {}  name", pad_left("TIME_WAIT", 12), pad_left("TCP sockets", 12)),
             Ink::dim);
    const std::size_t shown = std::min(namespaces.size(), most_namespaces);
    for (std::size_t i = 0; i < shown; ++i) {
        const facts::NamespaceSummary& entry = namespaces[i];
        page.row(2, fmt::format("{} {}  {}", pad_left(with_thousands(entry.time_wait), 12),
                                pad_left(with_thousands(entry.sockets), 12),
                                safe_text(entry.name, page.style())));
    }
    if (shown < namespaces.size()) {
        page.paragraph(2, fmt::format("and {} more", namespaces.size() - shown), Ink::dim);
    }
}

}  // namespace tcptune::report

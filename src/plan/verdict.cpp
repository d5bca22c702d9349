// SPDX-License-Identifier: Apache-2.0
#include <tcptune/base/text.hpp>
#include <tcptune/plan/plan.hpp>

#include <algorithm>
#include <cmath>

namespace tcptune::plan {

namespace {

std::string counted(std::size_t count, const std::string& one, const std::string& many) {
    return with_thousands(static_cast<std::int64_t>(count)) + " " + (count == 1 ? one : many);
}

std::string port_state_words(const Plan& plan) {
    return fullest_words(plan.method, plan.budget,
                         plan.destinations.empty() ? nullptr : &plan.destinations.front().before);
}

bool missed_goal(const Plan& plan) {
    return std::ranges::any_of(
        plan.goals, [](const GoalResult& goal) { return goal.known && !goal.met_after; });
}

}  // namespace

std::string fullest_words(facts::SocketMethod method,
                          const std::optional<capacity::PortBudget>& budget,
                          const capacity::Forecast* fullest) {
    if (method == facts::SocketMethod::none || !budget)
        return "how full the port range is towards any destination is not known";
    if (fullest == nullptr)
        return method == facts::SocketMethod::counters
                   ? "the host has too few sockets for any destination to be past half of its " +
                         with_thousands(budget->usable) + " usable ports"
                   : "no outbound connection holds a port";
    const auto percent = std::llround(std::clamp(fullest->share, 0.0, 1e6) * 100);
    return "the fullest destination holds " + std::to_string(percent) + " % of its " +
           with_thousands(fullest->ceiling.budget.usable) + " usable ports";
}

std::string verdict_sentence(const Plan& plan) {
    const bool blind = plan.method == facts::SocketMethod::none || !plan.budget;
    const bool urgent = std::ranges::any_of(plan.findings, [](const PlanFinding& finding) {
        return finding.severity != rules::Severity::info;
    });
    std::string text;
    if (!plan.changes.empty()) {
        text = counted(plan.changes.size(), "change is", "changes are") + " proposed; " +
               port_state_words(plan) + ".";
    } else if (blind) {
        text = "The verdict is unknown: " + port_state_words(plan) + ".";
    } else if (missed_goal(plan)) {
        text = "No setting reaches what profile " + plan.profile + " expects; " +
               port_state_words(plan) + ".";
    } else if (!plan.refusals.empty()) {
        text = "Nothing is proposed, but " +
               counted(plan.refusals.size(), "change was", "changes were") +
               " refused (see above); " + port_state_words(plan) + ".";
    } else if (urgent) {
        text = "No sysctl is proposed; see the findings. " +
               ("As for ports, " + port_state_words(plan)) + ".";
    } else {
        text = "Nothing to change: " + port_state_words(plan) + ".";
    }
    if (!plan.unknowns.empty() && !blind)
        text += " " + counted(plan.unknowns.size(), "question stays", "questions stay") +
                " open (see above).";
    return text;
}

}  // namespace tcptune::plan

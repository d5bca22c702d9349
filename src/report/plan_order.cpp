// SPDX-License-Identifier: Apache-2.0
#include "report/plan_order.hpp"

#include <tcptune/rules/remedy_order.hpp>

#include <algorithm>
#include <array>
#include <tuple>

#include <fmt/format.h>

namespace tcptune::report {
namespace {

std::string bracketed(const std::string& address) {
    return address.find(':') == std::string::npos ? address : "[" + address + "]";
}

}  // namespace

std::vector<const plan::PlanFinding*> by_urgency(const plan::Plan& plan) {
    std::vector<const plan::PlanFinding*> order;
    for (const plan::PlanFinding& finding : plan.findings) {
        if (finding.status != plan::FindingStatus::unknown) order.push_back(&finding);
    }
    std::ranges::stable_sort(order, {}, [](const plan::PlanFinding* finding) {
        return -static_cast<int>(finding->severity);
    });
    return order;
}

std::vector<const plan::PlanAdvice*> by_remedy(const plan::Plan& plan) {
    std::vector<const plan::PlanAdvice*> order;
    for (const plan::PlanAdvice& advice : plan.advice)
        order.push_back(&advice);
    std::ranges::stable_sort(order, {}, [](const plan::PlanAdvice* advice) {
        return std::tuple(rules::try_order(advice->remedy), -static_cast<int>(advice->severity));
    });
    return order;
}

std::vector<const plan::PlanChange*> by_order(const plan::Plan& plan) {
    std::vector<const plan::PlanChange*> order;
    for (const plan::PlanChange& change : plan.changes)
        order.push_back(&change);
    std::ranges::stable_sort(order, {},
                             [](const plan::PlanChange* change) { return change->order; });
    return order;
}

std::string evidence_line(const plan::PlanFinding& finding) {
    const auto holds = std::ranges::find(finding.evidence, "yes", &plan::PlanEvidence::verdict);
    if (holds != finding.evidence.end()) {
        return holds->value.empty() ? holds->expression
                                    : fmt::format("{}: {}", holds->expression, holds->value);
    }
    // Lines without a verdict are counts: all of them together are the evidence.
    std::string counts;
    for (const plan::PlanEvidence& line : finding.evidence) {
        if (!line.verdict.empty()) continue;
        if (!counts.empty()) counts += ", ";
        counts += fmt::format("{} {}", line.expression, line.value);
    }
    return counts;
}

bool said_elsewhere(const plan::Plan& plan, const plan::PlanFinding& finding) {
    const auto is_same = [&](const auto& entry) { return entry.id == finding.id; };
    const auto explains = [&](const plan::PlanChange& change) {
        return change.rule_id == finding.id;
    };
    return std::ranges::any_of(plan.advice, is_same) || std::ranges::any_of(plan.changes, explains);
}

std::string_view remedy_word(rules::Remedy remedy) {
    switch (remedy) {
        case rules::Remedy::application:
            return "program";
        case rules::Remedy::topology:
            return "network";
        case rules::Remedy::configuration:
            return "files";
        case rules::Remedy::sysctl:
            return "sysctl";
        case rules::Remedy::none:
            return "note";
    }
    return "note";
}

std::string destination_name(const facts::Destination& destination) {
    return fmt::format("{} -> {}:{}", destination.local_address,
                       bracketed(destination.remote_address), destination.remote_port);
}

std::string_view method_text(facts::SocketMethod method) {
    switch (method) {
        case facts::SocketMethod::dump:
            return "one dump of the socket table";
        case facts::SocketMethod::counters:
            return "socket counters alone: so few sockets that no destination can be past half of "
                   "its ports";
        case facts::SocketMethod::none:
            return "without the socket table, which could not be read";
    }
    return "";
}

}  // namespace tcptune::report

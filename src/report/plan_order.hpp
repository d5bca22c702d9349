// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <tcptune/plan/plan.hpp>

#include <string>
#include <string_view>
#include <vector>

/// The order in which people read a plan, shared by its text and Markdown forms.
namespace tcptune::report {

/// Most urgent first. What could not be judged is left out: Plan::unknowns says it once.
[[nodiscard]] std::vector<const plan::PlanFinding*> by_urgency(const plan::Plan& plan);

/// The program first, then the network, then files: a sysctl is seldom the best cure.
[[nodiscard]] std::vector<const plan::PlanAdvice*> by_remedy(const plan::Plan& plan);

/// Steps as they are carried out.
[[nodiscard]] std::vector<const plan::PlanChange*> by_order(const plan::Plan& plan);

/// The one line of evidence worth showing: the first condition that holds, else the counts.
[[nodiscard]] std::string evidence_line(const plan::PlanFinding& finding);

/// Whether a step or an advice entry carries this finding's explanation already.
[[nodiscard]] bool said_elsewhere(const plan::Plan& plan, const plan::PlanFinding& finding);

/// "program", "network", ... as people would say it.
[[nodiscard]] std::string_view remedy_word(rules::Remedy remedy);

/// "10.0.0.1 -> 10.0.3.7:5432", "[2001:db8::1]:443".
[[nodiscard]] std::string destination_name(const facts::Destination& destination);

/// How the socket table was looked at, as one sentence part.
[[nodiscard]] std::string_view method_text(facts::SocketMethod method);

/// What a report says where other namespaces could not be counted.
inline constexpr std::string_view namespaces_not_known =
    "How many other network namespaces there are is not known: some processes may not be looked "
    "at.";

}  // namespace tcptune::report

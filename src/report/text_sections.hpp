// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "report/text_layout.hpp"

#include <tcptune/plan/plan.hpp>

#include <string>
#include <vector>

/// The parts of the plan's screen, and those that it shares with the diagnosis; each writes nothing
/// when it has nothing to say.
namespace tcptune::report {

void destinations_section(Page& page, const plan::Plan& plan);
void budget_section(Page& page, const plan::Plan& plan);
void goals_section(Page& page, const plan::Plan& plan);
void steps_section(Page& page, const plan::Plan& plan);

/// Name of the host and its kernel.
void host_line(Page& page, const facts::HostIdentity& host);
[[nodiscard]] std::string namespace_words(const facts::HostIdentity& host);
void namespaces_section(Page& page, const facts::HostIdentity& host,
                        const std::vector<facts::NamespaceSummary>& namespaces);

/// The head above destination_numbers(); nothing on a page that is too narrow for columns.
void destination_columns(Page& page);
/// Bar, ports in use, stage, rate, limits and the time left of one destination: a row of columns,
/// a sentence on a narrow page.
void destination_numbers(Page& page, const capacity::Forecast& forecast);

[[nodiscard]] Ink ink_of(rules::Severity severity);
[[nodiscard]] Ink ink_of(rules::Level level);
[[nodiscard]] Ink ink_of(capacity::Stage stage);

}  // namespace tcptune::report

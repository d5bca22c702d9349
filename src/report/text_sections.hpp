// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "report/text_layout.hpp"

#include <tcptune/plan/plan.hpp>

/// The parts of the plan's screen; each writes nothing when it has nothing to say.
namespace tcptune::report {

void destinations_section(Page& page, const plan::Plan& plan);
void budget_section(Page& page, const plan::Plan& plan);
void goals_section(Page& page, const plan::Plan& plan);
void namespaces_section(Page& page, const plan::Plan& plan);
void steps_section(Page& page, const plan::Plan& plan);

[[nodiscard]] Ink ink_of(rules::Severity severity);
[[nodiscard]] Ink ink_of(rules::Level level);
[[nodiscard]] Ink ink_of(capacity::Stage stage);

}  // namespace tcptune::report

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <tcptune/plan/plan.hpp>

#include <string>

namespace tcptune::report {

/// A plan for a review comment: a summary line, a table of changes, the evidence folded away.
/// The host's name only when `show_host`. Foreign text is escaped for Markdown and HTML.
[[nodiscard]] std::string markdown_plan(const plan::Plan& plan, bool show_host);

}  // namespace tcptune::report

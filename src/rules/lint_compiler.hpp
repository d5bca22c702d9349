// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "rules/expression_scope.hpp"
#include "rules/rule_file.hpp"

namespace tcptune::rules {

/// Compiles one `[[lint]]` of `rule`, whose evidence is compiled already. Its expressions may read
/// only what a text of configuration tells: `value`, `sysctl.KEY`, `config.KEY`, thresholds, the
/// kernel's version, and evidence made of these.
[[nodiscard]] LintEntry compile_lint(LintText& text, const Rule& rule, ExpressionScope& scope);

}  // namespace tcptune::rules

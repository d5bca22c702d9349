// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "rules/expression_scope.hpp"
#include "rules/rule_compiler.hpp"

namespace tcptune::rules {

/// Types an example's facts and looks its ids up in `rule`, whose other tables are compiled.
[[nodiscard]] Example compile_example(ExampleText& text, const Rule& rule,
                                      const ParameterIndex& parameters, ExpressionScope& scope);

}  // namespace tcptune::rules

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "rules/expression_scope.hpp"

#include <tcptune/sysctl/parameter.hpp>

#include <vector>

namespace tcptune::rules {

/// Compiles what shall become the value of `parameter`: as many expressions of the right type as it
/// has numbers, or one list; a constant must be a value that the kernel takes.
[[nodiscard]] std::vector<expr::Expression> compile_value(const std::vector<LocatedText>& set,
                                                          const sysctl::Parameter& parameter,
                                                          Visible visible, ExpressionScope& scope);

/// `[[parameter.default]] expr`: it stays text in the catalog, and must mean something all the
/// same.
void check_default(const LocatedText& text, const sysctl::Parameter& parameter,
                   ExpressionScope& scope);

}  // namespace tcptune::rules

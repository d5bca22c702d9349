// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "rules/rule_file.hpp"

#include <tcptune/facts/fact_schema.hpp>

#include <functional>
#include <map>
#include <optional>
#include <string>

namespace tcptune::rules {

/// The parameters of all rule files by key.
using ParameterIndex = std::map<std::string_view, const sysctl::Parameter*>;

/// Parses and types every expression of `file` and looks every name up. Nothing when anything was
/// reported; `file` must have a parameter, and gives up its contents.
[[nodiscard]] std::optional<Rule> compile_rule(RuleFile& file, const facts::FactSchema& schema,
                                               const ParameterIndex& parameters,
                                               Diagnostics& diagnostics);

}  // namespace tcptune::rules

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "rules/rule_file.hpp"

#include <tcptune/facts/fact_schema.hpp>

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>

namespace tcptune::rules {

/// The parameters of all rule files by key.
using ParameterIndex = std::map<std::string_view, const sysctl::Parameter*>;

/// What all files together know of the keys.
struct KnownKeys {
    const facts::FactSchema& schema;
    const ParameterIndex& parameters;
    /// Keys of files whose parameter could not be read: the cause is reported there.
    const std::set<std::string, std::less<>>& unreadable;
};

/// Parses and types every expression of `file` and looks every name up. Nothing when anything was
/// reported or reads an unreadable key; `file` must have a parameter, and gives up its contents.
[[nodiscard]] std::optional<Rule> compile_rule(RuleFile& file, const KnownKeys& keys,
                                               Diagnostics& diagnostics);

}  // namespace tcptune::rules

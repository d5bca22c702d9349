// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <tcptune/capacity/forecast.hpp>
#include <tcptune/facts/fact_set.hpp>
#include <tcptune/rules/profile_file.hpp>
#include <tcptune/rules/rule_set.hpp>
#include <tcptune/sysctl/value.hpp>

#include <map>
#include <string>

namespace tcptune::plan {

/// Planned values by key; a state of the host is its facts with these laid over.
using Planned = std::map<std::string, sysctl::Value, std::less<>>;

/// The port arithmetic's view of a host, as it is or after `planned`. `complete` is false, with
/// the reason, when a fact that it needs is unknown: then no number is printed.
struct PortState {
    capacity::PortSettings settings;
    capacity::KernelModel model;
    bool complete = true;
    std::string missing;
};

[[nodiscard]] PortState port_state(const facts::FactSet& facts, const rules::RuleSet& rules,
                                   const Planned& planned);

/// Adds the derived facts (`port.*`, `workload.*`) for the settings as they are. Facts that are in
/// `facts` already, as an example or a facts file may give them, stay.
[[nodiscard]] facts::FactSet with_derived(const facts::FactSet& facts, const rules::RuleSet& rules,
                                          const rules::Profile& profile);

[[nodiscard]] facts::FactValue to_fact(const sysctl::Value& value);
/// The fact as a value of that type, if it is one.
[[nodiscard]] std::optional<sysctl::Value> to_sysctl_value(sysctl::ValueType type,
                                                           const facts::FactValue& value);

}  // namespace tcptune::plan

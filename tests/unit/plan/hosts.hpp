// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <tcptune/facts/fact_set.hpp>
#include <tcptune/plan/plan.hpp>
#include <tcptune/rules/rule_set.hpp>

#include <string>
#include <string_view>

namespace hosts {

/// The rules of the source tree; fails the test case when one of them does not load.
const tcptune::rules::RuleSet& shipped_rules();
/// A file of the source tree, whole.
std::string text_of(const std::string& path);
/// The same with one number changed, as an administrator would in the file of `key`: the first line
/// after `anchor` that sets `member` gets `value`.
tcptune::rules::RuleSet edited_rules(std::string_view key, std::string_view anchor,
                                     std::string_view member, std::string_view value);
/// Rules from texts of the form "KEY.toml" -> text.
tcptune::rules::RuleSet rules_from(
    std::initializer_list<std::pair<std::string_view, std::string_view>> texts);

/// A host with the kernel's defaults, every source read, no outbound connection.
tcptune::facts::FactSet idle(std::string_view kernel = "6.18.44");
/// The same with `count` TIME_WAITs from 10.0.0.1 to 10.0.3.7:5432, closed at an even rate.
tcptune::facts::FactSet churning(std::uint32_t count, std::string_view kernel = "6.18.44");
/// The same with `count` connections that stay open.
tcptune::facts::FactSet busy(std::uint32_t count);

tcptune::plan::Plan plan_for(const tcptune::rules::RuleSet& rules,
                             const tcptune::facts::FactSet& facts,
                             const tcptune::rules::Profile& profile = {},
                             const tcptune::rules::Policy& policy = {});
const tcptune::plan::PlanChange* change_of(const tcptune::plan::Plan& plan, std::string_view key);
bool advises(const tcptune::plan::Plan& plan, std::string_view id);
bool advises_against(const tcptune::plan::Plan& plan, std::string_view key);

}  // namespace hosts

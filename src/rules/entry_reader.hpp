// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "rules/rule_file.hpp"
#include "rules/toml_fields.hpp"

/// One entry each of the tables that judge a host: what they have in common is conditions, values
/// and ids. `file` has its parameter by then, if that could be read.
namespace tcptune::rules {

/// A condition that must be there: an empty one would hold always.
[[nodiscard]] ConditionText read_required_condition(TomlTable& table);
[[nodiscard]] Reference read_reference(TomlTable& table, UniqueIds& ids);

[[nodiscard]] ConstraintText read_constraint(TomlTable& table, UniqueIds& ids);
[[nodiscard]] RequirementText read_requirement(TomlTable& table, UniqueIds& ids,
                                               const RuleFile& file);
[[nodiscard]] HazardText read_hazard(TomlTable& table, UniqueIds& ids, const RuleFile& file);
[[nodiscard]] RecommendationText read_recommendation(TomlTable& table, UniqueIds& ids);
[[nodiscard]] AdviceText read_advice(TomlTable& table, UniqueIds& ids);
[[nodiscard]] GuardText read_guard(TomlTable& table, UniqueIds& ids);

}  // namespace tcptune::rules

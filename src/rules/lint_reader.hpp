// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "rules/rule_file.hpp"
#include "rules/toml_fields.hpp"

namespace tcptune::rules {

/// One `[[lint]]`.
[[nodiscard]] LintText read_lint(TomlTable& table, UniqueIds& ids);

}  // namespace tcptune::rules

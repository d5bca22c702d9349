// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <tcptune/base/diagnostic.hpp>
#include <tcptune/base/toml_table.hpp>
#include <tcptune/sysctl/parameter.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace tcptune::sysctl {

/// Reads `schema` and `[parameter]` of one rule file and ignores every other table: this is all
/// that the privileged helper reads of it.
[[nodiscard]] std::optional<Parameter> read_parameter(const std::string& file,
                                                      std::string_view text,
                                                      Diagnostics& diagnostics);

/// The same from an open document, for the rule reader: `root` is the document's root table.
[[nodiscard]] std::optional<Parameter> read_parameter(TomlTable& root);

/// A TOML scalar or list as a value of this type, or reported through `table` and nothing.
[[nodiscard]] std::optional<Value> to_value(ValueType type, const TomlValue& toml,
                                            TomlTable& table);

/// `since` and `until` of a table, as kernel versions.
[[nodiscard]] KernelRange read_kernel_range(TomlTable& table);

}  // namespace tcptune::sysctl

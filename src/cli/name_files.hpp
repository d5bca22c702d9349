// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <tcptune/rules/name_book.hpp>
#include <tcptune/rules/rule_set.hpp>

#include <string>
#include <vector>

/// The names of sysctls, in `names` below each rule directory; files mask each other as rules do.
namespace tcptune::cli {

/// Throws Error (no_input).
[[nodiscard]] std::vector<rules::RuleSource> find_name_files(const std::vector<std::string>& extra);

/// Throws Error (configuration) where there is no file, InputError when one has a mistake: without
/// its names, good keys would be called unknown.
[[nodiscard]] rules::NameBook load_name_book(const std::vector<std::string>& extra);

}  // namespace tcptune::cli

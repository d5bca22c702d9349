// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <tcptune/conf/statements.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace tcptune::conf {

/// glob(3) for one component, where no wildcard matches a leading dot.
[[nodiscard]] bool component_matches(std::string_view pattern, std::string_view name);

/// "a{b,c{d,e}}f" -> "abf", "acdf", "acef", as GLOB_BRACE of glob(3), in its order; the pattern
/// itself where there are no braces that close. At most 64.
[[nodiscard]] std::vector<std::string> brace_alternatives(std::string_view pattern);

/// Both dotted.
[[nodiscard]] bool key_matches(std::string_view pattern, std::string_view key);

/// What every match begins with.
[[nodiscard]] std::string_view literal_prefix(std::string_view pattern);

}  // namespace tcptune::conf

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "rules/rule_file.hpp"

#include <tcptune/rules/rule_set.hpp>

#include <string_view>

namespace tcptune::rules {

/// Reads the shape of one rule file; every error lands in `diagnostics`. The result looks into
/// `source`, which must outlive it.
[[nodiscard]] RuleFile read_rule_file(const RuleSource& source, Examples examples,
                                      Diagnostics& diagnostics);

/// `[[example]]`, for read_rule_file.
void read_examples(TomlTable& root, RuleFile& file, Diagnostics& diagnostics);

/// Where the examples of a rule text begin, and where a table after them starts, if one does.
struct ExamplesPart {
    std::size_t begin = std::string_view::npos;
    std::size_t stray = std::string_view::npos;
};
[[nodiscard]] ExamplesPart find_examples(std::string_view text);

}  // namespace tcptune::rules

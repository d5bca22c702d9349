// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <tcptune/base/diagnostic.hpp>
#include <tcptune/rules/name_book.hpp>
#include <tcptune/rules/rule_set.hpp>

#include <cstddef>
#include <string>

namespace tcptune::lint {

struct ExampleRun {
    Diagnostics diagnostics;   ///< TT501, at the `[[lint]]`
    std::size_t examples = 0;  ///< texts that were judged
};

/// Judges every text of `fires` and `silent` in the lints of `rule`, which is one of `rules` (read
/// with Parts::knowledge or more), on the kernel that the lint names.
[[nodiscard]] ExampleRun run_examples(const rules::Rule& rule, const rules::RuleSet& rules,
                                      const rules::NameBook& names);

/// What a text of `fires` or `silent` stands for: itself when it has a '=', else the value of the
/// key in a file of one line.
[[nodiscard]] std::string example_text(const std::string& key, const std::string& shown);

}  // namespace tcptune::lint

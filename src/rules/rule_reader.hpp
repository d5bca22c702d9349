// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "rules/rule_file.hpp"

#include <tcptune/rules/rule_set.hpp>

#include <cstddef>
#include <string_view>
#include <vector>

namespace tcptune::rules {

/// Reads the shape of one rule file; every error lands in `diagnostics`. The result looks into
/// `source`, which must outlive it.
[[nodiscard]] RuleFile read_rule_file(const RuleSource& source, Parts parts,
                                      Diagnostics& diagnostics);

/// Reads the facts of a file's examples: values, and tables that give an upper bound.
class FactReader {
public:
    /// `diagnostics` are those of the document.
    explicit FactReader(Diagnostics& diagnostics) : diagnostics_(diagnostics) {}
    [[nodiscard]] std::vector<FactText> read(TomlTable& facts);

private:
    Diagnostics& diagnostics_;
    std::size_t bounds_ = 0;
};

/// `[[example]]`, for read_rule_file.
void read_examples(TomlTable& root, RuleFile& file, Diagnostics& diagnostics);

/// Where the parts of a rule text begin (its end where a part is missing), and where a table stands
/// that belongs into an earlier part, if one does.
struct TextParts {
    std::size_t prose = 0;     ///< the first [[lint]], [[myth]], [[note]] or [[reference]]
    std::size_t examples = 0;  ///< the first [[example]]
    std::size_t stray = std::string_view::npos;
};
[[nodiscard]] TextParts find_parts(std::string_view text);

}  // namespace tcptune::rules

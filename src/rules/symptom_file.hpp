// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "rules/rule_file.hpp"

#include <tcptune/rules/symptom.hpp>

#include <cstddef>
#include <string_view>
#include <vector>

/// A symptom file as read: every table has its shape, but no expression is parsed and no fact is
/// looked up. `entry` holds what is ready already.
namespace tcptune::rules {

struct SymptomExampleText {
    SymptomExample entry;
    std::vector<FactText> facts;
    std::vector<FactText> deltas;
};

struct SymptomFile {
    std::string_view file;
    std::string_view text;  ///< all of it, for the lines that diagnostics quote
    bool has_scope = false;
    SourceLocation id_location;
    Symptom entry;
    ConditionText condition;
    std::vector<SymptomExampleText> examples;
};

/// Where the parts of a symptom text begin (its end where a part is missing), and where a table
/// stands that belongs into an earlier part, if one does.
struct SymptomTextParts {
    std::size_t cures = 0;
    std::size_t examples = 0;
    std::size_t stray = std::string_view::npos;
};
[[nodiscard]] SymptomTextParts find_symptom_parts(std::string_view text);

/// As much of the text as `parts` needs. Stops at the first table of a list for the condition.
[[nodiscard]] std::string_view needed_text(std::string_view text, SymptomParts parts);

/// White space of any kind, also line ends, becomes one space: a text has one line.
[[nodiscard]] std::string folded(std::string_view text);

/// An id of a message: an errno's name, or words in lower case with '-'.
[[nodiscard]] bool is_message_id(std::string_view text);
inline constexpr std::string_view message_id_spelling =
    "an errno's name in capitals, or lower-case letters, digits and '-'";

/// The id that a file must have, by its name; "" when it does not end in .toml.
[[nodiscard]] std::string_view id_by_name(std::string_view file);

}  // namespace tcptune::rules

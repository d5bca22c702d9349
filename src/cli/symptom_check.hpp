// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <tcptune/base/diagnostic.hpp>
#include <tcptune/rules/rule_set.hpp>
#include <tcptune/rules/symptom.hpp>

#include <cstddef>
#include <string>
#include <vector>

/// `rules lint` and `rules test` for the files of symptoms and messages.
namespace tcptune::cli {

enum class FileKind { rule, symptom, message, names };
/// By its first table: [symptom], [message], one of rules/names, or else a rule.
[[nodiscard]] FileKind kind_of(const std::string& text);

/// Files to check as if they were installed: the installed ones of other names are around them.
struct SymptomFiles {
    std::vector<rules::SymptomSource> symptoms;
    std::vector<rules::SymptomSource> messages;
    [[nodiscard]] std::size_t size() const { return symptoms.size() + messages.size(); }
};

/// Those in force.
[[nodiscard]] SymptomFiles installed_symptoms(const std::vector<std::string>& extra);

struct SymptomCheck {
    Diagnostics diagnostics;
    std::size_t examples = 0;
};
/// Reads and compiles `files`; lints them, or runs their examples when `testing`.
[[nodiscard]] SymptomCheck check_symptoms(const SymptomFiles& files, const SymptomFiles& installed,
                                          const rules::RuleSet& rules, bool testing);

}  // namespace tcptune::cli

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <tcptune/rules/name_book.hpp>
#include <tcptune/rules/rule_set.hpp>
#include <tcptune/rules/symptom.hpp>

#include <set>
#include <string>
#include <string_view>
#include <vector>

/// Symptoms and messages, and as much of the rules as a diagnosis computes with. They lie in
/// `symptoms` and `messages` below each rule directory; files mask each other as rules do.
namespace tcptune::cli {

enum class SymptomKind { symptoms, messages };

/// The texts in force and the disabled ones. Throws Error (no_input).
[[nodiscard]] std::vector<rules::SymptomSource> find_symptoms(const std::vector<std::string>& extra,
                                                              SymptomKind kind);

/// Of the rules, the declarations that port arithmetic and these symptoms read. The other files are
/// opened, but not parsed: that would be most of the time of a look at a healthy host. Throws
/// InputError.
[[nodiscard]] rules::RuleSet load_declarations(const std::vector<std::string>& extra,
                                               const std::vector<rules::SymptomSource>& symptoms);

/// Throws InputError when any file has an error.
[[nodiscard]] std::vector<rules::Symptom> load_symptoms(
    const std::vector<rules::SymptomSource>& sources, const rules::RuleSet& rules,
    rules::SymptomParts parts);
[[nodiscard]] std::vector<rules::Message> load_messages(const std::vector<std::string>& extra);

/// The releases of distributions in the files of names. Throws InputError when one has an error.
[[nodiscard]] std::vector<rules::Release> load_releases(const std::vector<std::string>& extra);

/// "ID" of "DIRECTORY/ID.toml".
[[nodiscard]] std::string_view file_id(const std::string& file);

/// Takes out what is only looked at when somebody asks about a message.
void leave_out_questions(std::vector<rules::SymptomSource>& sources);

/// Those of the sources that have one of these ids.
[[nodiscard]] std::vector<rules::SymptomSource> only(
    const std::vector<rules::SymptomSource>& sources, const std::set<std::string>& ids);

}  // namespace tcptune::cli

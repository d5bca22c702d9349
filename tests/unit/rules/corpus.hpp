// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <tcptune/rules/rule_set.hpp>
#include <tcptune/rules/symptom.hpp>

#include <string>
#include <string_view>
#include <vector>

/// The files below tests/rules. `good` holds rules named KEY.toml, policies (policy-*.toml),
/// profiles (profile-*.toml), symptoms (symptom-ID.toml) and messages (message-ID.toml). In `bad`,
/// rule-*.toml is read beside the good rules under the name of net.core.somaxconn, symptom-*.toml
/// and message-*.toml as sample.toml, or under the name after "# name = " in the first line.
namespace tcptune::rules::corpus {

struct File {
    std::string name;
    std::string text;
};

[[nodiscard]] std::string read_text(const std::string& path);
/// The .toml files of a folder below tests/rules, by name.
[[nodiscard]] std::vector<File> files(const std::string& folder);
[[nodiscard]] bool is_rule_name(std::string_view name);
[[nodiscard]] std::vector<RuleSource> good_rules();
[[nodiscard]] std::vector<SymptomSource> good_messages();

/// "TT201 12:5 unknown" without the words: one line per diagnostic, in their order.
[[nodiscard]] std::string places(const Diagnostics& diagnostics);
/// Reads one file as what its name says it is.
[[nodiscard]] Diagnostics diagnose(const File& file);

}  // namespace tcptune::rules::corpus

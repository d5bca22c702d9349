// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <tcptune/rules/policy_file.hpp>
#include <tcptune/rules/profile_file.hpp>
#include <tcptune/rules/rule_set.hpp>

#include <set>
#include <string>
#include <vector>

/// Where rules, profiles and policies are. The installed files are in the data directory; a
/// program that runs from its build tree takes those of its source tree instead, so that nothing
/// needs to be installed. Files in /etc/tcptune mask installed ones of the same name; a link to
/// /dev/null or an empty file disables a name; of a disabled rule the parameter stays known.
namespace tcptune::cli {

/// Whether this program was built here and not installed.
[[nodiscard]] bool runs_from_build_tree();

/// The rule directories in order of increasing weight; `extra` weighs most.
[[nodiscard]] std::vector<std::string> rule_directories(const std::vector<std::string>& extra);

/// A file of one name, after masks.
struct FoundFile {
    std::string path;
    bool disabled = false;  ///< masked by a directory of more weight
};
/// The `*.toml` files of the folder `below` each of these directories, by name; a folder need not
/// be there.
[[nodiscard]] std::vector<FoundFile> found_below(const std::vector<std::string>& directories,
                                                 const std::string& below);

/// The rule texts in force, and the disabled ones. Throws Error (no_input, configuration).
[[nodiscard]] std::vector<rules::RuleSource> find_rules(const std::vector<std::string>& extra);
/// Of the installed files only those of these keys; all others that somebody laid over them.
[[nodiscard]] std::vector<rules::RuleSource> find_rules(const std::vector<std::string>& extra,
                                                        const std::set<std::string>& keys);

/// The rules in force. Throws InputError when any file has an error: a plan made without a rule
/// that somebody relies on would look like a clean bill.
[[nodiscard]] rules::RuleSet load_rule_set(const std::vector<std::string>& extra,
                                           rules::Parts parts);

/// A profile by name, or by file when the text has a '/' or ends in ".toml"; "" is "general".
/// Throws Error (usage, with the names that there are) and InputError.
[[nodiscard]] rules::Profile load_profile(const std::string& name_or_file);
[[nodiscard]] rules::Policy load_policy(const std::string& name_or_file);

[[nodiscard]] std::vector<rules::Profile> all_profiles();

/// More than any rule or policy file has; the reader of the text refuses what is larger.
inline constexpr std::size_t text_limit = std::size_t{1} << 20U;

}  // namespace tcptune::cli

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <tcptune/facts/fact_schema.hpp>
#include <tcptune/rules/rule.hpp>
#include <tcptune/sysctl/catalog.hpp>

#include <map>
#include <span>
#include <string>
#include <string_view>

namespace tcptune::rules {

/// One rule text, already read: the core opens no file.
struct RuleSource {
    std::string file;  ///< for messages; its base name must be KEY.toml
    std::string text;
};

/// All rules by key.
class RuleSet {
public:
    bool add(Rule rule);
    [[nodiscard]] const Rule* find(std::string_view key) const;
    [[nodiscard]] const std::map<std::string, Rule, std::less<>>& all() const { return rules_; }
    [[nodiscard]] sysctl::ParameterCatalog catalog() const;

    /// The behaviour `name` on that kernel, wherever it is declared.
    [[nodiscard]] const Behaviour* behaviour(std::string_view name,
                                             const KernelVersion& kernel) const;

private:
    std::map<std::string, Rule, std::less<>> rules_;
};

struct LoadedRules {
    RuleSet rules;
    Diagnostics diagnostics;
};

enum class Examples { skip, read };

/// Reads and compiles all texts; a file with an error is left out and reported, the others stay.
/// The order of the sources does not matter. `Examples::skip` cuts each text at its first
/// `[[example]]` line before parsing (examples stand last in a file, TT604), because half of a
/// rule file is tests that a run on a host has no use for.
[[nodiscard]] LoadedRules load_rules(std::span<const RuleSource> sources, Examples examples);

/// The fact schema for these rules' parameters.
[[nodiscard]] facts::FactSchema schema_for(const RuleSet& rules);
/// The type of the fact `sysctl.KEY`.
[[nodiscard]] facts::Type fact_type(sysctl::ValueType type);

}  // namespace tcptune::rules

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
    bool disabled = false;  ///< masked: its advice is off, what its key is stays known
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

/// How much of each text is read. Most of a rule file is prose and tests, for which a run that only
/// plans has no use: the text is cut before it is parsed. Hence the order of tables in a file: what
/// decides, then [[lint]], [[myth]], [[note]] and [[reference]], then [[example]] (TT604).
enum class Parts {
    declaration,  ///< the parameter, thresholds and behaviours: what a diagnosis computes with
    advice,       ///< what decides a plan
    knowledge,    ///< and the myths, notes and references
    all,          ///< and the examples
};

/// Reads and compiles all texts; a file with an error is left out and reported, the others stay.
/// What only follows from a file whose parameter cannot be read is not reported: it would bury the
/// cause. A disabled text gives its parameter, behaviours and thresholds; mistakes in the rest of
/// it are nobody's concern. The order of the sources does not matter. With Parts::advice the ids of
/// references are not checked.
[[nodiscard]] LoadedRules load_rules(std::span<const RuleSource> sources, Parts parts);

/// The fact schema for these rules' parameters.
[[nodiscard]] facts::FactSchema schema_for(const RuleSet& rules);
/// The type of the fact `sysctl.KEY`.
[[nodiscard]] facts::Type fact_type(sysctl::ValueType type);

}  // namespace tcptune::rules

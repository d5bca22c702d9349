// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <tcptune/base/toml_table.hpp>
#include <tcptune/rules/rule.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// A rule file as read: every table has its shape, but no expression is parsed and no name is
/// looked up, because names come from the other files too. `entry` holds what is ready already.
namespace tcptune::rules {

struct ConditionText {
    std::vector<LocatedText> all, any, none;
    [[nodiscard]] bool empty() const { return all.empty() && any.empty() && none.empty(); }
};

struct BehaviourText {
    Behaviour entry;
    std::optional<LocatedText> reference;
    SourceLocation location;
};
struct EvidenceText {
    Evidence entry;
    LocatedText name, expr;
};
struct ConstraintText {
    Constraint entry;
    LocatedText expr;
};
struct SatisfyText {
    LocatedText key;
    std::vector<LocatedText> set;
};

struct RequirementText {
    Requirement entry;
    ConditionText condition;
    std::optional<SatisfyText> satisfy;
};

struct HazardText {
    Hazard entry;
    ConditionText condition;
};

struct RecommendationText {
    Recommendation entry;
    ConditionText condition;
    std::vector<LocatedText> set;
};

struct AdviceText {
    Advice entry;
    ConditionText condition;
};
struct GuardText {
    Guard entry;
    ConditionText condition;
};
/// A `[[lint]]`; `fires` and `silent` are in the entry.
struct LintText {
    LintEntry entry;
    ConditionText condition;
    std::vector<LocatedText> set;
    std::optional<LocatedText> reference;
};
struct NoteText {
    Note entry;
    std::optional<LocatedText> reference;
};

/// One line of `[example.facts]`: a value, or "at most" a number.
struct FactText {
    std::string name;
    std::optional<TomlValue> value;
    std::optional<double> at_most;
    SourceLocation location;
};

struct ExampleText {
    Example entry;
    std::optional<LocatedText> recommendation, blocked_by;
    std::vector<LocatedText> hazards, advice;
    std::vector<FactText> facts;
};

struct RuleFile {
    std::string_view file;
    std::string_view text;  ///< all of it, for the lines that diagnostics quote
    std::optional<sysctl::Parameter> parameter;
    SourceLocation key_location;
    std::vector<LocatedText> default_exprs;
    std::vector<Threshold> thresholds;
    std::vector<BehaviourText> behaviours;
    std::vector<EvidenceText> evidence;
    std::vector<ConstraintText> constraints;
    std::vector<RequirementText> requirements;
    std::vector<HazardText> hazards;
    std::vector<RecommendationText> recommendations;
    std::vector<AdviceText> advice;
    std::vector<GuardText> guards;
    std::vector<LintText> lints;
    std::vector<Myth> myths;
    std::vector<NoteText> notes;
    std::vector<Reference> references;
    bool has_prose = true;  ///< lints, myths, notes and references were read
    std::vector<ExampleText> examples;
};

}  // namespace tcptune::rules

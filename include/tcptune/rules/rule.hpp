// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <tcptune/base/diagnostic.hpp>
#include <tcptune/base/kernel_version.hpp>
#include <tcptune/expr/expression.hpp>
#include <tcptune/sysctl/parameter.hpp>

#include <map>
#include <optional>
#include <string>
#include <vector>

/// A compiled rule file: every expression parsed and typed, every name resolved. What the tables
/// mean is written in tcptune-rules(5).
namespace tcptune::rules {

enum class Level { low, medium, high, critical };  ///< risk, confidence, hazard severity
enum class Severity { info, warning, critical };   ///< of a finding
enum class Remedy { none, application, sysctl, configuration, topology };

[[nodiscard]] std::string_view to_string(Level level);
[[nodiscard]] std::string_view to_string(Severity severity);
[[nodiscard]] std::string_view to_string(Remedy remedy);

/// `all`, `any`, `none`: lists of one-line expressions; when several lists are given, all must
/// hold.
struct Condition {
    std::vector<expr::Expression> all;
    std::vector<expr::Expression> any;
    std::vector<expr::Expression> none;
    [[nodiscard]] bool empty() const { return all.empty() && any.empty() && none.empty(); }
};

struct Threshold {
    std::string name;
    double value = 0;
    SourceLocation location;
};

/// `[[behaviour]]`: a number or word that the port arithmetic reads for a kernel, so that no kernel
/// fact sits in C++: time_wait_s, reuse_floor_s, connect_order, ... The first whose range contains
/// the kernel counts.
struct Behaviour {
    std::string name;
    std::optional<double> number;
    std::string word;
    KernelRange kernels;
    std::string text;
    std::string reference;
};

struct Evidence {
    std::string name;
    expr::Expression expr;
    std::string text;
};

struct Constraint {
    std::string id;
    expr::Expression expr;
    bool advice = false;
    std::string text;
};

/// The step that a requirement may add: another key and the expressions of its value.
struct Satisfy {
    std::string key;
    std::vector<expr::Expression> set;
};

/// Must hold on the state after the plan. `for_value`: only for that planned value.
struct Requirement {
    std::string id;
    std::optional<sysctl::Value> for_value;
    Condition condition;
    std::optional<Satisfy> satisfy;
    std::string text;
};

struct Hazard {
    std::string id;
    std::optional<sysctl::Value> for_value;
    Condition condition;  ///< empty: always
    Level severity = Level::medium;
    std::string text;
};

/// Advice to set this key. Within a file the first that matches wins; one that is unknown stops
/// the search. `set` empty with `unset`: delete the configured line.
struct Recommendation {
    std::string id;
    std::string title;
    Condition condition;
    std::vector<expr::Expression> set;
    bool unset = false;
    /// "connection-rate": also a candidate when a profile expects a rate that the host as it is
    /// cannot reach; then the condition is not asked, constraints and requirements are.
    std::string goal;
    Level risk = Level::low;
    Level confidence = Level::medium;
    Severity severity = Severity::warning;
    std::string text;
    std::string effect;  ///< what the change buys, one sentence
    SourceLocation location;
};

/// Advice that is no sysctl of this file: for the application, the network, the configuration; or
/// the reason why this key is *not* the cure. All that match are given.
struct Advice {
    std::string id;
    std::string title;
    Condition condition;
    Remedy remedy = Remedy::application;
    Severity severity = Severity::info;
    std::string text;
    SourceLocation location;
};

/// Must hold in the window after the change.
struct Guard {
    std::string id;
    Condition condition;
    std::string text;
};

struct Myth {
    std::string id;
    std::string claim;
    std::string truth;
    std::string pattern;
    KernelRange kernels;  ///< on which it is a myth
};

/// `[[lint]]`: what is wrong with a configuration line that sets this key. All that hold are
/// reported.
struct LintEntry {
    std::string id;
    std::string category;  ///< "harmful-value", "no-effect", ...; see lint/finding.hpp
    std::string severity;  ///< "error", "warning" or "info"
    std::string title;
    Condition condition;
    std::string text;                   ///< what is true
    std::string mend;                   ///< what to write instead
    bool remove = false;                ///< `fix = "remove"`: the line can be taken out
    std::vector<expr::Expression> set;  ///< or the value to write; empty: no automatic fix
    std::string kernel;                 ///< the kernel of its examples
    std::vector<std::string> fires;     ///< values, or whole texts, that it must report
    std::vector<std::string> silent;    ///< and such that it must not
    std::string reference;
    SourceLocation location;
};

/// One fact about the key, with the kernels it is true for.
struct Note {
    std::string text;
    KernelRange kernels;
    std::string reference;
};

struct Reference {
    std::string id;
    std::string kind;
    std::string text;
    std::string url;
};

/// A test inside the rule file; see tcptune-rules(5) for `expect`.
struct Example {
    std::string name;
    SourceLocation location;
    std::optional<std::string> recommendation;
    std::optional<sysctl::Value> value;
    std::optional<bool> unset;
    std::vector<std::string> hazards;
    std::vector<std::string> advice;
    std::optional<std::string> blocked_by;
    std::optional<std::string> verdict;  ///< "no-change" or "unknown"
    bool has_hazards = false, has_advice = false;
    std::map<std::string, facts::FactValue> facts;  ///< typed by the fact schema
    std::map<std::string, double>
        deltas;  ///< "counter.TcpExt.X" = increase per second (window 1 s)
};

struct Rule {
    explicit Rule(sysctl::Parameter p) : parameter(std::move(p)) {}

    std::string file;       ///< where it was read from
    bool disabled = false;  ///< masked: known for other rules, gives no advice
    sysctl::Parameter parameter;
    std::vector<Threshold> thresholds;
    std::vector<Behaviour> behaviours;
    std::vector<Evidence> evidence;
    std::vector<Constraint> constraints;
    std::vector<Requirement> requirements;
    std::vector<Hazard> hazards;
    std::vector<Recommendation> recommendations;
    std::vector<Advice> advice;
    std::vector<Guard> guards;
    std::vector<LintEntry> lints;
    std::vector<Myth> myths;
    std::vector<Note> notes;
    std::vector<Reference> references;
    std::vector<Example> examples;

    [[nodiscard]] const std::string& key() const { return parameter.key.text(); }
    [[nodiscard]] const Evidence* find_evidence(std::string_view name) const;
    [[nodiscard]] std::optional<double> threshold(std::string_view name) const;
};

}  // namespace tcptune::rules

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <tcptune/expr/expression.hpp>
#include <tcptune/facts/fact_set.hpp>
#include <tcptune/plan/truth.hpp>
#include <tcptune/rules/rule.hpp>

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace tcptune::plan {

/// One line of a condition, with its verdict and what it was made of.
struct Reading {
    std::string expression;
    std::string value;  ///< the two sides as numbers: "0.708 > 0.5"
    Truth verdict = Truth::unknown;
    bool wanted = true;  ///< false for a line of `none`, which must not hold
    std::string reason;  ///< of unknown: the missing fact and why
    expr::Trace trace;
};

/// The line speaks for (yes) or against (no) what it is a condition of.
[[nodiscard]] inline Truth speaks_for(const Reading& reading) {
    if (reading.verdict == Truth::unknown || reading.wanted) return reading.verdict;
    return reading.verdict == Truth::yes ? Truth::no : Truth::yes;
}

/// Reads conditions over the facts of a host. `lookup` says what a name stands for: the facts
/// themselves, or facts with thresholds, planned values or one destination's numbers laid over.
class ConditionReader {
public:
    using Lookup = std::function<facts::FactValue(std::string_view)>;
    /// The facts must outlive the reader; counters are read from them.
    ConditionReader(const facts::FactSet& facts, Lookup lookup);

    [[nodiscard]] facts::FactValue value_of(const expr::Expression& expression,
                                            expr::Trace* trace = nullptr) const;
    [[nodiscard]] Reading read(const expr::Expression& expression) const;
    [[nodiscard]] Truth holds(const rules::Condition& condition,
                              std::vector<Reading>* readings = nullptr) const;

private:
    const facts::FactSet& facts_;
    Lookup lookup_;
};

}  // namespace tcptune::plan

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "diagnosis/scope_values.hpp"

#include <tcptune/diagnosis/diagnosis.hpp>
#include <tcptune/plan/condition.hpp>

#include <set>
#include <string>
#include <vector>

namespace tcptune::diagnosis {

/// What a symptom was asked of, for each scope.
struct Candidates {
    std::vector<Candidate> host, destinations, listeners, processes;
    /// Nothing is known of any destination or listener: why.
    std::string destinations_unknown, listeners_unknown;
    [[nodiscard]] const std::vector<Candidate>& of(rules::Scope scope) const;
};

/// `facts` has the derived facts.
[[nodiscard]] Candidates candidates_of(const Diagnosis& diagnosis, const facts::FactSet& facts);

/// One symptom over everything it can be asked of.
struct Judgement {
    plan::Truth verdict = plan::Truth::no;
    std::vector<Subject> subjects;
    std::uint32_t more_subjects = 0;
    std::set<std::string> reasons;  ///< of what could not be judged
};
[[nodiscard]] Judgement judge(const rules::Symptom& symptom, const Candidates& candidates,
                              const facts::FactSet& facts);

/// One condition over one candidate: also what the examples of a symptom file are run with.
[[nodiscard]] plan::Truth holds(const rules::Symptom& symptom, const ScopeValues& values,
                                const facts::FactSet& facts,
                                std::vector<plan::Reading>* readings = nullptr);

}  // namespace tcptune::diagnosis

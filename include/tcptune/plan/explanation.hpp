// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <tcptune/plan/evaluation.hpp>

#include <string>
#include <vector>

namespace tcptune::plan {

/// A tree of sentences with verdicts; reports only lay it out.
struct Explanation {
    std::string text;
    std::string verdict;  ///< "yes", "no", "unknown" or ""
    std::string value;    ///< "0.708 > 0.5"
    std::vector<Explanation> children;
};

/// What a key is, its value and default here, every recommendation with its conditions,
/// requirements, hazards, myths, notes for this kernel, references. `why_not`: the conditions that
/// would have to change, first.
[[nodiscard]] Explanation explain(const rules::Rule& rule, const Evaluation& evaluation,
                                  const rules::Policy& policy, bool why_not);

}  // namespace tcptune::plan

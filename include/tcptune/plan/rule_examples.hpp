// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <tcptune/base/diagnostic.hpp>
#include <tcptune/facts/fact_set.hpp>
#include <tcptune/rules/rule_set.hpp>

#include <cstddef>
#include <map>
#include <string>

namespace tcptune::plan {

struct ExampleRun {
    std::size_t examples = 0;  ///< how many were run
    Diagnostics diagnostics;   ///< TT501 for each that did not come out as expected
};

/// The facts of an example and nothing else. Increases per second of counters become two readings.
[[nodiscard]] facts::FactSet example_facts(const std::map<std::string, facts::FactValue>& values,
                                           const std::map<std::string, double>& increases_per_s);

/// Runs the `[[example]]` tables of one rule: only that rule is evaluated, over the example's facts
/// and nothing else; a fact that is not given is unknown. Needs rules loaded with Parts::all.
[[nodiscard]] ExampleRun run_examples(const rules::Rule& rule);

}  // namespace tcptune::plan

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <tcptune/plan/rule_examples.hpp>
#include <tcptune/rules/symptom.hpp>

namespace tcptune::diagnosis {

/// Runs the `[[example]]` tables of one symptom: its condition over the example's facts and nothing
/// else. Needs symptoms loaded with SymptomParts::all.
[[nodiscard]] plan::ExampleRun run_examples(const rules::Symptom& symptom);

}  // namespace tcptune::diagnosis

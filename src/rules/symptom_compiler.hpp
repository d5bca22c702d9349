// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "rules/symptom_file.hpp"

#include <tcptune/facts/fact_schema.hpp>

namespace tcptune::rules {

/// Parses and types the conditions and the examples of `file`, which gives up its contents. What
/// is wrong is reported; the result is then of no use.
[[nodiscard]] Symptom compile_symptom(SymptomFile& file, const facts::FactSchema& schema,
                                      Diagnostics& diagnostics);

}  // namespace tcptune::rules

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "rules/symptom_file.hpp"

namespace tcptune::rules {

/// Reads the shape of one symptom file; every error lands in `diagnostics`. The result looks into
/// `source`, which must outlive it.
[[nodiscard]] SymptomFile read_symptom_file(const SymptomSource& source, SymptomParts parts,
                                            Diagnostics& diagnostics);

}  // namespace tcptune::rules

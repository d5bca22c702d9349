// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "report/text_layout.hpp"

#include <tcptune/diagnosis/diagnosis.hpp>

/// The parts of the diagnosis' screen; each writes nothing when it has nothing to say.
namespace tcptune::report {

void destinations_section(Page& page, const diagnosis::Diagnosis& diagnosis);
void states_section(Page& page, const diagnosis::Diagnosis& diagnosis);
void cures_section(Page& page, const diagnosis::Diagnosis& diagnosis);
void no_cures_section(Page& page, const diagnosis::Diagnosis& diagnosis);
void not_known_section(Page& page, const diagnosis::Diagnosis& diagnosis);

}  // namespace tcptune::report

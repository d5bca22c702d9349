// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <tcptune/report/diagnosis_report.hpp>

#include <string>
#include <string_view>

namespace sample {

/// A host without trouble: counters were enough.
tcptune::diagnosis::Diagnosis calm();

/// A proxy whose ports towards one database are all in TIME_WAIT, beside an idle destination; a
/// second program leaks CLOSE_WAITs.
tcptune::diagnosis::Diagnosis full();

/// The same, asked about with a line of a log.
tcptune::diagnosis::Diagnosis asked();

/// Every text is hostile: escape sequences, markup, very long words, huge numbers.
tcptune::diagnosis::Diagnosis hostile_diagnosis();

/// `text` with runs of white space as one space, so that a test need not know line breaks.
std::string folded(std::string_view text);

/// The text report.
std::string shown(const tcptune::diagnosis::Diagnosis& diagnosis,
                  const tcptune::report::TextStyle& style = {},
                  const tcptune::report::DiagnoseInvocation& invocation = {});

/// Whether `text` has `part`, wherever its lines are broken.
bool says(std::string_view text, std::string_view part);

}  // namespace sample

// SPDX-License-Identifier: Apache-2.0
#include <tcptune/base/diagnostic_codes.hpp>
#include <tcptune/rules/symptom.hpp>

#include <algorithm>
#include <utility>

namespace tcptune::rules {

Diagnostics lint(const Symptom& symptom) {
    Diagnostics diagnostics;
    const auto warn = [&](std::string_view code, std::string message, std::string hint) {
        diagnostics.push_back({std::string(code),
                               DiagnosticSeverity::warning,
                               {symptom.file, 1, 1},
                               std::move(message),
                               std::move(hint),
                               ""});
    };
    if (symptom.references.empty())
        warn(codes::no_reference, "no [[reference]] says where this comes from",
             "name the kernel document, the commit or the experiment");
    if (symptom.severity != Severity::info && symptom.cures.empty())
        warn(codes::no_cure, "no [[cure]] says what to do about it", "the application comes first");
    for (const char* verdict : {"yes", "no", "unknown"})
        if (std::ranges::find(symptom.examples, verdict, &SymptomExample::verdict) ==
            symptom.examples.end())
            warn(codes::symptom_not_shown,
                 "no example has the verdict \"" + std::string(verdict) + '"',
                 std::string(verdict) == "unknown" ? "leave a fact out that the condition reads"
                                                   : "");
    return diagnostics;
}

}  // namespace tcptune::rules

// SPDX-License-Identifier: Apache-2.0
#include "diagnosis/judge.hpp"

#include <tcptune/base/diagnostic_codes.hpp>
#include <tcptune/diagnosis/symptom_examples.hpp>

namespace tcptune::diagnosis {

plan::ExampleRun run_examples(const rules::Symptom& symptom) {
    plan::ExampleRun run;
    for (const rules::SymptomExample& example : symptom.examples) {
        ++run.examples;
        std::vector<plan::Reading> readings;
        const facts::FactSet facts = plan::example_facts(example.facts, example.deltas);
        const std::string got = plan::to_string(holds(symptom, {}, facts, &readings));
        if (got == example.verdict) continue;
        std::string text =
            "example \"" + example.name + "\": verdict is " + got + ", expected " + example.verdict;
        for (const plan::Reading& reading : readings)
            if (reading.verdict == plan::Truth::unknown && got == "unknown")
                text += "; " + reading.reason;
        run.diagnostics.push_back({std::string(codes::example_failed), DiagnosticSeverity::error,
                                   example.location, std::move(text), "", ""});
    }
    return run;
}

}  // namespace tcptune::diagnosis

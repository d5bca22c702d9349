// SPDX-License-Identifier: Apache-2.0
// A symptom file and a message file of any bytes: read in all parts, linted, conditions evaluated
// with nothing known.
#include <tcptune/rules/symptom.hpp>

#include <cstdint>
#include <cstdlib>
#include <string>

namespace {

using namespace tcptune;

void must(bool holds) {
    if (!holds) std::abort();
}

void evaluate_all(const std::vector<expr::Expression>& lines) {
    const expr::Environment nothing{
        [](std::string_view) -> facts::FactValue { return facts::Unknown{}; },
        [](std::string_view, double&) -> facts::FactValue { return facts::Unknown{}; },
    };
    for (const expr::Expression& line : lines) {
        must(line.type == facts::Type::boolean);
        (void)expr::evaluate(line, nothing);
    }
}

rules::LoadedSymptoms load(const rules::SymptomSource& source, rules::SymptomParts parts) {
    static const facts::FactSchema schema({{"net.core.somaxconn", facts::Type::integer}});
    rules::LoadedSymptoms loaded = rules::load_symptoms({&source, 1}, schema, parts);
    must(loaded.diagnostics.empty() == (loaded.symptoms.size() == 1));
    for (const Diagnostic& diagnostic : loaded.diagnostics)
        must(diagnostic.severity == DiagnosticSeverity::error && !diagnostic.code.empty());
    return loaded;
}

void try_symptom(const rules::SymptomSource& source) {
    const rules::LoadedSymptoms full = load(source, rules::SymptomParts::all);
    const rules::LoadedSymptoms cures = load(source, rules::SymptomParts::cures);
    const rules::LoadedSymptoms brief = load(source, rules::SymptomParts::condition);
    (void)rules::keys_in(source.text);
    for (const rules::Symptom& symptom : full.symptoms) {
        (void)rules::lint(symptom);
        evaluate_all(symptom.condition.all);
        evaluate_all(symptom.condition.any);
        evaluate_all(symptom.condition.none);
        must(!symptom.condition.empty() && !symptom.title.empty());
        must(symptom.messages.size() == symptom.message_locations.size());
        // What the later parts hide from a run would be a cause or a cure that nobody tested.
        if (!cures.symptoms.empty())
            must(cures.symptoms[0].cures.size() == symptom.cures.size() &&
                 cures.symptoms[0].no_cures.size() == symptom.no_cures.size());
        if (!brief.symptoms.empty())
            must(brief.symptoms[0].condition.all.size() == symptom.condition.all.size());
    }
}

void try_message(const rules::SymptomSource& source) {
    const rules::LoadedMessages loaded = rules::load_messages({&source, 1});
    must(loaded.diagnostics.empty() == (loaded.messages.size() == 1));
    for (const rules::Message& message : loaded.messages)
        must(!message.texts.empty() && message.number >= 0 && !message.title.empty());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const rules::SymptomSource source{"sample.toml", std::string(data, data + size)};
    try_symptom(source);
    try_message(source);
    return 0;
}

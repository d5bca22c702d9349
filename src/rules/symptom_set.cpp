// SPDX-License-Identifier: Apache-2.0
#include "rules/symptom_compiler.hpp"
#include "rules/symptom_reader.hpp"
#include "rules/toml_fields.hpp"

#include <tcptune/base/diagnostic_codes.hpp>

#include <algorithm>
#include <tuple>
#include <utility>

namespace tcptune::rules {

namespace {

std::vector<const SymptomSource*> ordered(std::span<const SymptomSource> sources) {
    std::vector<const SymptomSource*> result;
    for (const SymptomSource& source : sources)
        if (!source.disabled) result.push_back(&source);
    std::ranges::sort(result, [](const SymptomSource* a, const SymptomSource* b) {
        return std::tie(a->file, a->text) < std::tie(b->file, b->text);
    });
    return result;
}

void report(const SymptomFile& file, std::string_view code, std::string message, std::string hint,
            Diagnostics& diagnostics) {
    diagnostics.push_back({std::string(code), DiagnosticSeverity::error, file.id_location,
                           std::move(message), std::move(hint),
                           shown_line(file.text, file.id_location.line)});
}

/// Whether the id itself has been complained about: its file cannot be called so.
bool has_wrong_id(const SymptomFile& file, const Diagnostics& diagnostics) {
    return std::ranges::find(diagnostics, file.id_location, &Diagnostic::location) !=
           diagnostics.end();
}

}  // namespace

LoadedSymptoms load_symptoms(std::span<const SymptomSource> sources,
                             const facts::FactSchema& schema, SymptomParts parts) {
    LoadedSymptoms loaded;
    std::map<std::string, std::string_view> declared_in;
    for (const SymptomSource* source : ordered(sources)) {
        const std::size_t before = loaded.diagnostics.size();
        SymptomFile file = read_symptom_file(*source, parts, loaded.diagnostics);
        const std::string id = file.entry.id;
        if (!id.empty() && !has_wrong_id(file, loaded.diagnostics)) {
            if (id_by_name(source->file) != id)
                report(file, codes::file_name,
                       "the file of " + id + " must be called " + id + ".toml", "",
                       loaded.diagnostics);
            if (const auto [first, added] = declared_in.emplace(id, source->file); !added)
                report(file, codes::duplicate_id, "another file has the symptom " + quoted(id),
                       "it is " + std::string(first->second), loaded.diagnostics);
        }
        Symptom symptom = compile_symptom(file, schema, loaded.diagnostics);
        if (loaded.diagnostics.size() == before) loaded.symptoms.push_back(std::move(symptom));
    }
    std::ranges::sort(loaded.symptoms, [](const Symptom& a, const Symptom& b) {
        return std::tie(a.rank, a.id) < std::tie(b.rank, b.id);
    });
    sort_by_place(loaded.diagnostics, 0);
    return loaded;
}

}  // namespace tcptune::rules

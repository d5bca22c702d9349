// SPDX-License-Identifier: Apache-2.0
#include "cli/symptom_check.hpp"

#include "cli/files.hpp"
#include "cli/knowledge.hpp"

#include <tcptune/base/text.hpp>
#include <tcptune/diagnosis/symptom_examples.hpp>

#include <algorithm>
#include <iterator>
#include <set>
#include <utility>

namespace tcptune::cli {
namespace {

/// `files` laid over those of the same names.
std::vector<rules::SymptomSource> laid_over(std::vector<rules::SymptomSource> below,
                                            const std::vector<rules::SymptomSource>& files) {
    for (const rules::SymptomSource& file : files)
        std::erase_if(below, [&](const rules::SymptomSource& other) {
            return base_name(other.file) == base_name(file.file);
        });
    below.insert(below.end(), files.begin(), files.end());
    return below;
}

}  // namespace

FileKind kind_of(const std::string& text) {
    for (const std::string_view line : split(text, '\n')) {
        const std::string_view header = trim(line);
        if (!header.starts_with('[')) continue;
        if (header.starts_with("[symptom]")) return FileKind::symptom;
        if (header.starts_with("[message]")) return FileKind::message;
        for (const char* names : {"[[names]]", "[[gone]]", "[[foreign]]", "[[release]]"})
            if (header.starts_with(names)) return FileKind::names;
        break;
    }
    return FileKind::rule;
}

SymptomFiles installed_symptoms(const std::vector<std::string>& extra) {
    SymptomFiles files{find_symptoms(extra, SymptomKind::symptoms),
                       find_symptoms(extra, SymptomKind::messages)};
    const auto disabled = [](const rules::SymptomSource& source) { return source.disabled; };
    std::erase_if(files.symptoms, disabled);
    std::erase_if(files.messages, disabled);
    return files;
}

SymptomCheck check_symptoms(const SymptomFiles& files, const SymptomFiles& installed,
                            const rules::RuleSet& rules, bool testing) {
    SymptomCheck check;
    std::set<std::string> names;
    for (const rules::SymptomSource& file : files.symptoms)
        names.insert(file.file);
    for (const rules::SymptomSource& file : files.messages)
        names.insert(file.file);
    rules::LoadedSymptoms symptoms =
        rules::load_symptoms(laid_over(installed.symptoms, files.symptoms),
                             rules::schema_for(rules), rules::SymptomParts::all);
    const rules::LoadedMessages messages =
        rules::load_messages(laid_over(installed.messages, files.messages));
    rules::check_messages(symptoms.symptoms, messages, symptoms.diagnostics);
    check.diagnostics = std::move(symptoms.diagnostics);
    std::copy(messages.diagnostics.begin(), messages.diagnostics.end(),
              std::back_inserter(check.diagnostics));
    std::erase_if(check.diagnostics, [&](const Diagnostic& diagnostic) {
        return !names.contains(diagnostic.location.file);
    });
    for (const rules::Symptom& symptom : symptoms.symptoms) {
        if (!names.contains(symptom.file)) continue;
        plan::ExampleRun run;
        if (testing)
            run = diagnosis::run_examples(symptom);
        else
            run.diagnostics = rules::lint(symptom);
        check.examples += run.examples;
        std::move(run.diagnostics.begin(), run.diagnostics.end(),
                  std::back_inserter(check.diagnostics));
    }
    return check;
}

}  // namespace tcptune::cli

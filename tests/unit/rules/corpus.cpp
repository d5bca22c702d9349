// SPDX-License-Identifier: Apache-2.0
#include "unit/rules/corpus.hpp"

#include <tcptune/rules/name_book.hpp>
#include <tcptune/rules/policy_file.hpp>
#include <tcptune/rules/profile_file.hpp>
#include <tcptune/rules/symptom.hpp>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>

namespace tcptune::rules::corpus {

namespace {

const std::string root = std::string(TCPTUNE_SOURCE_DIR) + "/tests/rules/";

std::string name_of(const File& file, const char* otherwise) {
    constexpr std::string_view marker = "# name = ";
    const std::string first = file.text.substr(0, file.text.find('\n'));
    return first.starts_with(marker) ? first.substr(marker.size()) : otherwise;
}

Diagnostics diagnose_symptom(const File& file) {
    const LoadedRules rules = load_rules(good_rules(), Parts::advice);
    const std::vector<SymptomSource> sources{{"tested/" + name_of(file, "sample.toml"), file.text}};
    LoadedSymptoms loaded = load_symptoms(sources, schema_for(rules.rules), SymptomParts::all);
    check_messages(loaded.symptoms, load_messages(good_messages()), loaded.diagnostics);
    return loaded.diagnostics;
}

Diagnostics diagnose_message(const File& file) {
    std::vector<SymptomSource> sources = good_messages();
    sources.push_back({"tested/" + name_of(file, "sample.toml"), file.text});
    return load_messages(sources).diagnostics;
}

}  // namespace

bool is_rule_name(std::string_view name) {
    return !name.starts_with("policy-") && !name.starts_with("profile-") &&
           !name.starts_with("symptom-") && !name.starts_with("message-") &&
           !name.starts_with("names-");
}

std::string read_text(const std::string& path) {
    std::ifstream stream(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(stream), {}};
}

std::vector<File> files(const std::string& folder) {
    std::vector<File> result;
    for (const auto& entry : std::filesystem::directory_iterator(root + folder))
        if (entry.path().extension() == ".toml")
            result.push_back({entry.path().filename().string(), read_text(entry.path().string())});
    std::ranges::sort(result, {}, &File::name);
    return result;
}

std::vector<RuleSource> good_rules() {
    std::vector<RuleSource> rules;
    for (File& file : files("good"))
        if (is_rule_name(file.name)) rules.push_back({"common/" + file.name, std::move(file.text)});
    return rules;
}

std::vector<SymptomSource> good_messages() {
    constexpr std::string_view prefix = "message-";
    std::vector<SymptomSource> messages;
    for (File& file : files("good"))
        if (file.name.starts_with(prefix))
            messages.push_back({"common/" + file.name.substr(prefix.size()), std::move(file.text)});
    return messages;
}

std::string places(const Diagnostics& diagnostics) {
    std::string text;
    for (const Diagnostic& diagnostic : diagnostics)
        text += diagnostic.code + ' ' + std::to_string(diagnostic.location.line) + ':' +
                std::to_string(diagnostic.location.column) + '\n';
    return text;
}

Diagnostics diagnose(const File& file) {
    Diagnostics diagnostics;
    if (file.name.starts_with("policy-")) {
        (void)read_policy(file.name, file.text, diagnostics);
    } else if (file.name.starts_with("profile-")) {
        (void)read_profile(file.name, file.text, diagnostics);
    } else if (file.name.starts_with("symptom-")) {
        diagnostics = diagnose_symptom(file);
    } else if (file.name.starts_with("message-")) {
        diagnostics = diagnose_message(file);
    } else if (file.name.starts_with("names-")) {
        const std::vector<RuleSource> sources{{.file = "tested/" + file.name, .text = file.text}};
        (void)read_names(sources, diagnostics);
    } else {
        std::vector<RuleSource> sources = good_rules();
        sources.push_back({"tested/" + name_of(file, "net.core.somaxconn.toml"), file.text});
        diagnostics = load_rules(sources, Parts::all).diagnostics;
    }
    return diagnostics;
}

}  // namespace tcptune::rules::corpus

// SPDX-License-Identifier: Apache-2.0
#include "cli/knowledge.hpp"

#include "cli/context.hpp"
#include "cli/files.hpp"
#include "cli/input_error.hpp"
#include "cli/name_files.hpp"

#include <algorithm>
#include <string_view>
#include <utility>

namespace tcptune::cli {
namespace {

void require_sound(Diagnostics diagnostics) {
    if (!has_errors(diagnostics)) return;
    std::string file = diagnostics.front().location.file;
    throw InputError(std::move(file), "cannot be used", std::move(diagnostics));
}

/// What the arithmetic of ports reads: the settings, and how kernels behave. Our own files say the
/// latter nowhere else; a test looks after that.
constexpr std::string_view port_keys[] = {
    "net.ipv4.ip_local_port_range", "net.ipv4.ip_local_reserved_ports", "net.ipv4.tcp_timestamps",
    "net.ipv4.tcp_tw_reuse",        "net.ipv4.tcp_tw_reuse_delay",
};

}  // namespace

std::string_view file_id(const std::string& file) {
    std::string_view name(file);
    name.remove_prefix(name.rfind('/') + 1);
    return name.substr(0, name.rfind('.'));
}

std::vector<rules::SymptomSource> find_symptoms(const std::vector<std::string>& extra,
                                                SymptomKind kind) {
    const char* const below = kind == SymptomKind::symptoms ? "/symptoms" : "/messages";
    std::vector<rules::SymptomSource> sources;
    for (FoundFile& found : found_below(rule_directories(extra), below)) {
        std::string text = read_regular_file(found.path, text_limit);
        sources.push_back({std::move(found.path), std::move(text), found.disabled});
    }
    return sources;
}

rules::RuleSet load_declarations(const std::vector<std::string>& extra,
                                 const std::vector<rules::SymptomSource>& symptoms) {
    std::set<std::string> keys(std::begin(port_keys), std::end(port_keys));
    for (const rules::SymptomSource& symptom : symptoms)
        if (!symptom.disabled)
            keys.merge(rules::keys_in(symptom.text, rules::SymptomParts::condition));
    std::vector<rules::RuleSource> sources = find_rules(extra, keys);
    std::erase_if(sources, [&](const rules::RuleSource& source) {
        return !keys.contains(std::string(file_id(source.file))) &&
               source.text.find("\n[[behaviour") == std::string::npos;
    });
    rules::LoadedRules loaded = rules::load_rules(sources, rules::Parts::declaration);
    require_sound(std::move(loaded.diagnostics));
    return std::move(loaded.rules);
}

std::vector<rules::Symptom> load_symptoms(const std::vector<rules::SymptomSource>& sources,
                                          const rules::RuleSet& rules, rules::SymptomParts parts) {
    rules::LoadedSymptoms loaded = rules::load_symptoms(sources, rules::schema_for(rules), parts);
    require_sound(std::move(loaded.diagnostics));
    return std::move(loaded.symptoms);
}

std::vector<rules::Message> load_messages(const std::vector<std::string>& extra) {
    const std::vector<rules::SymptomSource> sources = find_symptoms(extra, SymptomKind::messages);
    rules::LoadedMessages loaded = rules::load_messages(sources);
    require_sound(std::move(loaded.diagnostics));
    return std::move(loaded.messages);
}

std::vector<rules::Release> load_releases(const std::vector<std::string>& extra) {
    Diagnostics diagnostics;
    std::vector<rules::Release> releases =
        rules::read_releases(find_name_files(extra), diagnostics);
    require_sound(std::move(diagnostics));
    return releases;
}

void leave_out_questions(std::vector<rules::SymptomSource>& sources) {
    // By the text: not to parse them is the point. One that is written otherwise is parsed and
    // left out later.
    std::erase_if(sources, [](const rules::SymptomSource& source) {
        return source.text.find("\nonly_asked = true\n") != std::string::npos;
    });
}

std::vector<rules::SymptomSource> only(const std::vector<rules::SymptomSource>& sources,
                                       const std::set<std::string>& ids) {
    std::vector<rules::SymptomSource> result;
    for (const rules::SymptomSource& source : sources)
        if (ids.contains(std::string(file_id(source.file)))) result.push_back(source);
    return result;
}

}  // namespace tcptune::cli

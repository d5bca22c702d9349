// SPDX-License-Identifier: Apache-2.0
#include "knowledge.hpp"

#include "hosts.hpp"

#include <filesystem>
#include <fstream>
#include <iterator>

#include <doctest/doctest.h>

namespace knowledge {

namespace {

using namespace tcptune;

std::vector<rules::SymptomSource> texts(const std::string& folder) {
    std::vector<rules::SymptomSource> sources;
    for (const auto& entry :
         std::filesystem::directory_iterator(TCPTUNE_SOURCE_DIR "/rules/" + folder)) {
        std::ifstream file(entry.path());
        sources.push_back({.file = entry.path().string(),
                           .text = std::string(std::istreambuf_iterator<char>(file), {})});
    }
    return sources;
}

void require_clean(const Diagnostics& diagnostics) {
    for (const Diagnostic& diagnostic : diagnostics)
        MESSAGE(diagnostic.location.file << ":" << diagnostic.location.line << " "
                                         << diagnostic.message);
    REQUIRE(diagnostics.empty());
}

}  // namespace

const std::vector<rules::Symptom>& shipped_symptoms() {
    static const std::vector<rules::Symptom> symptoms = [] {
        auto loaded = rules::load_symptoms(
            texts("symptoms"), rules::schema_for(hosts::shipped_rules()), rules::SymptomParts::all);
        require_clean(loaded.diagnostics);
        return std::move(loaded.symptoms);
    }();
    return symptoms;
}

const std::vector<rules::Message>& shipped_messages() {
    static const std::vector<rules::Message> messages = [] {
        auto loaded = rules::load_messages(texts("messages"));
        require_clean(loaded.diagnostics);
        return std::move(loaded.messages);
    }();
    return messages;
}

std::vector<rules::Symptom> symptom_from(std::string_view id, std::string_view text) {
    const std::vector<rules::SymptomSource> sources{
        {.file = std::string(id) + ".toml", .text = std::string(text)}};
    auto loaded = rules::load_symptoms(sources, rules::schema_for(hosts::shipped_rules()),
                                       rules::SymptomParts::all);
    require_clean(loaded.diagnostics);
    return std::move(loaded.symptoms);
}

diagnosis::Diagnosis diagnose(const facts::FactSet& facts, const diagnosis::Focus& focus) {
    auto diagnosis = diagnosis::diagnose(hosts::shipped_rules(), shipped_symptoms(),
                                         shipped_messages(), facts, focus);
    diagnosis::add_advice(diagnosis, shipped_symptoms());
    return diagnosis;
}

std::vector<std::string> causes(const diagnosis::Diagnosis& diagnosis) {
    std::vector<std::string> ids;
    for (const diagnosis::Finding& finding : diagnosis.findings)
        if (finding.severity != rules::Severity::info) ids.push_back(finding.id);
    return ids;
}

facts::Process process(std::int64_t pid, const char* command, std::uint32_t close_wait) {
    facts::Process process;
    process.pid = pid;
    process.command = command;
    process.close_wait = close_wait;
    return process;
}

void add_details(facts::FactSet& facts) {
    for (const char* name :
         {"socket.tcp.close_wait", "socket.tcp.established", "socket.tcp.syn_received",
          "socket.tcp.time_wait", "socket.tcp.time_wait_inbound", "socket.listeners_full",
          "port.pool_in_use", "port.pool_shared"})
        facts.values.try_emplace(name, std::int64_t{0});
    facts.values.try_emplace("file.limit", std::int64_t{1000000});
    facts.values.try_emplace("file.open", std::int64_t{2000});
}

}  // namespace knowledge

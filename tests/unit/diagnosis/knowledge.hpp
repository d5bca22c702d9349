// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <tcptune/diagnosis/diagnosis.hpp>
#include <tcptune/rules/symptom.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace knowledge {

/// The symptoms and messages of the source tree; fails the test case when one does not load.
const std::vector<tcptune::rules::Symptom>& shipped_symptoms();
const std::vector<tcptune::rules::Message>& shipped_messages();

/// One symptom of a text, by the parameters of the shipped rules.
std::vector<tcptune::rules::Symptom> symptom_from(std::string_view id, std::string_view text);

/// A diagnosis with everything that is shipped, cures included.
tcptune::diagnosis::Diagnosis diagnose(const tcptune::facts::FactSet& facts,
                                       const tcptune::diagnosis::Focus& focus = {});
/// Ids of the findings of severity warning or critical.
std::vector<std::string> causes(const tcptune::diagnosis::Diagnosis& diagnosis);

tcptune::facts::Process process(std::int64_t pid, const char* command,
                                std::uint32_t close_wait = 0);

/// Facts that an idle host has and that a diagnosis reads, besides those of hosts::idle().
void add_details(tcptune::facts::FactSet& facts);

}  // namespace knowledge

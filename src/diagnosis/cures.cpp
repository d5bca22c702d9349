// SPDX-License-Identifier: Apache-2.0
#include <tcptune/diagnosis/diagnosis.hpp>
#include <tcptune/rules/remedy_order.hpp>

#include <algorithm>
#include <set>
#include <string>

namespace tcptune::diagnosis {

namespace {

/// The commands behind a finding; nothing when no owner is known.
std::set<std::string> commands_behind(const Finding& finding, const Diagnosis& diagnosis) {
    std::set<std::string> commands;
    for (const Subject& subject : finding.subjects)
        for (const std::int64_t pid : subject.pids)
            if (const facts::Process* process = diagnosis.process(pid))
                if (!process->command.empty()) commands.insert(process->command);
    return commands;
}

/// "php-fpm8.2" and "python3.11" are php-fpm and python: a version may follow the name.
bool is_command(const std::string& command, const std::string& name) {
    if (!command.starts_with(name)) return false;
    return command.find_first_not_of("0123456789.-", name.size()) == std::string::npos;
}

bool applies(const rules::Cure& cure, const std::set<std::string>& commands) {
    if (cure.commands.empty() || commands.empty()) return true;
    return std::any_of(cure.commands.begin(), cure.commands.end(), [&](const std::string& name) {
        return std::any_of(commands.begin(), commands.end(),
                           [&](const std::string& command) { return is_command(command, name); });
    });
}

void add(const rules::Cure& cure, const std::string& finding, std::vector<Advice>& advice) {
    const auto same = std::find_if(advice.begin(), advice.end(), [&](const Advice& given) {
        return given.title == cure.title && given.text == cure.text;
    });
    if (same == advice.end())
        advice.push_back({cure.remedy, cure.title, cure.text, {finding}});
    else
        same->finding_ids.push_back(finding);
}

void add(const rules::NoCure& no_cure, std::vector<NotACure>& not_cures) {
    const bool said = std::any_of(not_cures.begin(), not_cures.end(), [&](const NotACure& given) {
        return given.what == no_cure.what;
    });
    if (!said) not_cures.push_back({no_cure.what, no_cure.text});
}

}  // namespace

void add_advice(Diagnosis& diagnosis, const std::vector<rules::Symptom>& symptoms) {
    for (Finding& finding : diagnosis.findings) {
        const auto symptom = std::find_if(
            symptoms.begin(), symptoms.end(),
            [&](const rules::Symptom& candidate) { return candidate.id == finding.id; });
        if (symptom == symptoms.end()) continue;
        finding.text = symptom->text;
        const std::set<std::string> commands = commands_behind(finding, diagnosis);
        for (const rules::Cure& cure : symptom->cures)
            if (applies(cure, commands)) add(cure, finding.id, diagnosis.advice);
        for (const rules::NoCure& no_cure : symptom->no_cures)
            add(no_cure, diagnosis.not_cures);
    }
    std::stable_sort(diagnosis.advice.begin(), diagnosis.advice.end(),
                     [](const Advice& a, const Advice& b) {
                         return rules::try_order(a.remedy) < rules::try_order(b.remedy);
                     });
}

}  // namespace tcptune::diagnosis

// SPDX-License-Identifier: Apache-2.0
#include "diagnosis/answer.hpp"
#include "diagnosis/judge.hpp"

#include <tcptune/diagnosis/diagnosis.hpp>
#include <tcptune/facts/ip_address.hpp>
#include <tcptune/plan/host_state.hpp>

#include <algorithm>
#include <limits>
#include <tuple>
#include <utility>

namespace tcptune::diagnosis {

namespace {

using plan::Truth;

bool wanted(const facts::Destination& destination, const Focus& focus) {
    if (focus.pid != 0 &&
        std::none_of(destination.owners.begin(), destination.owners.end(),
                     [&](const facts::Owner& owner) { return owner.pid == focus.pid; }))
        return false;
    if (!focus.address.empty() && destination.remote_address != focus.address) return false;
    return focus.port == 0 || destination.remote_port == focus.port;
}

/// Worse stage first, then less time left, then fuller.
bool nearer_to_end(const DestinationView& a, const DestinationView& b) {
    static constexpr double never = std::numeric_limits<double>::infinity();
    const auto rank = [](const DestinationView& view) {
        return std::tuple(-static_cast<int>(view.forecast.stage), -view.forecast.share,
                          view.forecast.seconds_left.value_or(never));
    };
    return rank(a) < rank(b);
}

void add_ports(const rules::RuleSet& rules, const facts::FactSet& facts, const Focus& focus,
               Diagnosis& diagnosis) {
    const plan::PortState state = plan::port_state(facts, rules, {});
    if (!state.complete) {
        diagnosis.budget_missing = state.missing;
        return;
    }
    const capacity::PortBudget budget = capacity::port_budget(state.settings, state.model);
    diagnosis.budget = budget;
    diagnosis.budget_is_upper_bound = facts.sockets.method != facts::SocketMethod::dump;
    for (const facts::Destination& destination : facts.sockets.destinations)
        if (wanted(destination, focus))
            diagnosis.destinations.push_back(
                {destination,
                 capacity::forecast(destination, state.settings, state.model, budget)});
    std::stable_sort(diagnosis.destinations.begin(), diagnosis.destinations.end(), nearer_to_end);
}

void copy_what_was_seen(const facts::FactSet& facts, const Focus& focus, Diagnosis& diagnosis) {
    diagnosis.host = facts.host;
    diagnosis.method = facts.sockets.method;
    diagnosis.by_state = facts.sockets.by_state;
    diagnosis.more_destinations = facts.sockets.more_destinations;
    diagnosis.listeners = facts.sockets.listeners;
    diagnosis.more_listeners = facts.sockets.more_listeners;
    diagnosis.owners_unknown = facts.sockets.owners_unknown;
    diagnosis.namespaces = facts.namespaces;
    diagnosis.window_s = facts.window_s;
    diagnosis.only_pid = focus.pid;
    if (!focus.address.empty()) {
        diagnosis.only_destination = focus.address;
        if (focus.port != 0) diagnosis.only_destination += " port " + std::to_string(focus.port);
    }
    for (const facts::Process& process : facts.sockets.processes)
        if (focus.pid == 0 || process.pid == focus.pid) diagnosis.processes.push_back(process);
    for (const facts::Source& source : facts.sources)
        if (source.status == facts::SourceStatus::denied ||
            source.status == facts::SourceStatus::malformed)
            diagnosis.sources.push_back(source);
}

bool explains(const rules::Symptom& symptom, const std::optional<Question>& question) {
    return question && std::find(symptom.messages.begin(), symptom.messages.end(),
                                 question->message_id) != symptom.messages.end();
}

Finding finding_of(const rules::Symptom& symptom, Judgement judgement, bool asked) {
    Finding finding;
    finding.id = symptom.id;
    finding.title = symptom.title;
    finding.text = symptom.text;
    finding.severity = symptom.severity;
    finding.scope = symptom.scope;
    finding.subjects = std::move(judgement.subjects);
    finding.more_subjects = judgement.more_subjects;
    finding.asked = asked;
    return finding;
}

}  // namespace

const facts::Process* Diagnosis::process(std::int64_t pid) const {
    const auto found = std::find_if(processes.begin(), processes.end(),
                                    [pid](const facts::Process& p) { return p.pid == pid; });
    return found == processes.end() ? nullptr : &*found;
}

Diagnosis diagnose(const rules::RuleSet& rules, const std::vector<rules::Symptom>& symptoms,
                   const std::vector<rules::Message>& messages, const facts::FactSet& observed,
                   const Focus& focus) {
    const facts::FactSet facts = plan::with_derived(observed, rules, {});
    Diagnosis diagnosis;
    copy_what_was_seen(facts, focus, diagnosis);
    add_ports(rules, facts, focus, diagnosis);
    if (focus.question) diagnosis.answer = answer_to(*focus.question, messages);
    const Candidates candidates = candidates_of(diagnosis, facts);
    for (const rules::Symptom& symptom : symptoms) {
        const bool asked = explains(symptom, focus.question);
        if (symptom.only_asked && !asked) continue;
        Judgement judgement = judge(symptom, candidates, facts);
        if (asked) add_cause(symptom.title, judgement.verdict, *diagnosis.answer);
        if (judgement.verdict == Truth::unknown)
            diagnosis.open.push_back(
                {symptom.id, symptom.title, {judgement.reasons.begin(), judgement.reasons.end()}});
        if (judgement.verdict != Truth::yes) continue;
        diagnosis.findings.push_back(finding_of(symptom, std::move(judgement), asked));
    }
    // Symptoms come by rank; what was asked about is said before the rest of its severity.
    std::stable_sort(diagnosis.findings.begin(), diagnosis.findings.end(),
                     [](const Finding& a, const Finding& b) {
                         return std::tuple(a.severity, a.asked) > std::tuple(b.severity, b.asked);
                     });
    return diagnosis;
}

bool wants_plan(const Diagnosis& diagnosis, const std::vector<rules::Symptom>& symptoms) {
    return std::any_of(
        diagnosis.findings.begin(), diagnosis.findings.end(), [&](const Finding& finding) {
            return std::any_of(symptoms.begin(), symptoms.end(), [&](const rules::Symptom& s) {
                return s.id == finding.id && s.sysctl;
            });
        });
}

void add_plan(Diagnosis& diagnosis, const plan::Plan& plan) {
    diagnosis.plan_was_asked = true;
    diagnosis.steps.clear();
    for (const plan::PlanChange& change : plan.changes)
        diagnosis.steps.push_back({change.key, change.before_runtime, change.after_runtime,
                                   change.expected_effect.text,
                                   change.expected_effect.ceiling_before_per_s,
                                   change.expected_effect.ceiling_after_per_s});
}

std::optional<rules::Severity> worst(const Diagnosis& diagnosis) {
    std::optional<rules::Severity> result;
    for (const Finding& finding : diagnosis.findings)
        result = std::max(result.value_or(finding.severity), finding.severity);
    return result;
}

std::string verdict_sentence(const Diagnosis& diagnosis) {
    const capacity::Forecast* const fullest =
        diagnosis.destinations.empty() ? nullptr : &diagnosis.destinations.front().forecast;
    const std::string ports = plan::fullest_words(diagnosis.method, diagnosis.budget, fullest);
    const auto serious = std::count_if(
        diagnosis.findings.begin(), diagnosis.findings.end(),
        [](const Finding& finding) { return finding.severity != rules::Severity::info; });
    std::string text;
    if (serious == 1)
        text = diagnosis.findings.front().title + ".";
    else if (serious > 1)
        text = std::to_string(serious) +
               " causes of trouble, the worst first: " + diagnosis.findings.front().title + ".";
    else if (diagnosis.method == facts::SocketMethod::none || !diagnosis.budget)
        text = "The verdict is unknown: " + ports + ".";
    else
        text = "Nothing is wrong with ports and queues that can be seen now: " + ports + ".";
    if (!diagnosis.open.empty())
        text += diagnosis.open.size() == 1 ? " One possible cause could not be judged."
                                           : " " + std::to_string(diagnosis.open.size()) +
                                                 " possible causes could not be judged.";
    return text;
}

}  // namespace tcptune::diagnosis

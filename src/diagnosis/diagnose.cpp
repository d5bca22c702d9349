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

bool owned_by(const std::vector<facts::Owner>& owners, std::int64_t pid) {
    return std::any_of(owners.begin(), owners.end(),
                       [pid](const facts::Owner& owner) { return owner.pid == pid; });
}

bool wanted(const facts::Destination& destination, const Focus& focus) {
    if (focus.pid != 0 && !owned_by(destination.owners, focus.pid)) return false;
    if (!focus.address.empty() && destination.remote_address != focus.address) return false;
    return focus.port == 0 || destination.remote_port == focus.port;
}

/// Nine tenths taken is as good as full, whatever the stage; then what connect() feels already,
/// then what has less time left, then what is fuller.
int urgency(const capacity::Forecast& forecast) {
    if (forecast.stage == capacity::Stage::exhausted) return 0;
    if (10 * forecast.held >= 9 * forecast.ceiling.budget.usable) return 1;
    return forecast.stage == capacity::Stage::slow ? 2 : 3;
}

bool nearer_to_end(const DestinationView& a, const DestinationView& b) {
    static constexpr double never = std::numeric_limits<double>::infinity();
    const auto rank = [](const DestinationView& view) {
        return std::tuple(urgency(view.forecast), view.forecast.seconds_left.value_or(never),
                          -view.forecast.share);
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
    // Of a part of the host only the listeners that belong to it.
    if (focus.address.empty())
        for (const facts::Listener& listener : facts.sockets.listeners)
            if (focus.pid == 0 || owned_by(listener.owners, focus.pid))
                diagnosis.listeners.push_back(listener);
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
    std::stable_sort(
        diagnosis.processes.begin(), diagnosis.processes.end(),
        [](const facts::Process& a, const facts::Process& b) { return a.pid < b.pid; });
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
    const auto found = std::lower_bound(
        processes.begin(), processes.end(), pid,
        [](const facts::Process& p, std::int64_t wanted) { return p.pid < wanted; });
    return found == processes.end() || found->pid != pid ? nullptr : &*found;
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
    for (const plan::PlanChange& change : plan.changes) {
        // One key cannot be both.
        std::erase_if(diagnosis.not_cures,
                      [&](const NotACure& entry) { return entry.what == change.key; });
        diagnosis.steps.push_back({change.key, change.before_runtime, change.after_runtime,
                                   change.expected_effect.text,
                                   change.expected_effect.ceiling_before_per_s,
                                   change.expected_effect.ceiling_after_per_s});
    }
}

std::size_t troubled_namespaces(const Diagnosis& diagnosis) {
    return static_cast<std::size_t>(std::count_if(
        diagnosis.judged.begin(), diagnosis.judged.end(), [](const NamespaceVerdict& other) {
            return other.worst && *other.worst != rules::Severity::info;
        }));
}

std::optional<rules::Severity> worst(const Diagnosis& diagnosis) {
    std::optional<rules::Severity> result;
    for (const Finding& finding : diagnosis.findings)
        result = std::max(result.value_or(finding.severity), finding.severity);
    for (const NamespaceVerdict& other : diagnosis.judged)
        if (other.worst) result = std::max(result.value_or(*other.worst), *other.worst);
    return result;
}

namespace {

/// With what it is about: "... towards a destination (10.0.0.5 -> 10.0.3.7:5432)".
std::string worst_words(const Finding& finding) {
    const std::string subject = finding.subjects.empty() ? "" : finding.subjects.front().name;
    return subject.empty() ? finding.title : finding.title + " (" + subject + ")";
}

bool exhausted(const Diagnosis& diagnosis) {
    return !diagnosis.destinations.empty() &&
           diagnosis.destinations.front().forecast.stage == capacity::Stage::exhausted;
}

std::string port_words(const Diagnosis& diagnosis) {
    if (!diagnosis.destinations.empty())
        return plan::fullest_words(diagnosis.method, diagnosis.budget,
                                   &diagnosis.destinations.front().forecast);
    const bool looked = diagnosis.method == facts::SocketMethod::dump && diagnosis.budget;
    if (looked && !diagnosis.only_destination.empty())
        return "no outbound connection goes to " + diagnosis.only_destination;
    if (looked && diagnosis.only_pid != 0)
        return "process " + std::to_string(diagnosis.only_pid) + " has no outbound connection";
    return plan::fullest_words(diagnosis.method, diagnosis.budget, nullptr);
}

}  // namespace

std::string verdict_sentence(const Diagnosis& diagnosis) {
    const std::string ports = port_words(diagnosis);
    const auto serious = std::count_if(
        diagnosis.findings.begin(), diagnosis.findings.end(),
        [](const Finding& finding) { return finding.severity != rules::Severity::info; });
    std::string text;
    if (serious == 1)
        text = worst_words(diagnosis.findings.front()) + ".";
    else if (serious > 1)
        text = std::to_string(serious) +
               " causes of trouble; the worst: " + worst_words(diagnosis.findings.front()) + ".";
    else if (exhausted(diagnosis))
        text = "Local ports are exhausted, and no symptom in force says why: " + ports + ".";
    else if (diagnosis.method == facts::SocketMethod::none || !diagnosis.budget)
        text = "The verdict is unknown: " + ports + ".";
    else
        text = "Nothing is wrong with ports and queues that can be seen now: " + ports + ".";
    if (const std::size_t others = troubled_namespaces(diagnosis))
        text += others == 1
                    ? " One other network namespace is in trouble."
                    : " " + std::to_string(others) + " other network namespaces are in trouble.";
    if (!diagnosis.open.empty())
        text += diagnosis.open.size() == 1 ? " One possible cause could not be judged."
                                           : " " + std::to_string(diagnosis.open.size()) +
                                                 " possible causes could not be judged.";
    return text;
}

}  // namespace tcptune::diagnosis

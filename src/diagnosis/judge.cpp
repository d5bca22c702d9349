// SPDX-License-Identifier: Apache-2.0
#include "diagnosis/judge.hpp"

#include <tcptune/diagnosis/names.hpp>

#include <algorithm>
#include <utility>

namespace tcptune::diagnosis {

namespace {

using facts::FactValue;
using facts::Unknown;
using plan::Truth;

// Nearest to their end first: what comes after so many free ones shows no symptom of its own.
constexpr std::size_t most_destinations = 4096;
constexpr std::size_t free_destinations = 64;

std::vector<std::int64_t> pids_of(const std::vector<facts::Owner>& owners) {
    std::vector<std::int64_t> pids;
    for (const facts::Owner& owner : owners)
        pids.push_back(owner.pid);
    return pids;
}

bool counted(const facts::FactSet& facts, std::string_view name) {
    return facts::is_known(facts.get(name));
}

/// The counters that a SYN moves when it finds a full queue have stood still since boot.
bool never_full(const facts::FactSet& facts) {
    for (const char* name :
         {"TcpExt.TCPReqQFullDoCookies", "TcpExt.TCPReqQFullDrop", "TcpExt.SyncookiesSent"}) {
        const auto found = facts.counters.find(name);
        if (found == facts.counters.end() || found->second.latest() != 0) return false;
    }
    return true;
}

void add_destinations(const Diagnosis& diagnosis, const facts::FactSet& facts,
                      Candidates& candidates) {
    if (diagnosis.method == facts::SocketMethod::none || !diagnosis.budget) {
        candidates.destinations_unknown = diagnosis.budget_missing.empty()
                                              ? "the socket table could not be looked at"
                                              : diagnosis.budget_missing;
        return;
    }
    if (diagnosis.method == facts::SocketMethod::counters) {
        const FactValue most = facts.get("port.busiest_in_use");
        if (const auto* const bound = std::get_if<facts::AtMost>(&most))
            candidates.destinations.push_back(
                {"any destination", bounded_destination(bound->value, *diagnosis.budget), {}});
        return;
    }
    std::size_t free = 0;
    for (const DestinationView& view : diagnosis.destinations) {
        if (view.forecast.stage == capacity::Stage::free && ++free > free_destinations) break;
        if (candidates.destinations.size() >= most_destinations) break;
        candidates.destinations.push_back({destination_name(view.destination), values_of(view),
                                           pids_of(view.destination.owners)});
    }
    if (diagnosis.more_destinations > 0)
        candidates.destinations_unknown = "there are more destinations than were kept apart";
}

bool reads(const rules::Symptom& symptom, std::string_view prefix) {
    for (const auto* const lines : {&symptom.condition.all, &symptom.condition.any})
        for (const expr::Expression& line : *lines)
            for (const std::string& name : expr::names_in(line))
                if (name.starts_with(prefix)) return true;
    return false;
}

/// Processes by how much of `fact` they hold, most first.
std::vector<std::int64_t> most_first(const Candidates& candidates, std::string_view fact) {
    std::vector<std::pair<std::int64_t, std::int64_t>> found;
    for (const Candidate& process : candidates.processes) {
        const auto entry = process.values.find(fact);
        const auto* const count = std::get_if<std::int64_t>(&entry->second);
        if (count != nullptr && *count > 0) found.emplace_back(-*count, process.pids.front());
    }
    std::sort(found.begin(), found.end());
    std::vector<std::int64_t> pids;
    for (const auto& [count, pid] : found)
        pids.push_back(pid);
    return pids;
}

/// Owners of any destination: who shares a pool of ports.
void add_owners(const Candidates& candidates, std::vector<std::int64_t>& pids) {
    for (const Candidate& destination : candidates.destinations)
        for (const std::int64_t pid : destination.pids)
            if (std::find(pids.begin(), pids.end(), pid) == pids.end()) pids.push_back(pid);
}

/// Processes that hold what a fact of the host counts.
std::vector<std::int64_t> holders(const rules::Symptom& symptom, const Candidates& candidates,
                                  const facts::FactSet& facts) {
    if (reads(symptom, "socket.tcp.close_wait"))
        return most_first(candidates, "process.close_wait");
    if (reads(symptom, "port.pool_") || reads(symptom, "socket.tcp.bound_only")) {
        std::vector<std::int64_t> pids = most_first(candidates, "process.bound_only");
        if (reads(symptom, "port.pool_")) add_owners(candidates, pids);
        return pids;
    }
    if (reads(symptom, "asked.port_")) {
        const FactValue pids = facts.get("asked.port_pids");
        if (const auto* const list = std::get_if<facts::List>(&pids)) return *list;
    }
    return {};
}

std::vector<plan::PlanEvidence> evidence_of(const std::vector<plan::Reading>& readings) {
    std::vector<plan::PlanEvidence> evidence;
    for (const plan::Reading& reading : readings)
        if (plan::speaks_for(reading) == Truth::yes)
            evidence.push_back({reading.expression, reading.value, plan::to_string(Truth::yes)});
    return evidence;
}

}  // namespace

const std::vector<Candidate>& Candidates::of(rules::Scope scope) const {
    switch (scope) {
        case rules::Scope::destination:
            return destinations;
        case rules::Scope::listener:
            return listeners;
        case rules::Scope::process:
            return processes;
        case rules::Scope::host:
            break;
    }
    return host;
}

Candidates candidates_of(const Diagnosis& diagnosis, const facts::FactSet& facts) {
    Candidates candidates;
    candidates.host.push_back({});
    add_destinations(diagnosis, facts, candidates);
    if (diagnosis.method == facts::SocketMethod::none)
        candidates.listeners_unknown = "the listeners could not be looked at";
    else if (!counted(facts, "socket.listeners_full"))
        candidates.listeners_unknown = "the queues of the listeners were not looked at";
    const bool syn_counted = counted(facts, "socket.tcp.syn_received");
    for (const facts::Listener& listener : diagnosis.listeners)
        candidates.listeners.push_back({listener_name(listener),
                                        values_of(listener, syn_counted, never_full(facts)),
                                        pids_of(listener.owners)});
    for (const facts::Process& process : diagnosis.processes)
        candidates.processes.push_back({process_name(process), values_of(process), {process.pid}});
    return candidates;
}

Truth holds(const rules::Symptom& symptom, const ScopeValues& values, const facts::FactSet& facts,
            std::vector<plan::Reading>* readings) {
    const plan::ConditionReader reader(facts, [&](std::string_view name) -> FactValue {
        if (const auto found = values.find(name); found != values.end()) return found->second;
        if (name.starts_with("asked.") && !facts.values.contains(name))
            return Unknown{"nothing was asked about"};
        return facts.get(name);
    });
    return reader.holds(symptom.condition, readings);
}

Judgement judge(const rules::Symptom& symptom, const Candidates& candidates,
                const facts::FactSet& facts) {
    Judgement judgement;
    for (const Candidate& candidate : candidates.of(symptom.scope)) {
        std::vector<plan::Reading> readings;
        const Truth verdict = holds(symptom, candidate.values, facts, &readings);
        if (verdict == Truth::no) continue;
        if (verdict == Truth::unknown) {
            for (const plan::Reading& reading : readings)
                if (reading.verdict == Truth::unknown) judgement.reasons.insert(reading.reason);
            continue;
        }
        if (judgement.subjects.size() >= max_subjects) {
            ++judgement.more_subjects;
            continue;
        }
        Subject subject{candidate.name, evidence_of(readings), candidate.pids};
        if (symptom.scope == rules::Scope::host) subject.pids = holders(symptom, candidates, facts);
        judgement.subjects.push_back(std::move(subject));
    }
    if (symptom.scope == rules::Scope::destination && !candidates.destinations_unknown.empty())
        judgement.reasons.insert(candidates.destinations_unknown);
    if (symptom.scope == rules::Scope::listener && !candidates.listeners_unknown.empty())
        judgement.reasons.insert(candidates.listeners_unknown);
    if (!judgement.subjects.empty())
        judgement.verdict = Truth::yes;
    else if (!judgement.reasons.empty())
        judgement.verdict = Truth::unknown;
    return judgement;
}

}  // namespace tcptune::diagnosis

// SPDX-License-Identifier: Apache-2.0
#include "plan/boot_override.hpp"
#include "plan/sections.hpp"

#include <tcptune/base/text.hpp>
#include <tcptune/rules/remedy_order.hpp>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <utility>

namespace tcptune::plan {

namespace {

using rules::Remedy;
using rules::Severity;

std::vector<PlanEvidence> evidence_of(const std::vector<Reading>& readings) {
    std::vector<PlanEvidence> evidence;
    for (const Reading& reading : readings) {
        evidence.push_back({reading.expression, reading.value, to_string(reading.verdict)});
        // What the line was made of, unless it says no more than the line itself.
        for (const expr::TraceEntry& entry : reading.trace)
            if (entry.text.find("threshold.") != 0)
                evidence.push_back({"  " + entry.text, facts::to_string(entry.value), ""});
    }
    return evidence;
}

/// Reasons for not knowing, each once, with what asked.
class OpenQuestions {
public:
    void add(const std::string& reason, const std::string& key) { asked_by_[reason].insert(key); }

    std::vector<std::string> sentences() const {
        std::vector<std::string> result;
        for (const auto& [reason, keys] : asked_by_) {
            const std::vector<std::string> list(keys.begin(), keys.end());
            result.push_back(reason + " (asked for by " + join(list, ", ") + ")");
        }
        return result;
    }

private:
    std::map<std::string, std::set<std::string>> asked_by_;
};

PlanFinding finding_of(const Finding& finding, const rules::Rule& rule) {
    PlanFinding result;
    result.id = finding.id;
    result.key = finding.key;
    result.status = finding.status;
    result.evidence = evidence_of(finding.readings);
    if (finding.recommendation) {
        result.title = finding.recommendation->title;
        result.explanation = finding.recommendation->text;
        result.severity = finding.recommendation->severity;
    }
    if (finding.status == FindingStatus::unknown) {
        result.severity = Severity::info;
        result.explanation = "Not known: " + finding.reason;
    }
    const bool by_hand = finding.unset || rule.parameter.access == sysctl::Access::advise;
    result.remedy = by_hand ? Remedy::configuration : Remedy::sysctl;
    return result;
}

/// A change that tcptune never makes itself: a line to delete, or a key that it does not write.
std::optional<PlanAdvice> by_hand(const Ground& ground, const Finding& finding,
                                  const rules::Rule& rule) {
    if (finding.status != FindingStatus::recommended) return {};
    PlanAdvice advice;
    advice.id = finding.id;
    advice.key = finding.key;
    advice.title = finding.recommendation->title;
    advice.reason = finding.recommendation->text;
    advice.remedy = Remedy::configuration;
    advice.severity = finding.recommendation->severity;
    if (finding.unset) {
        for (const facts::ConfiguredValue& line : ground.facts.configured)
            if (line.key == finding.key && !line.exclusion)
                advice.text += (advice.text.empty() ? "Delete " : ", ") + line.file + ":" +
                               std::to_string(line.line) + " (" + line.key + " = " + line.value +
                               ")";
        if (advice.text.empty()) advice.text = "Delete the line that sets " + finding.key + ".";
        return advice;
    }
    if (rule.parameter.access != sysctl::Access::advise) return {};
    advice.text = "Set " + finding.key + " = " +
                  sysctl::display_text(rule.parameter.type, *finding.value) +
                  " yourself: tcptune never writes this key.";
    return advice;
}

std::string percent(double share) {
    // A share of a facts file may be anything.
    return std::to_string(std::llround(std::clamp(share, 0.0, 1e6) * 100)) + " %";
}

std::string end_point(const std::string& address, int port) {
    const bool v6 = address.find(':') != std::string::npos;
    return (v6 ? "[" + address + "]" : address) + ":" + std::to_string(port);
}

void add_destination_findings(Plan& plan) {
    constexpr std::size_t most = 20;  // the table of destinations has the rest
    // Fullest first, as the plan lists them.
    for (const PlanDestination& entry : plan.destinations) {
        const facts::Destination& destination = entry.destination;
        const capacity::Forecast& forecast = entry.before;
        if (forecast.stage == capacity::Stage::free || plan.findings.size() >= most) continue;
        const bool exhausted = forecast.stage == capacity::Stage::exhausted;
        const std::string remote = end_point(destination.remote_address, destination.remote_port);
        PlanFinding finding;
        finding.id = "destination/" + destination.local_address + ">" + remote;
        finding.title =
            destination.local_address + " -> " + remote + ": " + with_thousands(forecast.in_use) +
            " of " + with_thousands(forecast.ceiling.budget.usable) + " local ports in use (" +
            percent(forecast.share) + "), " + std::string(capacity::to_string(forecast.stage));
        finding.severity = exhausted ? Severity::critical : Severity::warning;
        finding.explanation =
            exhausted ? "connect() to this destination fails with EADDRNOTAVAIL."
                      : "The half of the ports that connect() tries first is used up: each "
                        "connect() scans it before it finds a port, without an error.";
        for (std::size_t state_index = 0; state_index < facts::tcp_state_count; ++state_index)
            if (const std::uint32_t count = destination.states[state_index])
                finding.evidence.push_back({to_string(static_cast<facts::TcpState>(state_index)),
                                            with_thousands(count), ""});
        finding.remedy = Remedy::application;
        plan.findings.push_back(std::move(finding));
    }
}

void add_expired_waivers(const rules::Policy& policy, const std::string& today, Plan& plan) {
    for (const rules::Waiver& waiver : policy.waivers) {
        if (waiver.expires >= today) continue;
        PlanFinding finding;
        finding.id = "waiver/" + (waiver.finding.empty() ? waiver.key : waiver.finding);
        finding.key = waiver.key;
        finding.title = "a waiver expired on " + waiver.expires;
        finding.explanation = "It was granted by " + waiver.owner + ": " + waiver.reason + " (" +
                              waiver.location.file + ":" + std::to_string(waiver.location.line) +
                              ")";
        finding.severity = Severity::warning;
        finding.remedy = Remedy::configuration;
        plan.findings.push_back(std::move(finding));
    }
}

void add_advice(const Evaluation& evaluation, Plan& plan, OpenQuestions& open) {
    for (const AdviceGiven& given : evaluation.advice) {
        if (given.verdict == Truth::unknown) {
            open.add(given.reason, given.key);
            continue;
        }
        PlanAdvice advice{given.id,
                          given.key,
                          given.advice->title,
                          given.advice->text,
                          "",
                          given.advice->remedy,
                          given.advice->severity};
        if (given.advice->remedy == Remedy::none) {
            plan.not_advised.push_back(std::move(advice));
            continue;
        }
        PlanFinding finding{given.id,
                            given.key,
                            given.advice->title,
                            given.advice->text,
                            given.advice->severity,
                            FindingStatus::recommended,
                            evidence_of(given.readings),
                            given.advice->remedy};
        plan.findings.push_back(std::move(finding));
        plan.advice.push_back(std::move(advice));
    }
}

}  // namespace

void add_findings(const Ground& ground, const Evaluation& evaluation, const PlanInputs& inputs,
                  Plan& plan) {
    OpenQuestions open;
    add_destination_findings(plan);
    for (const Finding& finding : evaluation.findings) {
        if (finding.status == FindingStatus::not_applicable ||
            finding.status == FindingStatus::already_set)
            continue;
        const rules::Rule& rule = *ground.rules.find(finding.key);
        plan.findings.push_back(finding_of(finding, rule));
        if (finding.status == FindingStatus::unknown) open.add(finding.reason, finding.key);
        if (auto advice = by_hand(ground, finding, rule)) plan.advice.push_back(std::move(*advice));
    }
    add_advice(evaluation, plan, open);
    add_expired_waivers(inputs.policy, inputs.today, plan);
    plan.unknowns = open.sentences();
    // What the next boot sets is not certain when a file of it was not read.
    for (const facts::Source* source : unread_configuration(ground.facts))
        plan.unknowns.push_back(source->name + " cannot be read (" + source->detail +
                                "): what the next boot sets is not certain");

    std::ranges::stable_sort(plan.findings, [](const PlanFinding& a, const PlanFinding& b) {
        return a.severity > b.severity;
    });
    std::ranges::stable_sort(plan.advice, [](const PlanAdvice& a, const PlanAdvice& b) {
        return std::pair(-static_cast<int>(a.severity), rules::try_order(a.remedy)) <
               std::pair(-static_cast<int>(b.severity), rules::try_order(b.remedy));
    });
}

}  // namespace tcptune::plan

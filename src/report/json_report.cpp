// SPDX-License-Identifier: Apache-2.0
#include "report/json_document.hpp"

#include <tcptune/base/text.hpp>
#include <tcptune/report/json_report.hpp>

#include <optional>
#include <utility>

namespace tcptune::report {
namespace {

/// A sysctl value is a string, or a list of strings where it has several.
Json sysctl_json(const std::string& text) {
    const std::vector<std::string_view> words = split_words(text);
    if (words.size() < 2) return Json(text);
    Json list = Json::array();
    for (const std::string_view word : words)
        list.push_back(word);
    return list;
}

Json sysctl_json(const std::optional<std::string>& text) {
    return text ? sysctl_json(*text) : Json(nullptr);
}

Json finding_json(const plan::PlanFinding& finding) {
    return {{"id", finding.id},
            {"key", finding.key},
            {"severity", to_string(finding.severity)},
            {"status", to_string(finding.status)},
            {"title", finding.title},
            {"explanation", finding.explanation},
            {"evidence", evidence_json(finding.evidence)},
            {"remedy", {{"kind", to_string(finding.remedy)}}}};
}

Json effect_json(const plan::Effect& effect) {
    return {{"text", effect.text},
            {"ceiling_before_per_s", number_json(effect.ceiling_before_per_s)},
            {"ceiling_after_per_s", number_json(effect.ceiling_after_per_s)},
            {"slow_above_before_per_s", number_json(effect.slow_above_before_per_s)},
            {"slow_above_after_per_s", number_json(effect.slow_above_after_per_s)},
            {"note", effect.note}};
}

Json change_json(const plan::PlanChange& change) {
    Json hazards = Json::array();
    for (const plan::HazardInForce& hazard : change.hazards) {
        hazards.push_back({{"id", hazard.id},
                           {"severity", to_string(hazard.severity)},
                           {"verdict", to_string(hazard.verdict)},
                           {"text", hazard.text}});
    }
    return {{"key", change.key},
            {"before",
             {{"runtime", sysctl_json(change.before_runtime)},
              {"configured", sysctl_json(change.before_configured)},
              {"boot", sysctl_json(change.before_boot)}}},
            {"after", {{"runtime", sysctl_json(change.after_runtime)}}},
            {"takes_effect", change.takes_effect},
            {"order", change.order},
            {"risk", to_string(change.risk)},
            {"reason", change.reason},
            {"rule_id", change.rule_id},
            {"finding_ids", change.finding_ids},
            {"required_by", change.required_by},
            {"hazards", std::move(hazards)},
            {"expected_effect", effect_json(change.expected_effect)},
            {"pinned", change.pinned}};
}

Json advice_json(const std::vector<plan::PlanAdvice>& entries) {
    Json list = Json::array();
    for (const plan::PlanAdvice& entry : entries) {
        list.push_back({{"id", entry.id},
                        {"key", entry.key},
                        {"severity", to_string(entry.severity)},
                        {"remedy", {{"kind", to_string(entry.remedy)}}},
                        {"title", entry.title},
                        {"text", entry.text},
                        {"reason", entry.reason}});
    }
    return list;
}

Json budget_json(const std::optional<capacity::PortBudget>& budget) {
    if (!budget) return nullptr;
    return {{"range", budget->range},         {"reserved", budget->reserved},
            {"bound", budget->bound},         {"usable", budget->usable},
            {"preferred", budget->preferred}, {"preferred_even", budget->preferred_even}};
}

Json goals_json(const plan::Plan& plan) {
    Json list = Json::array();
    for (const plan::GoalResult& goal : plan.goals) {
        list.push_back({{"destination", goal.destination},
                        {"rate_per_s", goal.rate_per_s},
                        {"ceiling_before_per_s", number_json(goal.ceiling_before_per_s)},
                        {"ceiling_after_per_s", number_json(goal.ceiling_after_per_s)},
                        {"slow_above_after_per_s", number_json(goal.slow_above_after_per_s)},
                        {"known", goal.known},
                        {"met_before", goal.met_before},
                        {"met_after", goal.met_after},
                        {"text", goal.text}});
    }
    return list;
}

Json summary_json(const plan::Plan& plan) {
    Json findings{{"critical", 0}, {"warning", 0}, {"info", 0}};
    std::optional<rules::Level> risk;
    for (const plan::PlanFinding& finding : plan.findings) {
        Json& count = findings[std::string(to_string(finding.severity))];
        count = count.get<int>() + 1;
    }
    for (const plan::PlanChange& change : plan.changes) {
        if (!risk || *risk < change.risk) risk = change.risk;
    }
    return {{"change", plan.changes.size()},
            {"max_risk", risk ? Json(to_string(*risk)) : Json(nullptr)},
            {"findings", std::move(findings)},
            {"verdict", plan::verdict_sentence(plan)}};
}

}  // namespace

std::string plan_json(const plan::Plan& plan, int exit_code) {
    Json json = document("plan");
    json["host"] = host_json(plan.host);
    json["profile"] = plan.profile;
    json["policy"] = plan.policy;
    json["persist"] = plan.persist;
    json["socket_method"] = facts::to_string(plan.method);
    Json& findings = json["findings"] = Json::array();
    for (const plan::PlanFinding& finding : plan.findings) {
        findings.push_back(finding_json(finding));
    }
    Json& changes = json["changes"] = Json::array();
    for (const plan::PlanChange& change : plan.changes)
        changes.push_back(change_json(change));
    json["advice"] = advice_json(plan.advice);
    json["not_advised"] = advice_json(plan.not_advised);
    Json& refusals = json["refusals"] = Json::array();
    for (const plan::Refusal& refusal : plan.refusals) {
        refusals.push_back({{"key", refusal.key},
                            {"rule_id", refusal.rule_id},
                            {"reason", refusal.reason},
                            {"by_policy", refusal.by_policy},
                            {"where", refusal.where}});
    }
    Json& conflicts = json["conflicts"] = Json::array();
    for (const plan::Conflict& conflict : plan.conflicts) {
        conflicts.push_back({{"key", conflict.key},
                             {"file", conflict.file},
                             {"line", conflict.line},
                             {"value", sysctl_json(conflict.value)},
                             {"text", conflict.text}});
    }
    Json& destinations = json["destinations"] = Json::array();
    for (const plan::PlanDestination& entry : plan.destinations) {
        Json destination = destination_json(entry.destination, entry.before);
        destination["after"] = entry.after ? forecast_json(*entry.after) : Json(nullptr);
        destinations.push_back(std::move(destination));
    }
    json["budget"] = budget_json(plan.budget);
    json["goals"] = goals_json(plan);
    json["unknowns"] = plan.unknowns;
    json["namespaces"] = namespaces_json(plan.namespaces);
    json["summary"] = summary_json(plan);
    json["digest"] = plan.digest;
    return finish(std::move(json), exit_code);
}

}  // namespace tcptune::report

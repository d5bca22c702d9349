// SPDX-License-Identifier: Apache-2.0
#include "report/json_document.hpp"

#include <tcptune/report/json_report.hpp>

#include <utility>

namespace tcptune::report {
namespace {

Json tree_json(const plan::Explanation& node) {
    Json children = Json::array();
    for (const plan::Explanation& child : node.children)
        children.push_back(tree_json(child));
    return {{"text", node.text},
            {"verdict", node.verdict},
            {"value", node.value},
            {"children", std::move(children)}};
}

Json kernels_json(const KernelRange& range) {
    return {{"since", range.since ? Json(range.since->to_string()) : Json(nullptr)},
            {"until", range.until ? Json(range.until->to_string()) : Json(nullptr)}};
}

Json rule_json(const rules::Rule& rule) {
    const sysctl::Parameter& parameter = rule.parameter;
    Json recommendations = Json::array();
    for (const rules::Recommendation& entry : rule.recommendations) {
        recommendations.push_back({{"id", rule.key() + "/" + entry.id},
                                   {"title", entry.title},
                                   {"severity", to_string(entry.severity)},
                                   {"risk", to_string(entry.risk)},
                                   {"confidence", to_string(entry.confidence)}});
    }
    Json advice = Json::array();
    for (const rules::Advice& entry : rule.advice) {
        advice.push_back({{"id", rule.key() + "/" + entry.id},
                          {"title", entry.title},
                          {"severity", to_string(entry.severity)},
                          {"remedy", {{"kind", to_string(entry.remedy)}}}});
    }
    Json thresholds = Json::object();
    for (const rules::Threshold& threshold : rule.thresholds) {
        thresholds[threshold.name] = threshold.value;
    }
    return {{"key", rule.key()},
            {"summary", parameter.summary},
            {"type", sysctl::to_string(parameter.type)},
            {"scope", parameter.scope == sysctl::Scope::netns ? "netns" : "global"},
            {"access", parameter.access == sysctl::Access::apply ? "apply" : "advise"},
            {"takes_effect", parameter.takes_effect},
            {"kernels", kernels_json(parameter.kernels)},
            {"file", rule.file},
            {"thresholds", std::move(thresholds)},
            {"recommendations", std::move(recommendations)},
            {"advice", std::move(advice)}};
}

Json profile_json(const rules::Profile& profile) {
    Json roles = Json::array();
    for (const rules::Role role : profile.roles)
        roles.push_back(to_string(role));
    Json destinations = Json::array();
    for (const rules::ExpectedDestination& entry : profile.destinations) {
        destinations.push_back({{"address", entry.address},
                                {"port", entry.port},
                                {"rate_per_s", entry.rate},
                                {"lifetime_s", entry.lifetime_s},
                                {"closes", entry.client_closes ? "client" : "server"},
                                {"binds_first", entry.binds_first},
                                {"source_addresses", entry.source_addresses}});
    }
    Json node_ports = nullptr;
    if (profile.node_ports) {
        node_ports = Json::array({profile.node_ports->first, profile.node_ports->second});
    }
    return {{"name", profile.name},
            {"summary", profile.summary},
            {"file", profile.file},
            {"roles", std::move(roles)},
            {"node_ports", std::move(node_ports)},
            {"destinations", std::move(destinations)}};
}

Json diagnostics_json(const Diagnostics& diagnostics) {
    Json list = Json::array();
    for (const Diagnostic& entry : diagnostics) {
        const bool is_error = entry.severity == DiagnosticSeverity::error;
        list.push_back({{"severity", is_error ? "error" : "warning"},
                        {"code", entry.code},
                        {"message", entry.message},
                        {"hint", entry.hint},
                        {"location",
                         {{"file", entry.location.file},
                          {"line", entry.location.line},
                          {"column", entry.location.column}}}});
    }
    return list;
}

}  // namespace

std::string explanation_json(std::string_view subject, bool why_not,
                             const plan::Explanation& explanation, int exit_code) {
    Json json = document("explanation");
    json["subject"] = subject;
    json["why_not"] = why_not;
    json["explanation"] = tree_json(explanation);
    return finish(std::move(json), exit_code);
}

std::string rules_json(std::span<const rules::Rule* const> rules, int exit_code) {
    Json json = document("rules");
    Json& list = json["rules"] = Json::array();
    for (const rules::Rule* rule : rules)
        list.push_back(rule_json(*rule));
    return finish(std::move(json), exit_code);
}

std::string profiles_json(std::span<const rules::Profile> profiles, int exit_code) {
    Json json = document("profiles");
    Json& list = json["profiles"] = Json::array();
    for (const rules::Profile& profile : profiles)
        list.push_back(profile_json(profile));
    return finish(std::move(json), exit_code);
}

std::string check_json(std::string_view check, const Diagnostics& diagnostics, std::size_t files,
                       int exit_code) {
    Json json = document("rule_check");
    json["check"] = check;
    json["files"] = files;
    json["diagnostics"] = diagnostics_json(diagnostics);
    return finish(std::move(json), exit_code);
}

std::string error_json(std::string_view object, std::string_view reason,
                       const Diagnostics& diagnostics, int exit_code) {
    Json json = document("error");
    json["error"] = {{"object", object}, {"reason", reason}};
    json["diagnostics"] = diagnostics_json(diagnostics);
    return finish(std::move(json), exit_code);
}

}  // namespace tcptune::report

// SPDX-License-Identifier: Apache-2.0
#include "rules/entry_reader.hpp"

#include <tcptune/base/diagnostic_codes.hpp>
#include <tcptune/sysctl/parameter_file.hpp>

#include <utility>

namespace tcptune::rules {

namespace {

ConditionText read_condition(TomlTable& table) {
    ConditionText condition{table.text_list("all"), table.text_list("any"),
                            table.text_list("none")};
    for (auto* lines : {&condition.all, &condition.any, &condition.none}) {
        if (lines->size() <= max_entries) continue;
        table.error(codes::too_large, lines->back().location,
                    "more than " + std::to_string(max_entries) + " lines in one condition");
        lines->resize(1);
    }
    return condition;
}

/// `for`: the planned value that an entry is about.
std::optional<sysctl::Value> read_for(TomlTable& table, const RuleFile& file) {
    const auto toml = table.value("for");
    if (!toml || !file.parameter) return std::nullopt;
    auto value = sysctl::to_value(file.parameter->type, *toml, table);
    if (value)
        if (auto refused = sysctl::check_value(*file.parameter, *value))
            table.error(codes::value_out_of_bounds, toml->location, *std::move(refused));
    return value;
}

/// A list of expressions, or one, that must not be empty.
std::vector<LocatedText> read_set(TomlTable& table) {
    std::vector<LocatedText> set = table.text_list("set");
    if (!table.has("set"))
        report_missing(table, "set");
    else if (set.empty())
        if (const auto value = table.value("set"); value && value->items.empty())
            table.error(codes::bad_value, value->location, "set is an empty list");
    return set;
}

std::optional<SatisfyText> read_satisfy(TomlTable& table) {
    auto satisfy = table.table("satisfy");
    if (!satisfy) return std::nullopt;
    SatisfyText text{read_required(*satisfy, "key"), read_set(*satisfy)};
    satisfy->finish();
    return text;
}

}  // namespace

ConditionText read_required_condition(TomlTable& table) {
    ConditionText condition = read_condition(table);
    if (!condition.empty()) return condition;
    for (const char* member : {"all", "any", "none"}) {
        if (!table.has(member)) continue;
        const auto value = table.value(member);
        if (!value || !value->items.empty()) return condition;  // reported as a wrong type
    }
    table.error(codes::empty_condition, table.location(), "no condition is given",
                "write all, any or none with at least one expression");
    return condition;
}

Reference read_reference(TomlTable& table, UniqueIds& ids) {
    static const std::vector<std::string> kinds{
        "kernel-doc", "kernel-commit", "kernel-source", "rfc", "experiment", "issue", "article"};
    Reference reference;
    reference.id = read_reference_id(table, ids);
    reference.kind = read_required_word(table, "kind", kinds).value_or(std::string());
    reference.text = read_filled(table, "text");
    if (auto url = table.text("url")) {
        if (!url->text.empty() && !url->text.starts_with("https://") &&
            !url->text.starts_with("http://"))
            table.error(codes::bad_value, url->location, "url cannot be " + quoted(url->text),
                        "it begins with https:// or http://, or is \"\"");
        reference.url = std::move(url->text);
    }
    return reference;
}

ConstraintText read_constraint(TomlTable& table, UniqueIds& ids) {
    ConstraintText constraint;
    constraint.entry.id = read_id(table, ids);
    constraint.expr = read_required(table, "expr");
    constraint.entry.advice = table.word("level", {"error", "advice"}) == "advice";
    constraint.entry.text = read_filled(table, "text");
    return constraint;
}

RequirementText read_requirement(TomlTable& table, UniqueIds& ids, const RuleFile& file) {
    RequirementText requirement;
    requirement.entry.id = read_id(table, ids);
    requirement.entry.for_value = read_for(table, file);
    requirement.condition = read_required_condition(table);
    requirement.satisfy = read_satisfy(table);
    requirement.entry.text = read_filled(table, "text");
    return requirement;
}

HazardText read_hazard(TomlTable& table, UniqueIds& ids, const RuleFile& file) {
    HazardText hazard;
    hazard.entry.id = read_id(table, ids);
    hazard.entry.for_value = read_for(table, file);
    hazard.condition = read_condition(table);
    hazard.entry.severity = read_required_level(table, "severity", Level::critical);
    hazard.entry.text = read_filled(table, "text");
    return hazard;
}

RecommendationText read_recommendation(TomlTable& table, UniqueIds& ids) {
    RecommendationText recommendation;
    Recommendation& entry = recommendation.entry;
    entry.id = read_id(table, ids);
    entry.title = read_filled(table, "title");
    recommendation.condition = read_required_condition(table);
    recommendation.set = read_set(table);
    if (recommendation.set.size() == 1 && recommendation.set.front().text == "unset") {
        recommendation.set.clear();
        entry.unset = true;
    }
    entry.goal = table.word("goal", {"connection-rate"}).value_or(std::string());
    entry.risk = read_required_level(table, "risk", Level::high);
    entry.confidence = read_required_level(table, "confidence", Level::high);
    entry.severity = read_severity(table, Severity::warning);
    entry.text = read_filled(table, "text");
    if (auto effect = table.text("effect")) entry.effect = std::move(effect->text);
    entry.location = table.location();
    return recommendation;
}

AdviceText read_advice(TomlTable& table, UniqueIds& ids) {
    AdviceText advice;
    advice.entry.id = read_id(table, ids);
    advice.entry.title = read_filled(table, "title");
    advice.condition = read_required_condition(table);
    const auto remedy =
        read_required_word(table, "remedy", {"application", "configuration", "topology", "none"});
    if (remedy == "none") advice.entry.remedy = Remedy::none;
    if (remedy == "configuration") advice.entry.remedy = Remedy::configuration;
    if (remedy == "topology") advice.entry.remedy = Remedy::topology;
    advice.entry.severity = read_severity(table, Severity::info);
    advice.entry.text = read_filled(table, "text");
    advice.entry.location = table.location();
    return advice;
}

GuardText read_guard(TomlTable& table, UniqueIds& ids) {
    GuardText guard;
    guard.entry.id = read_id(table, ids);
    guard.condition = read_required_condition(table);
    guard.entry.text = read_filled(table, "text");
    return guard;
}

}  // namespace tcptune::rules

// SPDX-License-Identifier: Apache-2.0
#include "rules/rule_reader.hpp"

#include "rules/toml_fields.hpp"

#include <tcptune/base/diagnostic_codes.hpp>
#include <tcptune/sysctl/parameter_file.hpp>

#include <algorithm>
#include <utility>

namespace tcptune::rules {

namespace {

/// Reads every `[[name]]` with `read`, which also sees the table; then nothing may be left over.
template <class Entry, class Read>
std::vector<Entry> read_entries(TomlTable& root, std::string_view name, Read read) {
    std::vector<TomlTable> tables = read_tables(root, name);
    std::vector<Entry> entries;
    entries.reserve(tables.size());
    for (TomlTable& table : tables) {
        entries.push_back(read(table));
        table.finish();
    }
    return entries;
}

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

/// A condition that must be there: an empty one would hold always.
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

/// `for`: the planned value that an entry is about.
std::optional<sysctl::Value> read_for(TomlTable& table, const RuleFile& file) {
    if (!table.has("for")) return std::nullopt;
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
    std::vector<LocatedText> set;
    if (!table.has("set")) {
        table.error(codes::missing_member, table.location(), "set is missing");
        return set;
    }
    set = table.text_list("set");
    if (set.empty())
        if (const auto value = table.value("set"); value && value->items.empty())
            table.error(codes::bad_value, value->location, "set is an empty list");
    return set;
}

void read_parameter_table(TomlTable& root, RuleFile& file) {
    file.parameter = sysctl::read_parameter(root);
    if (!file.parameter) return;
    // The catalog keeps these as text; here their places are needed.
    auto parameter = root.table("parameter");
    if (!parameter) return;
    if (auto key = parameter->text("key")) file.key_location = std::move(key->location);
    if (!parameter->has("default")) return;
    for (TomlTable& table : parameter->tables("default"))
        if (table.has("expr"))
            if (auto expr = table.text("expr")) file.default_exprs.push_back(*std::move(expr));
}

void read_thresholds(TomlTable& root, RuleFile& file) {
    if (!root.has("threshold")) return;
    auto table = root.table("threshold");
    if (!table) return;
    for (std::string& name : read_names(*table)) {
        const auto value = table->value(name);
        if (!value) continue;
        const auto number = finite_number(*value);
        if (!is_expression_word(name))
            table->error(codes::bad_value, value->location,
                         "no expression can spell the threshold " + quoted(name),
                         "a name has lower-case letters, digits and '_', a letter first");
        if (!number)
            table->error(codes::wrong_type, value->location,
                         "threshold " + quoted(name) + " must be a finite number");
        file.thresholds.push_back({std::move(name), number.value_or(0), value->location});
    }
}

BehaviourText read_behaviour(TomlTable& table) {
    BehaviourText behaviour;
    LocatedText name = read_name(table);
    behaviour.entry.name = std::move(name.text);
    behaviour.location = std::move(name.location);
    if (auto value = table.value("value")) {
        behaviour.entry.number = finite_number(*value);
        if (value->is_list ||
            (!behaviour.entry.number && value->items.front().kind != TomlScalar::Kind::text))
            table.error(codes::wrong_type, value->location, "value must be a number or a text");
        else
            behaviour.entry.word = std::move(value->items.front().text);
    } else if (!table.has("value")) {
        table.error(codes::missing_member, table.location(), "value is missing");
    }
    behaviour.entry.kernels = sysctl::read_kernel_range(table);
    behaviour.entry.text = read_filled(table, "text");
    behaviour.reference = table.text("reference");
    return behaviour;
}

EvidenceText read_evidence(TomlTable& table, UniqueIds& names) {
    EvidenceText evidence;
    evidence.name = read_name(table);
    names.add(table, evidence.name);
    evidence.entry.name = evidence.name.text;
    evidence.expr = read_required(table, "expr");
    evidence.entry.text = read_filled(table, "text");
    return evidence;
}

ConstraintText read_constraint(TomlTable& table, UniqueIds& ids) {
    ConstraintText constraint;
    LocatedText id = read_id(table);
    ids.add(table, id);
    constraint.entry.id = std::move(id.text);
    constraint.expr = read_required(table, "expr");
    if (table.has("level"))
        constraint.entry.advice = table.word("level", {"error", "advice"}) == "advice";
    constraint.entry.text = read_filled(table, "text");
    return constraint;
}

std::optional<SatisfyText> read_satisfy(TomlTable& table) {
    if (!table.has("satisfy")) return std::nullopt;
    auto satisfy = table.table("satisfy");
    if (!satisfy) return std::nullopt;
    SatisfyText text{read_required(*satisfy, "key"), read_set(*satisfy)};
    satisfy->finish();
    return text;
}

RequirementText read_requirement(TomlTable& table, UniqueIds& ids, const RuleFile& file) {
    RequirementText requirement;
    LocatedText id = read_id(table);
    ids.add(table, id);
    requirement.entry.id = std::move(id.text);
    requirement.entry.for_value = read_for(table, file);
    requirement.condition = read_required_condition(table);
    requirement.satisfy = read_satisfy(table);
    requirement.entry.text = read_filled(table, "text");
    requirement.location = table.location();
    return requirement;
}

HazardText read_hazard(TomlTable& table, UniqueIds& ids, const RuleFile& file) {
    HazardText hazard;
    LocatedText id = read_id(table);
    ids.add(table, id);
    hazard.entry.id = std::move(id.text);
    hazard.entry.for_value = read_for(table, file);
    hazard.condition = read_condition(table);
    hazard.entry.severity = read_required_level(table, "severity", Level::critical);
    hazard.entry.text = read_filled(table, "text");
    return hazard;
}

RecommendationText read_recommendation(TomlTable& table, UniqueIds& ids) {
    RecommendationText recommendation;
    Recommendation& entry = recommendation.entry;
    LocatedText id = read_id(table);
    ids.add(table, id);
    entry.id = std::move(id.text);
    entry.title = read_filled(table, "title");
    recommendation.condition = read_required_condition(table);
    recommendation.set = read_set(table);
    if (recommendation.set.size() == 1 && recommendation.set.front().text == "unset") {
        recommendation.set.clear();
        entry.unset = true;
    }
    if (table.has("goal"))
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
    LocatedText id = read_id(table);
    ids.add(table, id);
    advice.entry.id = std::move(id.text);
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
    LocatedText id = read_id(table);
    ids.add(table, id);
    guard.entry.id = std::move(id.text);
    guard.condition = read_required_condition(table);
    guard.entry.text = read_filled(table, "text");
    guard.location = table.location();
    return guard;
}

Myth read_myth(TomlTable& table, UniqueIds& ids) {
    Myth myth;
    LocatedText id = read_id(table);
    ids.add(table, id);
    myth.id = std::move(id.text);
    myth.claim = read_filled(table, "claim");
    myth.truth = read_filled(table, "truth");
    if (auto pattern = table.text("pattern")) myth.pattern = std::move(pattern->text);
    return myth;
}

NoteText read_note(TomlTable& table) {
    NoteText note;
    note.entry.text = read_filled(table, "text");
    note.entry.kernels = sysctl::read_kernel_range(table);
    note.reference = table.text("reference");
    return note;
}

Reference read_reference(TomlTable& table, UniqueIds& ids) {
    static const std::vector<std::string> kinds{
        "kernel-doc", "kernel-commit", "kernel-source", "rfc", "experiment", "issue", "article"};
    Reference reference;
    LocatedText id = read_reference_id(table);
    ids.add(table, id);
    reference.id = std::move(id.text);
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

/// Not a matter of taste: a run that skips the examples would not see that table.
void report_stray_table(const RuleSource& source, std::size_t at, Diagnostics& diagnostics) {
    const auto line = static_cast<std::uint32_t>(
        1 + std::ranges::count(std::string_view(source.text).substr(0, at), '\n'));
    diagnostics.push_back({std::string(codes::examples_not_last),
                           DiagnosticSeverity::error,
                           {source.file, line, 1},
                           "a table stands after the first [[example]]",
                           "move all examples to the end of the file",
                           std::string(line_of(source.text, line))});
}

/// Entries whose ids must differ within their kind.
template <class Entry, class Read>
std::vector<Entry> read_unique(TomlTable& root, std::string_view name, UniqueIds& ids, Read read) {
    return read_entries<Entry>(root, name, [&](TomlTable& table) { return read(table, ids); });
}

}  // namespace

RuleFile read_rule_file(const RuleSource& source, Examples examples, Diagnostics& diagnostics) {
    RuleFile file;
    file.file = source.file;
    file.text = source.text;
    const ExamplesPart part = find_examples(source.text);
    const std::string_view text =
        examples == Examples::skip ? file.text.substr(0, part.begin) : file.text;
    if (part.stray != std::string_view::npos) report_stray_table(source, part.stray, diagnostics);
    TomlDocument document(source.file, text, diagnostics);
    auto root = document.root();
    if (!root) return file;

    read_parameter_table(*root, file);
    read_thresholds(*root, file);
    file.behaviours = read_entries<BehaviourText>(*root, "behaviour", read_behaviour);
    UniqueIds evidence("[[evidence]]"), hazards("[[hazard]]"), guards("[[guard]]"),
        myths("[[myth]]"), references("[[reference]]");
    // One word names them: blocked_by in examples, KEY/ID in findings and waivers.
    UniqueIds blockers("[[constraint]] or [[requires]]"),
        findings("[[recommendation]] or [[advice]]");
    file.evidence = read_unique<EvidenceText>(*root, "evidence", evidence, read_evidence);
    file.constraints = read_unique<ConstraintText>(*root, "constraint", blockers, read_constraint);
    file.requirements = read_unique<RequirementText>(
        *root, "requires", blockers,
        [&](TomlTable& table, UniqueIds& ids) { return read_requirement(table, ids, file); });
    file.hazards = read_unique<HazardText>(
        *root, "hazard", hazards,
        [&](TomlTable& table, UniqueIds& ids) { return read_hazard(table, ids, file); });
    file.recommendations =
        read_unique<RecommendationText>(*root, "recommendation", findings, read_recommendation);
    file.advice = read_unique<AdviceText>(*root, "advice", findings, read_advice);
    file.guards = read_unique<GuardText>(*root, "guard", guards, read_guard);
    file.myths = read_unique<Myth>(*root, "myth", myths, read_myth);
    file.notes = read_entries<NoteText>(*root, "note", read_note);
    file.references = read_unique<Reference>(*root, "reference", references, read_reference);
    read_examples(*root, file, diagnostics);
    if (examples == Examples::skip) file.examples.clear();
    root->finish();
    return file;
}

}  // namespace tcptune::rules

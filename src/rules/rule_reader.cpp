// SPDX-License-Identifier: Apache-2.0
#include "rules/rule_reader.hpp"

#include "rules/entry_reader.hpp"
#include "rules/lint_reader.hpp"
#include "rules/toml_fields.hpp"

#include <tcptune/base/diagnostic_codes.hpp>
#include <tcptune/base/pattern.hpp>
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

void read_parameter_table(TomlTable& root, RuleFile& file) {
    file.parameter = sysctl::read_parameter(root);
    if (!file.parameter) return;
    // The catalog keeps these as text; here their places are needed.
    auto parameter = root.table("parameter");
    if (!parameter) return;
    if (auto key = parameter->text("key")) file.key_location = std::move(key->location);
    for (TomlTable& table : parameter->tables("default"))
        if (auto expr = table.text("expr")) file.default_exprs.push_back(*std::move(expr));
}

void read_thresholds(TomlTable& root, RuleFile& file) {
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
        report_missing(table, "value");
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

Myth read_myth(TomlTable& table, UniqueIds& ids) {
    Myth myth;
    myth.id = read_id(table, ids);
    myth.claim = read_filled(table, "claim");
    myth.truth = read_filled(table, "truth");
    if (auto pattern = table.text("pattern"); pattern && !pattern->text.empty()) {
        std::string reason;
        if (!Pattern::compile(pattern->text, reason))
            table.error(codes::bad_value, pattern->location,
                        "pattern cannot be " + quoted(pattern->text) + ": " + reason,
                        "it is a POSIX extended regular expression");
        myth.pattern = std::move(pattern->text);
    }
    myth.kernels = sysctl::read_kernel_range(table);
    return myth;
}

NoteText read_note(TomlTable& table) {
    NoteText note;
    note.entry.text = read_filled(table, "text");
    note.entry.kernels = sysctl::read_kernel_range(table);
    note.reference = table.text("reference");
    return note;
}

/// Not a matter of taste: a run that reads only the earlier parts would not see that table.
void report_stray_table(const RuleSource& source, std::size_t at, Diagnostics& diagnostics) {
    const auto line = static_cast<std::uint32_t>(
        1 + std::ranges::count(std::string_view(source.text).substr(0, at), '\n'));
    diagnostics.push_back({std::string(codes::examples_not_last),
                           DiagnosticSeverity::error,
                           {source.file, line, 1},
                           "this table stands after a part that must come later",
                           "first what decides, then [[lint]], [[myth]], [[note]], [[reference]], "
                           "then [[example]]",
                           shown_line(source.text, line)});
}

/// Entries whose ids must differ within their kind.
template <class Entry, class Read>
std::vector<Entry> read_unique(TomlTable& root, std::string_view name, UniqueIds& ids, Read read) {
    return read_entries<Entry>(root, name, [&](TomlTable& table) { return read(table, ids); });
}

}  // namespace

RuleFile read_rule_file(const RuleSource& source, Parts parts, Diagnostics& diagnostics) {
    RuleFile file;
    file.file = source.file;
    file.text = source.text;
    const TextParts found = find_parts(source.text);
    std::string_view text = file.text;
    if (parts == Parts::advice) text = text.substr(0, found.prose);
    if (parts == Parts::knowledge) text = text.substr(0, found.examples);
    if (found.stray != std::string_view::npos) report_stray_table(source, found.stray, diagnostics);
    TomlDocument document(source.file, text, diagnostics);
    auto root = document.root();
    if (!root) return file;

    read_parameter_table(*root, file);
    read_thresholds(*root, file);
    file.behaviours = read_entries<BehaviourText>(*root, "behaviour", read_behaviour);
    UniqueIds evidence("[[evidence]]"), hazards("[[hazard]]"), guards("[[guard]]"),
        lints("[[lint]]"), myths("[[myth]]"), references("[[reference]]");
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
    file.lints = read_unique<LintText>(*root, "lint", lints, read_lint);
    file.myths = read_unique<Myth>(*root, "myth", myths, read_myth);
    file.notes = read_entries<NoteText>(*root, "note", read_note);
    file.references = read_unique<Reference>(*root, "reference", references, read_reference);
    read_examples(*root, file, diagnostics);
    if (parts != Parts::all) file.examples.clear();
    file.has_prose = parts != Parts::advice;
    root->finish();
    return file;
}

}  // namespace tcptune::rules

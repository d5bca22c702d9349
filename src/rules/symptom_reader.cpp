// SPDX-License-Identifier: Apache-2.0
#include "rules/symptom_reader.hpp"

#include "rules/entry_reader.hpp"
#include "rules/rule_reader.hpp"
#include "rules/toml_fields.hpp"

#include <tcptune/base/diagnostic_codes.hpp>

#include <algorithm>
#include <array>
#include <utility>

namespace tcptune::rules {

namespace {

constexpr std::array scopes{Scope::host, Scope::destination, Scope::listener, Scope::process};
constexpr std::array remedies{Remedy::application, Remedy::topology, Remedy::configuration,
                              Remedy::sysctl};
/// The kernel keeps so many bytes of a program's name (TASK_COMM_LEN without its end).
constexpr std::size_t longest_command = 15;
constexpr std::int64_t highest_rank = 1000;

template <class Enum, std::size_t Count>
std::optional<Enum> read_enum(TomlTable& table, std::string_view member,
                              const std::array<Enum, Count>& values) {
    std::vector<std::string> words;
    for (const Enum value : values)
        words.emplace_back(to_string(value));
    const auto word = read_required_word(table, member, words);
    if (!word) return std::nullopt;
    return *std::ranges::find(values, std::string_view(*word),
                              [](Enum value) { return to_string(value); });
}

std::string read_line(TomlTable& table, std::string_view member) {
    return folded(read_filled(table, member));
}

void read_rank(TomlTable& table, Symptom& symptom) {
    const auto rank = table.integer("rank");
    if (!rank) return;
    if (*rank < 0 || *rank > highest_rank)
        table.error(codes::bad_value, table.value("rank")->location, "rank must be 0 to 1000",
                    "a smaller one is said first");
    else
        symptom.rank = static_cast<int>(*rank);
}

void read_message_ids(TomlTable& table, Symptom& symptom) {
    const std::vector<LocatedText> ids = table.text_list("messages");
    if (ids.size() > max_entries)
        return table.error(codes::too_large, ids[max_entries].location,
                           "more than " + std::to_string(max_entries) + " messages");
    for (const LocatedText& id : ids) {
        if (!is_message_id(id.text)) {
            table.error(codes::bad_value, id.location,
                        "no message can be called " + quoted(id.text),
                        "it is " + std::string(message_id_spelling));
        } else if (std::ranges::find(symptom.messages, id.text) != symptom.messages.end()) {
            table.error(codes::duplicate_id, id.location, quoted(id.text) + " stands here twice");
        } else {
            symptom.messages.push_back(id.text);
            symptom.message_locations.push_back(id.location);
        }
    }
}

void read_only_asked(TomlTable& table, Symptom& symptom) {
    symptom.only_asked = table.boolean("only_asked").value_or(false);
    if (!symptom.only_asked || table.has("messages")) return;
    table.error(codes::bad_value, table.value("only_asked")->location,
                "only_asked without messages: nobody could ask", "messages = [\"EADDRINUSE\"]");
}

void read_symptom_table(TomlTable& table, SymptomParts parts, SymptomFile& file) {
    Symptom& symptom = file.entry;
    UniqueIds ids("[[symptom]]");
    symptom.id = read_id(table, ids);
    file.id_location = table.location();
    if (auto id = table.text("id")) file.id_location = std::move(id->location);
    symptom.title = read_line(table, "title");
    if (const auto scope = read_enum(table, "scope", scopes)) {
        symptom.scope = *scope;
        file.has_scope = true;
    }
    if (!table.has("severity")) report_missing(table, "severity");
    symptom.severity = read_severity(table, Severity::warning);
    read_rank(table, symptom);
    file.condition = read_required_condition(table);
    read_message_ids(table, symptom);
    read_only_asked(table, symptom);
    symptom.sysctl = table.boolean("sysctl").value_or(false);
    if (parts != SymptomParts::condition || table.has("text"))
        symptom.text = read_line(table, "text");
    table.finish();
}

std::vector<std::string> read_commands(TomlTable& table) {
    std::vector<std::string> commands;
    for (LocatedText& command : table.text_list("commands")) {
        if (command.text.empty() || command.text.size() > longest_command ||
            command.text.find('/') != std::string::npos)
            table.error(codes::bad_value, command.location,
                        "no process is called " + quoted(command.text),
                        "a process has 1 to 15 bytes of its program's name, without a folder");
        commands.push_back(std::move(command.text));
    }
    if (commands.size() > max_entries) commands.resize(max_entries);
    return commands;
}

Cure read_cure(TomlTable& table) {
    Cure cure;
    cure.remedy = read_enum(table, "remedy", remedies).value_or(Remedy::application);
    cure.title = read_line(table, "title");
    cure.commands = read_commands(table);
    cure.text = read_line(table, "text");
    return cure;
}

SymptomExampleText read_example(TomlTable& table, FactReader& reader) {
    SymptomExampleText example;
    example.entry.location = table.location();
    example.entry.name = read_filled(table, "name");
    example.entry.verdict =
        read_required_word(table, "verdict", {"yes", "no", "unknown"}).value_or(std::string());
    if (auto facts = table.table("facts")) example.facts = reader.read(*facts);
    if (auto deltas = table.table("deltas")) example.deltas = reader.read(*deltas);
    return example;
}

void read_lists(TomlTable& root, SymptomFile& file, Diagnostics& diagnostics) {
    for (TomlTable& table : read_tables(root, "cure")) {
        file.entry.cures.push_back(read_cure(table));
        table.finish();
    }
    for (TomlTable& table : read_tables(root, "no_cure")) {
        std::string what = read_line(table, "what");
        file.entry.no_cures.push_back({std::move(what), read_line(table, "text")});
        table.finish();
    }
    UniqueIds references("[[reference]]");
    for (TomlTable& table : read_tables(root, "reference")) {
        file.entry.references.push_back(read_reference(table, references));
        table.finish();
    }
    FactReader reader(diagnostics);
    for (TomlTable& table : read_tables(root, "example")) {
        file.examples.push_back(read_example(table, reader));
        table.finish();
    }
}

/// A run that reads only the earlier parts would not see that table.
void report_stray_table(const SymptomSource& source, std::size_t at, Diagnostics& diagnostics) {
    const auto line = static_cast<std::uint32_t>(
        1 + std::ranges::count(std::string_view(source.text).substr(0, at), '\n'));
    diagnostics.push_back({std::string(codes::examples_not_last),
                           DiagnosticSeverity::error,
                           {source.file, line, 1},
                           "this table stands after a part that must come later",
                           "first [symptom], then [[cure]], [[no_cure]] and [[reference]], then "
                           "[[example]]",
                           shown_line(source.text, line)});
}

}  // namespace

SymptomFile read_symptom_file(const SymptomSource& source, SymptomParts parts,
                              Diagnostics& diagnostics) {
    SymptomFile file;
    file.file = source.file;
    file.text = source.text;
    file.entry.file = source.file;
    if (parts != SymptomParts::condition) {
        const SymptomTextParts found = find_symptom_parts(source.text);
        if (found.stray != std::string_view::npos)
            report_stray_table(source, found.stray, diagnostics);
    }
    TomlDocument document(source.file, needed_text(source.text, parts), diagnostics);
    auto root = document.root();
    if (!root) return file;
    read_schema(*root);
    if (!root->has("symptom"))
        report_missing(*root, "symptom");
    else if (auto table = root->table("symptom"))
        read_symptom_table(*table, parts, file);
    read_lists(*root, file, diagnostics);
    root->finish();
    return file;
}

}  // namespace tcptune::rules

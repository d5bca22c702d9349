// SPDX-License-Identifier: Apache-2.0
#include "rules/toml_fields.hpp"

#include <tcptune/base/diagnostic_codes.hpp>
#include <tcptune/base/escape.hpp>
#include <tcptune/base/text.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <tuple>

namespace tcptune::rules {

namespace {

constexpr std::array levels{Level::low, Level::medium, Level::high, Level::critical};
constexpr std::size_t max_id_bytes = 64;

bool is_lower_or_digit(char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

bool is_id(std::string_view text, std::string_view also) {
    return !text.empty() && text.size() <= max_id_bytes && is_lower_or_digit(text.front()) &&
           std::ranges::all_of(text, [also](char c) {
               return is_lower_or_digit(c) || also.find(c) != std::string_view::npos;
           });
}

std::optional<Level> read_level_word(TomlTable& table, std::string_view member, Level highest) {
    std::vector<std::string> words;
    for (const Level level : levels)
        if (level <= highest) words.emplace_back(to_string(level));
    const auto word = table.word(member, words);
    if (!word) return std::nullopt;
    return *std::ranges::find(levels, std::string_view(*word),
                              [](Level level) { return to_string(level); });
}

/// A required text for which `accepts` holds.
template <class Accepts>
LocatedText read_spelled(TomlTable& table, std::string_view member, Accepts accepts,
                         std::string_view spelling) {
    if (!table.has(member)) {
        report_missing(table, member);
        return {};
    }
    std::optional<LocatedText> text = table.text(member);
    if (!text) return {};
    if (!accepts(std::string_view(text->text)))
        table.error(codes::bad_value, text->location,
                    std::string(member) + " cannot be " + quoted(text->text),
                    std::string(spelling));
    return *std::move(text);
}

}  // namespace

std::string did_you_mean(std::string_view word, const std::vector<std::string>& candidates) {
    const auto near = nearest(word, candidates);
    return near ? "did you mean \"" + *near + "\"?" : std::string();
}

std::string quoted(std::string_view text) {
    constexpr std::size_t enough = 60;
    const std::string shown = escape_line(text.substr(0, enough));
    return '"' + shown + (text.size() > enough ? "...\"" : "\"");
}

std::string shown_line(std::string_view text, std::uint32_t number) {
    constexpr std::size_t longest = 1000;
    const std::string_view line = line_of(text, number);
    return std::string(line.size() > longest ? std::string_view() : line);
}

void sort_by_place(Diagnostics& diagnostics, std::size_t first) {
    const auto place = [](const Diagnostic& d) {
        return std::tie(d.location.file, d.location.line, d.location.column, d.code, d.message);
    };
    const auto begin = diagnostics.begin() + static_cast<std::ptrdiff_t>(first);
    std::ranges::sort(begin, diagnostics.end(), [&](const Diagnostic& a, const Diagnostic& b) {
        return place(a) < place(b);
    });
    diagnostics.erase(std::unique(begin, diagnostics.end()), diagnostics.end());
}

void read_schema(TomlTable& root) {
    if (!root.has("schema")) return report_missing(root, "schema");
    const auto value = root.value("schema");
    if (!value) return;
    const TomlScalar* number = value->is_list || value->items.empty() ? nullptr : &value->items[0];
    if (!number || number->kind != TomlScalar::Kind::integer)
        root.error(codes::wrong_type, value->location, "schema must be a whole number");
    else if (number->integer != 1)
        root.error(codes::schema_version, value->location,
                   "schema " + std::to_string(number->integer) + " is not known, only 1",
                   "a newer tcptune may read this file");
}

void report_missing(TomlTable& table, std::string_view member) {
    (void)table.value(member);
    table.error(codes::missing_member, table.location(), std::string(member) + " is missing");
}

LocatedText read_required(TomlTable& table, std::string_view member) {
    return read_spelled(table, member, [](std::string_view) { return true; }, "");
}

std::string read_filled(TomlTable& table, std::string_view member) {
    const auto filled = [](std::string_view text) { return !trim(text).empty(); };
    return read_spelled(table, member, filled, "write what a reader must know").text;
}

LocatedText read_name(TomlTable& table) {
    return read_spelled(table, "name", is_expression_word,
                        "a name has lower-case letters, digits and '_', a letter first");
}

bool is_expression_word(std::string_view text) {
    return is_id(text, "_") && text.front() >= 'a' && text.front() <= 'z';
}

std::vector<TomlTable> read_tables(TomlTable& root, std::string_view name) {
    std::vector<TomlTable> tables = root.tables(name);
    if (tables.size() > max_entries) {
        root.error(
            codes::too_large, tables[max_entries].location(),
            "more than " + std::to_string(max_entries) + " entries [[" + std::string(name) + "]]");
        tables.clear();
    }
    return tables;
}

std::optional<double> finite_number(const TomlValue& value) {
    if (value.is_list || value.items.empty()) return std::nullopt;
    const TomlScalar& item = value.items.front();
    if (item.kind == TomlScalar::Kind::integer) return static_cast<double>(item.integer);
    if (item.kind == TomlScalar::Kind::real && std::isfinite(item.real)) return item.real;
    return std::nullopt;
}

std::vector<std::string> read_names(TomlTable& table) {
    std::vector<std::string> names = table.names();
    if (names.size() > max_entries) {
        table.error(codes::too_large, table.location(),
                    "more than " + std::to_string(max_entries) + " members in one table");
        names.clear();
    }
    return names;
}

Level read_level(TomlTable& table, std::string_view member, Level highest, Level fallback) {
    return read_level_word(table, member, highest).value_or(fallback);
}

Level read_required_level(TomlTable& table, std::string_view member, Level highest) {
    if (!table.has(member)) report_missing(table, member);
    return read_level(table, member, highest, Level::medium);
}

Severity read_severity(TomlTable& table, Severity fallback) {
    const auto word = table.word("severity", {"info", "warning", "critical"});
    if (!word) return fallback;
    if (*word == "info") return Severity::info;
    return *word == "warning" ? Severity::warning : Severity::critical;
}

std::optional<std::string> read_required_word(TomlTable& table, std::string_view member,
                                              const std::vector<std::string>& words) {
    if (!table.has(member)) {
        report_missing(table, member);
        return std::nullopt;
    }
    return table.word(member, words);
}

void UniqueIds::add(TomlTable& table, const LocatedText& id) {
    if (id.text.empty() || seen_.insert(id.text).second) return;
    table.error(codes::duplicate_id, id.location,
                "another " + std::string(what_) + " of this file is called " + quoted(id.text));
}

std::string read_id(TomlTable& table, UniqueIds& ids) {
    LocatedText id = read_spelled(
        table, "id", [](std::string_view text) { return is_id(text, "-"); },
        "an id has lower-case letters, digits and '-', at most 64 of them");
    ids.add(table, id);
    return std::move(id.text);
}

std::string read_reference_id(TomlTable& table, UniqueIds& ids) {
    LocatedText id = read_spelled(
        table, "id", [](std::string_view text) { return is_id(text, "-._"); },
        "an id has lower-case letters, digits, '-', '.' and '_', at most 64");
    ids.add(table, id);
    return std::move(id.text);
}

}  // namespace tcptune::rules

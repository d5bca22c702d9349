// SPDX-License-Identifier: Apache-2.0
#include "rules/rule_reader.hpp"
#include "rules/toml_fields.hpp"

#include <tcptune/base/diagnostic_codes.hpp>
#include <tcptune/base/text.hpp>
#include <tcptune/sysctl/parameter_file.hpp>

#include <algorithm>
#include <utility>

namespace tcptune::rules {

namespace {

/// Bounds in one file. TomlTable reports a table where a value is asked for, and cannot be asked
/// first; it also stops reporting after a while, so there must be few of them.
constexpr std::size_t max_bounds = 64;

std::optional<double> read_bound(TomlTable& bound, std::string_view name) {
    if (!bound.has("at_most")) {
        bound.error(codes::example_invalid, bound.location(), quoted(name) + " is a table",
                    "put a fact's whole name in quotes; a bound is { at_most = 1 }");
        return std::nullopt;
    }
    const auto number = bound.number("at_most");
    bound.finish();
    return number;
}

std::vector<LocatedText> read_ids(TomlTable& expect, std::string_view member) {
    std::vector<LocatedText> ids = expect.text_list(member);
    if (ids.size() > max_entries) {
        expect.error(codes::too_large, ids[max_entries].location,
                     "more than " + std::to_string(max_entries) + " ids in one list");
        ids.clear();
    }
    return ids;
}

void read_expectation(TomlTable& expect, const RuleFile& file, ExampleText& example) {
    example.recommendation = expect.text("recommendation");
    if (const auto value = expect.value("value"); value && file.parameter)
        example.entry.value = sysctl::to_value(file.parameter->type, *value, expect);
    example.entry.unset = expect.boolean("unset");
    example.entry.has_hazards = expect.has("hazards");
    example.hazards = read_ids(expect, "hazards");
    example.entry.has_advice = expect.has("advice");
    example.advice = read_ids(expect, "advice");
    example.blocked_by = expect.text("blocked_by");
    example.entry.verdict = expect.word("verdict", {"no-change", "unknown"});
    if (expect.names().empty())
        expect.error(codes::example_invalid, expect.location(), "the example expects nothing");
    if (example.entry.verdict == "no-change" && example.recommendation)
        expect.error(codes::example_invalid, example.recommendation->location,
                     "an example cannot expect no change and a recommendation");
    expect.finish();
}

ExampleText read_example(TomlTable& table, const RuleFile& file, FactReader& reader) {
    ExampleText example;
    example.entry.location = table.location();
    example.entry.name = read_filled(table, "name");
    if (!table.has("expect"))
        report_missing(table, "expect");
    else if (auto expect = table.table("expect"))
        read_expectation(*expect, file, example);
    if (auto facts = table.table("facts")) example.facts = reader.read(*facts);
    return example;
}

/// The parts of a file in the order in which they stand.
enum class FilePart { deciding, prose, examples, none };

/// The part that a table header belongs to; `none` for a line of a list that begins with '['.
FilePart file_part_of(std::string_view header) {
    const std::size_t start = header.find_first_not_of('[');
    if (start == std::string_view::npos || start > 2) return FilePart::none;
    const std::string_view name = header.substr(start, header.find_first_of(".] ", start) - start);
    if (name.empty() || name[0] < 'A' || name[0] > 'z') return FilePart::none;
    if (name == "example") return FilePart::examples;
    if (name == "lint" || name == "myth" || name == "note" || name == "reference")
        return FilePart::prose;
    return FilePart::deciding;
}

}  // namespace

std::vector<FactText> FactReader::read(TomlTable& facts) {
    std::vector<FactText> result;
    for (std::string& name : read_names(facts)) {
        FactText fact;
        const std::size_t before = diagnostics_.size();
        fact.value = facts.value(name);
        if (fact.value) {
            fact.location = fact.value->location;
        } else if (bounds_ == max_bounds) {
            return result;  // reported already, as a wrong type
        } else if (auto bound = facts.table(name)) {
            ++bounds_;
            diagnostics_.resize(before);
            fact.location = bound->location();
            fact.at_most = read_bound(*bound, name);
        }
        fact.name = std::move(name);
        result.push_back(std::move(fact));
    }
    return result;
}

void read_examples(TomlTable& root, RuleFile& file, Diagnostics& diagnostics) {
    FactReader reader(diagnostics);
    for (TomlTable& table : read_tables(root, "example")) {
        file.examples.push_back(read_example(table, file, reader));
        table.finish();
    }
}

TextParts find_parts(std::string_view text) {
    TextParts parts{text.size(), text.size(), std::string_view::npos};
    FilePart reached = FilePart::deciding;
    for (std::size_t begin = 0; begin < text.size();) {
        const std::size_t end = std::min(text.find('\n', begin), text.size());
        const std::string_view line = trim(text.substr(begin, end - begin));
        if (line.starts_with('[')) {
            const FilePart part = file_part_of(line);
            if (part == FilePart::none) {
                begin = end + 1;
                continue;
            }
            if (part < reached) {
                parts.stray = begin;
                break;
            }
            if (part == FilePart::prose) parts.prose = std::min(parts.prose, begin);
            if (part == FilePart::examples) parts.examples = std::min(parts.examples, begin);
            reached = part;
        }
        begin = end + 1;
    }
    parts.prose = std::min(parts.prose, parts.examples);
    return parts;
}

}  // namespace tcptune::rules

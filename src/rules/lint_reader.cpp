// SPDX-License-Identifier: Apache-2.0
#include "rules/lint_reader.hpp"

#include "rules/entry_reader.hpp"

#include <tcptune/base/diagnostic_codes.hpp>

#include <utility>

namespace tcptune::rules {

namespace {

/// Long enough for a whole sysctl.conf; it bounds the work of a test run.
constexpr std::size_t longest_text = 4096;
constexpr const char* usual_kernel = "6.1.0";

std::string read_title(TomlTable& table) {
    std::string title = read_filled(table, "title");
    if (title.ends_with('.'))
        table.error(codes::bad_value, table.text("title")->location, "title ends in a full stop",
                    "it is a heading, not a sentence");
    return title;
}

void read_fix(TomlTable& table, LintText& lint) {
    lint.entry.remove = table.word("fix", {"remove"}).has_value();
    const auto set = table.value("set");
    if (!set) return;
    lint.set = table.text_list("set");
    if (set->items.empty()) table.error(codes::bad_value, set->location, "set is an empty list");
    if (table.has("fix"))
        table.error(codes::bad_value, set->location, "a line cannot be removed and set",
                    "write fix or set, not both");
}

/// `fires` or `silent`: values, or whole texts.
std::vector<std::string> read_shown(TomlTable& table, std::string_view member) {
    if (!table.has(member)) {
        report_missing(table, member);
        return {};
    }
    const std::vector<LocatedText> texts = table.text_list(member);
    if (texts.empty())
        if (const auto value = table.value(member); value && value->items.empty())
            table.error(codes::bad_value, value->location,
                        std::string(member) + " is an empty list", "write a value that shows it");
    if (texts.size() > max_entries) {
        table.error(codes::too_large, texts[max_entries].location,
                    "more than " + std::to_string(max_entries) + " texts in one list");
        return {};
    }
    std::vector<std::string> shown;
    for (const LocatedText& text : texts) {
        if (text.text.size() > longest_text)
            table.error(codes::too_large, text.location,
                        "a text of more than " + std::to_string(longest_text) + " bytes");
        shown.push_back(text.text);
    }
    return shown;
}

std::string read_example_kernel(TomlTable& table) {
    auto kernel = table.text("kernel");
    if (!kernel) return usual_kernel;
    if (!KernelVersion::parse(kernel->text))
        table.error(codes::bad_value, kernel->location, "kernel cannot be " + quoted(kernel->text),
                    "a kernel version is written \"4.18\" or \"6.1.0\"");
    return std::move(kernel->text);
}

}  // namespace

LintText read_lint(TomlTable& table, UniqueIds& ids) {
    static const std::vector<std::string> categories{
        "harmful-value",      "invalid-value",          "no-effect",
        "dependency-missing", "same-parity-port-range", "myth"};
    LintText lint;
    LintEntry& entry = lint.entry;
    entry.location = table.location();
    entry.id = read_id(table, ids);
    entry.category = read_required_word(table, "category", categories).value_or(std::string());
    entry.severity =
        read_required_word(table, "severity", {"error", "warning", "info"}).value_or(std::string());
    entry.title = read_title(table);
    lint.condition = read_required_condition(table);
    entry.text = read_filled(table, "text");
    entry.mend = read_filled(table, "mend");
    read_fix(table, lint);
    entry.fires = read_shown(table, "fires");
    entry.silent = read_shown(table, "silent");
    entry.kernel = read_example_kernel(table);
    lint.reference = table.text("reference");
    return lint;
}

}  // namespace tcptune::rules

// SPDX-License-Identifier: Apache-2.0
#include "cli/commands.hpp"
#include "cli/context.hpp"
#include "cli/files.hpp"
#include "cli/name_files.hpp"
#include "cli/subject.hpp"
#include "cli/symptom_check.hpp"

#include <tcptune/base/escape.hpp>
#include <tcptune/base/text.hpp>
#include <tcptune/lint/lint_examples.hpp>
#include <tcptune/plan/rule_examples.hpp>
#include <tcptune/report/json_report.hpp>
#include <tcptune/report/snippet.hpp>
#include <tcptune/report/text_report.hpp>
#include <tcptune/rules/rule_lint.hpp>

#include <algorithm>
#include <iterator>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace tcptune::cli {
namespace {

rules::RuleSet rules_in_force(const RulesOptions& options) {
    const rules::RuleSet all = load_rule_set(options.rules, rules::Parts::knowledge);
    rules::RuleSet in_force;
    for (const auto& [key, rule] : all.all())
        if (!rule.disabled) in_force.add(rule);
    return in_force;
}

Exit list(const RulesOptions& options, const report::TextStyle& style) {
    const rules::RuleSet rules = rules_in_force(options);
    if (options.format == Format::json) {
        std::vector<const rules::Rule*> all;
        for (const auto& [key, rule] : rules.all())
            all.push_back(&rule);
        write_stdout(report::rules_json(all, number(Exit::done)));
    } else {
        write_stdout(report::text_rules(rules, style));
    }
    return Exit::done;
}

/// The file as it is written, safe for a terminal: a name first, then its lines.
std::string shown(const rules::Rule& rule) {
    std::string out = "# " + escape_line(rule.file) + (rule.disabled ? " (disabled)" : "") + "\n";
    const std::string text = read_regular_file(rule.file, text_limit);
    for (const std::string_view line : split(text, '\n'))
        out += escape_line(line) + "\n";
    if (text.ends_with('\n')) out.pop_back();
    return out;
}

Exit show(const RulesOptions& options) {
    const rules::RuleSet rules = load_rule_set(options.rules, rules::Parts::knowledge);
    std::vector<const rules::Rule*> wanted;
    for (const std::string& name : options.names) {
        const rules::Rule* rule = find_subject(rules, name);
        if (!rule) throw Error(ErrorCode::usage, name, unknown_subject(rules, name));
        wanted.push_back(rule);
    }
    std::string out;
    if (options.format == Format::json) {
        out = report::rules_json(wanted, number(Exit::done));
    } else {
        for (const rules::Rule* rule : wanted)
            out += (out.empty() ? "" : "\n") + shown(*rule);
    }
    write_stdout(out);
    return Exit::done;
}

/// The rules to check, and the others that they may speak of: a file of one rule is checked as it
/// would be if it were installed.
struct ToCheck {
    rules::LoadedRules loaded;
    std::set<std::string> files;  ///< checked ones
    SymptomFiles symptoms;
    std::set<std::string> name_files;  ///< checked ones
    rules::NameBook names;             ///< of these and the others
};

/// What was named on the command line, by kind.
struct Given {
    std::vector<rules::RuleSource> rules;
    SymptomFiles symptoms;
    std::vector<rules::RuleSource> names;
};

void add_file(const std::string& path, Given& given) {
    std::string text = read_regular_file(path, text_limit);
    switch (kind_of(text)) {
        case FileKind::rule:
            given.rules.push_back({.file = path, .text = std::move(text)});
            break;
        case FileKind::symptom:
            given.symptoms.symptoms.push_back({.file = path, .text = std::move(text)});
            break;
        case FileKind::message:
            given.symptoms.messages.push_back({.file = path, .text = std::move(text)});
            break;
        case FileKind::names:
            given.names.push_back({.file = path, .text = std::move(text)});
            break;
    }
}

/// A file, or a directory with the symptoms, messages and names below it.
void add_path(const std::string& path, Given& given) {
    if (!is_directory(path)) return add_file(path, given);
    std::vector<DirectoryEntry> entries = toml_entries(path, false);
    for (const char* below : {"/symptoms", "/messages", "/names"})
        std::ranges::move(toml_entries(path + below, true), std::back_inserter(entries));
    // To check nothing and call it clean would hide a slip in the path.
    if (entries.empty()) throw Error(ErrorCode::no_input, path, "no rule files here");
    for (const DirectoryEntry& entry : entries)
        if (!entry.masked) add_file(entry.path, given);
}

/// `files` and, of those of other names, `below`.
std::vector<rules::RuleSource> rules_laid_over(std::vector<rules::RuleSource> below,
                                               std::vector<rules::RuleSource> files) {
    for (rules::RuleSource& file : files) {
        std::erase_if(below, [&](const rules::RuleSource& other) {
            return base_name(other.file) == base_name(file.file);
        });
        below.push_back(std::move(file));
    }
    return below;
}

std::set<std::string> checked_files(const std::vector<rules::RuleSource>& sources) {
    std::set<std::string> names;
    for (const rules::RuleSource& source : sources)
        if (!source.disabled) names.insert(source.file);
    return names;
}

/// Reads the names; of what is wrong, what stands in a file that is checked.
void load_names(const RulesOptions& options, std::vector<rules::RuleSource> given, ToCheck& check,
                Diagnostics& diagnostics) {
    std::vector<rules::RuleSource> sources = find_name_files(options.rules);
    check.name_files = checked_files(options.names.empty() ? sources : given);
    Diagnostics found;
    check.names = rules::read_names(rules_laid_over(std::move(sources), std::move(given)), found);
    std::ranges::copy_if(found, std::back_inserter(diagnostics), [&](const Diagnostic& diagnostic) {
        return check.name_files.contains(diagnostic.location.file);
    });
}

ToCheck load_to_check(const RulesOptions& options) {
    ToCheck check;
    std::vector<rules::RuleSource> sources = find_rules(options.rules);
    Given given;
    for (const std::string& path : options.names)
        add_path(path, given);
    check.symptoms = options.names.empty() ? installed_symptoms(options.rules) : given.symptoms;
    check.files = checked_files(options.names.empty() ? sources : given.rules);
    check.loaded = rules::load_rules(rules_laid_over(std::move(sources), std::move(given.rules)),
                                     rules::Parts::all);
    Diagnostics elsewhere;
    std::erase_if(check.loaded.diagnostics, [&](const Diagnostic& diagnostic) {
        if (check.files.contains(diagnostic.location.file)) return false;
        elsewhere.push_back(diagnostic);
        return true;
    });
    // A file may be unusable only because of another one: then that one is the answer.
    const auto usable = std::ranges::count_if(check.loaded.rules.all(), [&](const auto& rule) {
        return check.files.contains(rule.second.file);
    });
    if (!has_errors(check.loaded.diagnostics) && has_errors(elsewhere) &&
        static_cast<std::size_t>(usable) < check.files.size()) {
        check.loaded.diagnostics = std::move(elsewhere);
    }
    load_names(options, std::move(given.names), check, check.loaded.diagnostics);
    return check;
}

std::string counted(std::size_t count, const std::string& one, const std::string& many) {
    return with_thousands(static_cast<std::int64_t>(count)) + " " + (count == 1 ? one : many);
}

Exit check(const RulesOptions& options, const report::TextStyle& style) {
    ToCheck checked = load_to_check(options);
    Diagnostics& diagnostics = checked.loaded.diagnostics;
    const bool testing = options.action == RulesAction::test;
    std::size_t examples = 0;
    for (const auto& [key, rule] : checked.loaded.rules.all()) {
        if (!checked.files.contains(rule.file)) continue;
        plan::ExampleRun run;
        if (testing) {
            run = plan::run_examples(rule);
            lint::ExampleRun lints = lint::run_examples(rule, checked.loaded.rules, checked.names);
            examples += run.examples + lints.examples;
            std::ranges::move(lints.diagnostics, std::back_inserter(run.diagnostics));
        } else {
            run.diagnostics = rules::lint(rule);
        }
        std::ranges::move(run.diagnostics, std::back_inserter(diagnostics));
    }
    if (checked.symptoms.size() > 0) {
        SymptomCheck symptoms = check_symptoms(checked.symptoms, installed_symptoms(options.rules),
                                               checked.loaded.rules, testing);
        examples += symptoms.examples;
        std::ranges::move(symptoms.diagnostics, std::back_inserter(diagnostics));
    }
    const std::size_t files =
        checked.files.size() + checked.symptoms.size() + checked.name_files.size();
    const Exit status = has_errors(diagnostics) ? Exit::bad_data : Exit::done;
    if (options.format == Format::json) {
        write_stdout(
            report::check_json(testing ? "test" : "lint", diagnostics, files, number(status)));
        return status;
    }
    const auto errors = static_cast<std::size_t>(
        std::ranges::count(diagnostics, DiagnosticSeverity::error, &Diagnostic::severity));
    std::string summary = counted(files, "rule file", "rule files");
    if (testing) summary += ", " + counted(examples, "example", "examples");
    summary += ": " + counted(errors, "error", "errors") + ", " +
               counted(diagnostics.size() - errors, "warning", "warnings") + "\n";
    write_stdout(report::snippets(diagnostics, style) + summary);
    return status;
}

}  // namespace

Exit run_rules(const RulesOptions& options, const report::TextStyle& style) {
    switch (options.action) {
        case RulesAction::list:
            return list(options, style);
        case RulesAction::show:
            return show(options);
        case RulesAction::lint:
        case RulesAction::test:
            return check(options, style);
    }
    return Exit::internal;
}

}  // namespace tcptune::cli

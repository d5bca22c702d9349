// SPDX-License-Identifier: Apache-2.0
#include "cli/options.hpp"

#include "cli/exit_status.hpp"
#include "cli/time_span.hpp"

#include <tcptune/base/escape.hpp>
#include <tcptune/base/text.hpp>
#include <tcptune/report/version.hpp>

#include <algorithm>
#include <exception>
#include <functional>
#include <memory>
#include <utility>

#include <CLI/CLI.hpp>

namespace tcptune::cli {
namespace {

/// What the parser fills; which of them counts is known only when the sub-commands are.
struct Draft {
    Options options;
    PlanOptions plan;
    FactsOptions facts;
    ExplainOptions explain;
    RulesOptions rules;
    ProfilesOptions profiles;
    HelpOptions help;
    std::vector<std::string> redact;
    bool version = false;
};

/// The parser and what it fills, which must stay where it is.
struct Parser {
    CLI::App app{"Advises on Linux kernel parameters for TCP ports and TIME_WAIT.", "tcptune"};
    Draft draft;
};

/// One of `words`, stored through `store`. The words stand in the description, not in the column
/// of names, so that the help fits 80 columns.
void add_word(CLI::App* command, const std::string& name, const std::string& type,
              std::vector<std::string> words, std::function<void(std::size_t)> store,
              const std::string& description) {
    command
        ->add_option_function<std::string>(
            name,
            [words, name, store = std::move(store)](const std::string& word) {
                const auto found = std::ranges::find(words, word);
                if (found == words.end()) {
                    throw CLI::ValidationError(
                        name, "takes " + join(words, ", ") + ", not '" + word + "'");
                }
                store(static_cast<std::size_t>(found - words.begin()));
            },
            description)
        ->type_name(type);
}

/// An empty word is a variable of a script that was never set, not a wish for the default.
CLI::Option* refuse_empty(CLI::Option* option) {
    return option->check(
        [](const std::string& word) { return word.empty() ? "must not be empty" : std::string(); },
        "");
}

template <typename Value>
CLI::Option* add_operand(CLI::App* command, const std::string& name, Value& value,
                         const std::string& description) {
    return command->add_option(name, value, description)->type_name("");
}

void add_format(CLI::App* command, Format& format, bool markdown) {
    std::vector<std::string> words{"text", "json"};
    if (markdown) words.emplace_back("markdown");
    add_word(
        command, "--format", "FORMAT", words,
        [&format](std::size_t index) { format = static_cast<Format>(index); },
        join(words, ", ") + " (default: text)");
}

void add_colour(CLI::App* command, ColourChoice& colour) {
    add_word(
        command, "--color", "WHEN", {"auto", "always", "never"},
        [&colour](std::size_t index) { colour = static_cast<ColourChoice>(index); },
        "auto, always, never");
}

void add_window(CLI::App* command, double& window) {
    command
        ->add_option_function<std::string>(
            "--window",
            [&window](const std::string& text) {
                const std::optional<double> seconds = parse_time_span(text);
                if (!seconds || *seconds > 3600 || *seconds < 0.01) {
                    throw CLI::ValidationError(
                        "--window",
                        "takes a time span of 10ms to 1h such as 5, 500ms or 1min, "
                        "not '" +
                            text + "'");
                }
                window = *seconds;
            },
            "Read the counters twice, SPAN apart")
        ->type_name("SPAN");
}

void add_rules(CLI::App* command, std::vector<std::string>& rules) {
    refuse_empty(command->add_option("--rules", rules, "Rule files laid over the installed ones"))
        ->type_name("DIR")
        ->type_size(1)
        ->allow_extra_args(false);
}

void add_netns(CLI::App* command, std::string& netns) {
    refuse_empty(command->add_option("--netns", netns, "Look at another network namespace (root)"))
        ->type_name("NAME|PID");
}

void add_evaluate(CLI::App* command, EvaluateOptions& options) {
    refuse_empty(command->add_option("--facts", options.facts,
                                     "Saved facts instead of this host; - is stdin"))
        ->type_name("FILE");
    refuse_empty(command->add_option("--profile", options.profile,
                                     "What the host is for (default: general)"))
        ->type_name("NAME|FILE");
    refuse_empty(
        command->add_option("--policy", options.policy, "What the site allows (default: default)"))
        ->type_name("NAME|FILE");
    add_rules(command, options.rules);
    add_window(command, options.window_s);
    add_netns(command, options.netns);
}

CLI::App* add_command(Parser& parser, CLI::App* parent, const std::string& name,
                      const std::string& description, const std::string& page) {
    CLI::App* command = parent->add_subcommand(name, description);
    command->set_help_flag("-h,--help", "Print this help and exit");
    command->footer("Manual: " + page);
    command->get_formatter()->column_width(28);
    add_colour(command, parser.draft.options.colour);
    return command;
}

void add_plan(Parser& parser) {
    PlanOptions& plan = parser.draft.plan;
    CLI::App* command = add_command(parser, &parser.app, "plan",
                                    "What is wrong, what to change and why", "tcptune-plan(1)");
    add_evaluate(command, plan.evaluate);
    refuse_empty(command->add_option("-o,--out", plan.out, "Save the plan as JSON"))
        ->type_name("FILE");
    add_format(command, plan.format, true);
    command->add_flag("--detailed-exitcode", plan.detailed_exitcode,
                      "Exit 2 when there are steps, 0 when not");
    command->add_flag("--all-netns", plan.all_netns, "List the fullest network namespaces (root)");
    command->add_flag("--show-host", plan.show_host, "Name the host in Markdown");
}

void add_facts(Parser& parser) {
    FactsOptions& facts = parser.draft.facts;
    CLI::App* command = add_command(parser, &parser.app, "facts", "Save what is known of this host",
                                    "tcptune-facts(1)");
    refuse_empty(command->add_option("-o,--out", facts.out, "Write to FILE instead of stdout"))
        ->type_name("FILE");
    command->add_option("--redact", parser.draft.redact, "addresses, hostname")
        ->type_name("WHAT,...")
        ->delimiter(',');
    add_rules(command, facts.rules);
    add_window(command, facts.window_s);
    add_netns(command, facts.netns);
}

void add_explain(Parser& parser) {
    ExplainOptions& explain = parser.draft.explain;
    CLI::App* command =
        add_command(parser, &parser.app, "explain", "Why a key is or is not recommended here",
                    "tcptune-explain(1)");
    refuse_empty(add_operand(command, "KEY", explain.subject, "A key, or the id of a finding"))
        ->required();
    add_evaluate(command, explain.evaluate);
    add_format(command, explain.format, false);
    command->add_flag("--why-not", explain.why_not, "What would have to be otherwise");
}

void add_rules_command(Parser& parser) {
    RulesOptions& rules = parser.draft.rules;
    CLI::App* command = add_command(parser, &parser.app, "rules", "Look at and check rule files",
                                    "tcptune-rules(1)");
    command->require_subcommand(1, 1);
    const auto action = [&](const std::string& name, RulesAction value, const std::string& what,
                            const std::string& operands, const std::string& meaning) {
        CLI::App* sub = add_command(parser, command, name, what, "tcptune-rules(1)");
        sub->callback([&rules, value] { rules.action = value; });
        if (!operands.empty()) {
            CLI::Option* option = refuse_empty(add_operand(sub, operands, rules.names, meaning));
            if (value == RulesAction::show) option->required();
        }
        add_rules(sub, rules.rules);
        add_format(sub, rules.format, false);
    };
    action("list", RulesAction::list, "All rules and where they come from", "", "");
    action("show", RulesAction::show, "The rule file of a key", "KEY", "Keys");
    action("lint", RulesAction::lint, "Check rule files", "PATH", "Files and directories");
    action("test", RulesAction::test, "Run the examples in rule files", "PATH",
           "Files and directories");
}

void add_profiles(Parser& parser) {
    ProfilesOptions& profiles = parser.draft.profiles;
    CLI::App* command = add_command(parser, &parser.app, "profiles", "What a host can be for",
                                    "tcptune-profiles(1)");
    command->require_subcommand(1, 1);
    CLI::App* list =
        add_command(parser, command, "list", "All workload profiles", "tcptune-profiles(1)");
    add_format(list, profiles.format, false);
    CLI::App* show =
        add_command(parser, command, "show", "One profile's file", "tcptune-profiles(1)");
    refuse_empty(add_operand(show, "NAME", profiles.name, "Its name or file"))->required();
    show->callback([&profiles] { profiles.show = true; });
    add_format(show, profiles.format, false);
}

std::unique_ptr<Parser> make_parser() {
    auto parser = std::make_unique<Parser>();
    CLI::App& app = parser->app;
    app.require_subcommand(0, 1);
    app.set_help_flag("-h,--help", "Print this help and exit");
    app.add_flag("--version", parser->draft.version, "Print the version and exit");
    app.footer("Manual: tcptune(1)");
    app.get_formatter()->column_width(28);
    add_colour(&app, parser->draft.options.colour);
    add_plan(*parser);
    add_facts(*parser);
    add_explain(*parser);
    add_rules_command(*parser);
    add_profiles(*parser);
    CLI::App* help =
        add_command(*parser, &app, "help", "Help on a command or a table", "tcptune(1)");
    add_operand(help, "TOPIC", parser->draft.help.topic,
                "A command, or exit-codes, facts, functions, codes");
    return parser;
}

std::string version_text() {
    return "tcptune " + std::string(report::tool_version) +
           "\nLicense Apache-2.0: <https://www.apache.org/licenses/LICENSE-2.0>\n"
           "This is free software: you are free to change and redistribute it.\n"
           "There is NO WARRANTY, to the extent permitted by law.\n";
}

/// `path`: the commands before this one, "tcptune" or "tcptune rules"; "" for the program itself.
std::string help_of(const CLI::App& app, const std::string& path) {
    std::string text = app.help(path);
    while (text.ends_with('\n'))
        text.pop_back();
    return text + "\n";
}

/// The command that the words got to: "plan", "rules lint", or "".
std::pair<CLI::App*, std::string> deepest_command(CLI::App& app) {
    CLI::App* at = &app;
    std::string name;
    while (!at->get_subcommands().empty()) {
        at = at->get_subcommands().front();
        name += (name.empty() ? "" : " ") + at->get_name();
    }
    return {at, name};
}

std::vector<std::string> command_names(CLI::App& app) {
    std::vector<std::string> names;
    for (const CLI::App* command : app.get_subcommands(nullptr))
        names.push_back(command->get_name());
    return names;
}

Answered usage_error(Parser& parser, std::string reason) {
    auto [app, name] = deepest_command(parser.app);
    const std::string command = name.empty() ? "tcptune" : "tcptune " + name;
    return {number(Exit::usage),
            command + ": " + escape_line(reason) + "\nTry '" + command + " --help'.\n"};
}

/// One sentence for the first word that nobody knows.
std::string unknown_word(Parser& parser, const std::string& word) {
    CLI::App& app = *deepest_command(parser.app).first;
    const bool is_option = word.starts_with('-');
    std::vector<std::string> candidates;
    if (is_option) {
        for (const CLI::Option* option : app.get_options()) {
            for (const std::string& name : option->get_lnames())
                candidates.push_back("--" + name);
        }
    } else {
        candidates = command_names(app);
    }
    std::string reason = (is_option ? "unknown option '" : "unknown command '") + word + "'";
    if (!is_option && candidates.empty()) reason = "unexpected word '" + word + "'";
    const std::string bare = word.substr(0, word.find('='));
    if (const auto near = nearest(bare, candidates)) reason += "; did you mean '" + *near + "'?";
    return reason;
}

/// Facts of a file are of the past of some host: nothing can be looked at again. "" when well.
std::string contradiction(const EvaluateOptions& options, bool all_netns) {
    if (options.facts.empty()) return {};
    if (options.window_s > 0) return "--window looks at this host; it cannot go with --facts";
    if (!options.netns.empty()) return "--netns looks at this host; it cannot go with --facts";
    if (all_netns) return "--all-netns looks at this host; it cannot go with --facts";
    return {};
}

Command finished(Parser& parser) {
    Draft& draft = parser.draft;
    for (const std::string& what : draft.redact) {
        if (what == "addresses") {
            draft.facts.redact_addresses = true;
        } else if (what == "hostname") {
            draft.facts.redact_hostname = true;
        } else {
            return usage_error(parser, "--redact takes addresses and hostname, not '" + what + "'");
        }
    }
    const std::string name = deepest_command(parser.app).second;
    if (name == "plan") {
        if (draft.plan.out == "-") {
            return usage_error(parser, "--out takes a file; --format=json is for standard output");
        }
        const std::string wrong = contradiction(draft.plan.evaluate, draft.plan.all_netns);
        if (!wrong.empty()) return usage_error(parser, wrong);
        return draft.plan;
    }
    if (name == "facts") return draft.facts;
    if (name == "explain") {
        const std::string wrong = contradiction(draft.explain.evaluate, false);
        if (!wrong.empty()) return usage_error(parser, wrong);
        return draft.explain;
    }
    if (name.starts_with("rules")) return draft.rules;
    if (name.starts_with("profiles")) return draft.profiles;
    if (name == "help") return draft.help;
    return usage_error(parser, "a command is needed: " + join(command_names(parser.app), ", "));
}

/// CLI11 reports --help as an exception and reads argv backwards from a list.
Command parse(Parser& parser, int argc, const char* const* argv) {
    std::vector<std::string> words(argv + std::min(argc, 1), argv + argc);
    std::ranges::reverse(words);
    try {
        parser.app.parse(words);
    } catch (const CLI::CallForHelp&) {
        const auto [app, name] = deepest_command(parser.app);
        const std::string path = name.empty() ? "" : "tcptune " + name;
        return Answered{0, help_of(*app, path.substr(0, path.rfind(' ')))};
    } catch (const CLI::ExtrasError&) {
        const std::vector<std::string> rest = parser.app.remaining(true);
        return usage_error(parser,
                           rest.empty() ? "unexpected words" : unknown_word(parser, rest.front()));
    } catch (const CLI::ParseError& error) {
        if (parser.draft.version) return Answered{0, version_text()};
        const std::vector<std::string> rest = parser.app.remaining(true);
        if (!rest.empty()) return usage_error(parser, unknown_word(parser, rest.front()));
        return usage_error(parser, error.what());
    }
    if (parser.draft.version) return Answered{0, version_text()};
    return finished(parser);
}

}  // namespace

Options parse_options(int argc, const char* const* argv) {
    const std::unique_ptr<Parser> parser = make_parser();
    Command command = parse(*parser, argc, argv);
    parser->draft.options.command = std::move(command);
    return std::move(parser->draft.options);
}

std::string help_text(const std::string& command) {
    const std::unique_ptr<Parser> parser = make_parser();
    if (command.empty()) return help_of(parser->app, "");
    for (const CLI::App* app : parser->app.get_subcommands(nullptr)) {
        if (app->get_name() == command) return help_of(*app, "tcptune");
    }
    return {};
}

bool wants_json(const Command& command) {
    return std::visit(
        [](const auto& options) {
            if constexpr (requires { options.format; }) return options.format == Format::json;
            return false;
        },
        command);
}

}  // namespace tcptune::cli

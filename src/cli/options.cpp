// SPDX-License-Identifier: Apache-2.0
#include "cli/options.hpp"

#include "cli/exit_status.hpp"
#include "cli/options_parser.hpp"

#include <tcptune/base/escape.hpp>
#include <tcptune/base/text.hpp>
#include <tcptune/report/version.hpp>

#include <algorithm>
#include <exception>
#include <functional>
#include <memory>
#include <utility>

namespace tcptune::cli {
namespace {

std::unique_ptr<Parser> make_parser(std::string_view only) {
    auto parser = std::make_unique<Parser>();
    CLI::App& app = parser->app;
    app.require_subcommand(0, 1);
    app.set_help_flag("-h,--help", "Print this help and exit");
    app.add_flag("--version", parser->draft.version, "Print the version and exit");
    app.footer("Manual: tcptune(1)");
    app.get_formatter()->column_width(28);
    add_commands(*parser, only);
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

std::string contradiction(const DiagnoseOptions& options) {
    if (options.watch_s > 0 && options.format != Format::text)
        return "--watch is for people; it cannot go with --format";
    if (options.watch_s > 0 && options.fail_on)
        return "--watch has no end to fail at; it cannot go with --fail-on";
    if (options.watch_s > 0 && (!options.facts.empty() || options.window_s > 0))
        return "--watch looks again and again; it cannot go with --facts or --window";
    if (options.facts.empty()) return {};
    if (!options.pid.empty()) return "--pid looks at this host; it cannot go with --facts";
    if (options.facts == "-" && options.message == "-")
        return "--facts and --errno cannot both be standard input";
    EvaluateOptions evaluate;
    evaluate.facts = options.facts;
    evaluate.window_s = options.window_s;
    evaluate.netns = options.netns;
    return contradiction(evaluate, options.all_netns);
}

template <typename Options, typename... More>
Command checked(Parser& parser, const Options& options, const More&... more) {
    const std::string wrong = contradiction(options, more...);
    if (!wrong.empty()) return usage_error(parser, wrong);
    return options;
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
    if (name == "diagnose") {
        const std::string wrong = contradiction(draft.diagnose);
        if (!wrong.empty()) return usage_error(parser, wrong);
        return draft.diagnose;
    }
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
    if (name == "apply") return checked(parser, draft.apply, draft.rollback_on_fail);
    if (name == "checkpoint") {
        if (!draft.stray.empty()) {
            return usage_error(parser, "the command stands after '--': tcptune checkpoint -- CMD");
        }
        return checked(parser, draft.checkpoint);
    }
    if (name == "rehearse") return draft.rehearse;
    if (name == "lint") return checked(parser, draft.lint);
    if (name == "blame") return draft.blame;
    if (name == "verify") return checked(parser, draft.verify);
    if (name == "drift") return draft.drift;
    if (name == "upgrade-check") return checked(parser, draft.upgrade);
    if (name == "help") return draft.help;
    if (!name.empty()) return checked(parser, draft.transaction);
    return usage_error(parser, "a command is needed: " + join(command_names(parser.app), ", "));
}

/// What follows the first "--" of checkpoint is somebody else's command line, not ours to read.
std::vector<std::string> take_foreign_words(std::vector<std::string>& words) {
    auto at = words.begin();
    while (at != words.end() && at->starts_with('-') && *at != "--")
        at += *at == "--color" && at + 1 != words.end() ? 2 : 1;
    if (at == words.end() || *at != "checkpoint") return {};
    const auto mark = std::find(at, words.end(), "--");
    if (mark == words.end()) return {};
    std::vector<std::string> foreign(mark + 1, words.end());
    words.erase(mark, words.end());
    return foreign;
}

/// CLI11 reports --help as an exception and reads argv backwards from a list.
Command parse(Parser& parser, int argc, const char* const* argv) {
    std::vector<std::string> words(argv + std::min(argc, 1), argv + argc);
    parser.draft.checkpoint.command = take_foreign_words(words);
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
    const std::unique_ptr<Parser> parser = make_parser(argc > 1 ? argv[1] : "");
    Command command = parse(*parser, argc, argv);
    parser->draft.options.command = std::move(command);
    return std::move(parser->draft.options);
}

std::string help_text(const std::string& command) {
    const std::unique_ptr<Parser> parser = make_parser("");
    if (command.empty()) return help_of(parser->app, "");
    for (const CLI::App* app : parser->app.get_subcommands(nullptr)) {
        if (app->get_name() == command) return help_of(*app, "tcptune");
    }
    return {};
}

bool wants_json(const Command& command) {
    return std::visit(
        [](const auto& options) {
            if constexpr (requires { options.format; })
                return options.format == decltype(options.format)::json;
            return false;
        },
        command);
}

bool wants_json_lines(const Command& command) {
    return std::visit(
        [](const auto& options) {
            if constexpr (requires { decltype(options.format)::jsonl; })
                return options.format == StreamFormat::jsonl;
            return false;
        },
        command);
}

bool may_write(const Command& command) {
    if (const auto* options = std::get_if<TransactionOptions>(&command)) {
        return options->action == TransactionAction::confirm ||
               (options->action == TransactionAction::rollback && !options->dry_run);
    }
    return std::holds_alternative<ApplyOptions>(command) ||
           std::holds_alternative<CheckpointOptions>(command);
}

}  // namespace tcptune::cli

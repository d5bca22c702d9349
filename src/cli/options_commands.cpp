// SPDX-License-Identifier: Apache-2.0
#include "cli/options_parser.hpp"

#include <algorithm>
#include <utility>

namespace tcptune::cli {
namespace {

void add_netns(CLI::App* command, std::string& netns) {
    refuse_empty(command->add_option("--netns", netns, "Look at another network namespace (root)"))
        ->type_name("NAME|PID");
}

void add_evaluate(CLI::App* command, EvaluateOptions& options) {
    refuse_empty(command->add_option("--facts", options.facts,
                                     "Saved facts instead of this host; - is stdin"))
        ->type_name("FILE");
    add_policies(command, options);
    add_rules(command, options.rules);
    add_window(command, options.window_s);
    add_netns(command, options.netns);
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

void add_diagnose(Parser& parser) {
    DiagnoseOptions& diagnose = parser.draft.diagnose;
    CLI::App* command =
        add_command(parser, &parser.app, "diagnose",
                    "Who holds the ports, how long is left, what cures it", "tcptune-diagnose(1)");
    refuse_empty(command->add_option("--facts", diagnose.facts,
                                     "Saved facts instead of this host; - is stdin"))
        ->type_name("FILE");
    add_window(command, diagnose.window_s);
    refuse_empty(command->add_option("--dest", diagnose.destination, "Only this destination"))
        ->type_name("ADDR[:PORT]");
    refuse_empty(command->add_option("--pid", diagnose.pid, "Only destinations of this process"))
        ->type_name("PID");
    refuse_empty(command->add_option("--errno", diagnose.message,
                                     "Explain an errno or a log line; - reads it from stdin"))
        ->type_name("TEXT");
    add_netns(command, diagnose.netns);
    command->add_flag("--all-netns", diagnose.all_netns,
                      "List the fullest network namespaces (root)");
    add_word(
        command, "--fail-on", "LEVEL", {"info", "warning", "critical"},
        [&diagnose](std::size_t index) { diagnose.fail_on = static_cast<rules::Severity>(index); },
        "Exit 2 on findings of: info, warning, critical");
    add_span(command, "--watch", diagnose.watch_s, "Look again every SPAN (default: 2s)")
        ->expected(0, 1)
        ->default_str("2");
    add_rules(command, diagnose.rules);
    add_format(command, diagnose.format, true);
    command->add_flag("--show-host", diagnose.show_host, "Name the host in Markdown");
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

void add_help(Parser& parser) {
    CLI::App* help =
        add_command(parser, &parser.app, "help", "Help on a command or a table", "tcptune(1)");
    add_operand(help, "TOPIC", parser.draft.help.topic,
                "A command, or exit-codes, facts, functions, codes");
}

}  // namespace

void add_commands(Parser& parser, std::string_view only) {
    add_colour(&parser.app, parser.draft.options.colour);
    using Add = void (*)(Parser&);
    static constexpr std::pair<std::string_view, Add> commands[] = {
        {"diagnose", add_diagnose},
        {"plan", add_plan},
        {"facts", add_facts},
        {"explain", add_explain},
        {"rules", add_rules_command},
        {"profiles", add_profiles},
        {"apply", add_apply},
        {"confirm", add_confirm},
        {"rollback", add_rollback},
        {"status", add_status},
        {"history", add_history},
        {"show", add_show},
        {"diff", add_diff},
        {"rehearse", add_rehearse},
        {"checkpoint", add_checkpoint},
        {"lint", add_lint},
        {"blame", add_blame},
        {"verify", add_verify},
        {"drift", add_drift},
        {"upgrade-check", add_upgrade_check},
        {"help", add_help},
    };
    const bool known = std::ranges::any_of(
        commands, [only](const auto& command) { return command.first == only; });
    for (const auto& [name, add] : commands)
        if (!known || name == only) add(parser);
}

}  // namespace tcptune::cli

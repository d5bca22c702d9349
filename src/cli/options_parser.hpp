// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cli/options.hpp"

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include <CLI/CLI.hpp>

namespace tcptune::cli {

/// What the parser fills; which of them counts is known only when the sub-commands are.
struct Draft {
    Options options;
    DiagnoseOptions diagnose;
    PlanOptions plan;
    FactsOptions facts;
    ExplainOptions explain;
    RulesOptions rules;
    ProfilesOptions profiles;
    ApplyOptions apply;
    CheckpointOptions checkpoint;
    RehearseOptions rehearse;
    TransactionOptions transaction;
    LintOptions lint;
    BlameOptions blame;
    VerifyOptions verify;
    DriftOptions drift;
    UpgradeOptions upgrade;
    HelpOptions help;
    std::vector<std::string> redact;
    std::vector<std::string> stray;  ///< of checkpoint: words before its "--"
    bool rollback_on_fail = false;   ///< the default, for scripts that want to say it
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
              const std::string& description);

/// An empty word is a variable of a script that was never set, not a wish for the default.
CLI::Option* refuse_empty(CLI::Option* option);

template <typename Value>
CLI::Option* add_operand(CLI::App* command, const std::string& name, Value& value,
                         const std::string& description) {
    return command->add_option(name, value, description)->type_name("");
}

/// The least that a span may be, and how a complaint puts it.
struct Shortest {
    double seconds = 0.01;
    const char* words = "10ms";
    const char* examples = "5, 500ms or 1min";
};
CLI::Option* add_span(CLI::App* command, const std::string& name, double& span,
                      const std::string& description, Shortest shortest = {});

void add_format(CLI::App* command, Format& format, bool markdown);
void add_colour(CLI::App* command, ColourChoice& colour);
void add_window(CLI::App* command, double& window);
void add_rules(CLI::App* command, std::vector<std::string>& rules);
void add_policies(CLI::App* command, EvaluateOptions& options);

/// A command with what every command has; `page` is its manual page.
CLI::App* add_command(Parser& parser, CLI::App* parent, const std::string& name,
                      const std::string& description, const std::string& page);

// The commands that change something or look at what was changed.
void add_apply(Parser& parser);
void add_confirm(Parser& parser);
void add_rollback(Parser& parser);
void add_history(Parser& parser);
void add_show(Parser& parser);
void add_status(Parser& parser);
void add_diff(Parser& parser);
void add_rehearse(Parser& parser);
void add_checkpoint(Parser& parser);

// The commands about the configuration that is already there.
void add_lint(Parser& parser);
void add_blame(Parser& parser);
void add_verify(Parser& parser);
void add_drift(Parser& parser);
void add_upgrade_check(Parser& parser);

/// What is wrong with words that are right one by one; "" when well.
[[nodiscard]] std::string contradiction(const ApplyOptions& options, bool rollback_on_fail);
[[nodiscard]] std::string contradiction(const CheckpointOptions& options);
[[nodiscard]] std::string contradiction(const TransactionOptions& options);
[[nodiscard]] std::string contradiction(const LintOptions& options);
[[nodiscard]] std::string contradiction(const VerifyOptions& options);
[[nodiscard]] std::string contradiction(const UpgradeOptions& options);

/// Every command with its options, and what the program itself takes. When `only` is the name of a
/// command, that one alone: the others would be made for nothing.
void add_commands(Parser& parser, std::string_view only);

}  // namespace tcptune::cli

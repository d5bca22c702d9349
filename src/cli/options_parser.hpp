// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cli/options.hpp"

#include <string>
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
    HelpOptions help;
    std::vector<std::string> redact;
    bool version = false;
};

/// The parser and what it fills, which must stay where it is.
struct Parser {
    CLI::App app{"Advises on Linux kernel parameters for TCP ports and TIME_WAIT.", "tcptune"};
    Draft draft;
};

/// Every command with its options, and what the program itself takes. When `only` is the name of a
/// command, that one alone: the others would be made for nothing.
void add_commands(Parser& parser, std::string_view only);

}  // namespace tcptune::cli

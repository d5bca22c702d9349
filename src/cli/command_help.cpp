// SPDX-License-Identifier: Apache-2.0
#include "cli/commands.hpp"
#include "cli/files.hpp"

#include <tcptune/base/diagnostic_codes.hpp>
#include <tcptune/base/error.hpp>
#include <tcptune/expr/expression.hpp>
#include <tcptune/facts/fact_schema.hpp>

#include <string>
#include <string_view>

/// The tables are separated by tabs, one row a line: for people a screen, for `cut` and for the
/// test that compares them with the man pages a table.
namespace tcptune::cli {
namespace {

std::string exit_codes() {
    std::string out;
    for (const ExitStatus& row : exit_statuses()) {
        out += std::to_string(row.code) + "\t" + std::string(row.meaning) + "\t" +
               std::string(row.given_by) + "\n";
    }
    return out + "128+n\tended by signal n\tall\n";
}

std::string fact_table() {
    std::string out;
    for (const facts::FactInfo& fact : facts::fixed_facts()) {
        out += std::string(fact.name) + "\t" + std::string(to_string(fact.type)) + "\t" +
               std::string(fact.unit) + "\t" + std::string(fact.meaning) + "\n";
    }
    for (const std::string_view counter : facts::known_counters()) {
        out += "counter." + std::string(counter) + "\tcounter\t\t\n";
    }
    return out;
}

std::string function_table() {
    std::string out;
    for (const expr::FunctionInfo& function : expr::functions()) {
        out += std::string(function.signature) + "\t" + std::string(function.meaning) + "\n";
    }
    return out;
}

std::string code_table() {
    std::string out;
    for (const DiagnosticCode& code : diagnostic_codes()) {
        out += std::string(code.code) + "\t" + std::string(code.meaning) + "\n";
    }
    return out;
}

std::string topic_text(const std::string& topic) {
    if (topic == "exit-codes") return exit_codes();
    if (topic == "facts") return fact_table();
    if (topic == "functions") return function_table();
    if (topic == "codes") return code_table();
    return help_text(topic);
}

}  // namespace

Exit run_help(const HelpOptions& options) {
    const std::string text = topic_text(options.topic);
    if (text.empty()) {
        throw Error(
            ErrorCode::usage, options.topic,
            "no such help topic; there are: a command, exit-codes, facts, functions, codes");
    }
    write_stdout(text);
    return Exit::done;
}

}  // namespace tcptune::cli

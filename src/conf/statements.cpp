// SPDX-License-Identifier: Apache-2.0
#include "conf/kernel_words.hpp"
#include "conf/loader_name.hpp"
#include "conf/raw_lines.hpp"

#include <tcptune/conf/statements.hpp>

#include <utility>

namespace tcptune::conf {

namespace {

void append_statement(const RawLine& line, std::string_view file, Loader loader,
                      std::vector<Statement>& statements) {
    LoaderName name = loader_name(line.name, loader);
    if (name.dotted.empty()) return;
    Statement& statement = statements.emplace_back();
    statement.name = std::move(name.dotted);
    statement.value = line.value;
    statement.file = file;
    statement.line = line.line;
    statement.exclusion = line.exclusion;
    statement.glob = name.glob;
    statement.ignore_errors = line.ignore_errors;
    statement.unusable = name.flaw != Flaw::none;
}

}  // namespace

std::string_view to_string(Loader loader) {
    return loader == Loader::systemd ? "systemd-sysctl" : "sysctl --system";
}

std::vector<Statement> parse(std::string_view text, std::string_view file, Loader loader) {
    std::vector<Statement> statements;
    for (const RawLine& line : raw_lines(text, loader))
        append_statement(line, file, loader, statements);
    return statements;
}

std::vector<Statement> command_line_statements(std::string_view command_line) {
    std::vector<Statement> statements;
    for (const KernelWord& word : kernel_words(command_line))
        append_statement({word.name, word.value, 1, false, false}, "/proc/cmdline", Loader::procps,
                         statements);
    return statements;
}

std::vector<Statement> late_statements(const LateWriter& writer) {
    return parse(writer.text, writer.path, Loader::procps);
}

}  // namespace tcptune::conf

// SPDX-License-Identifier: Apache-2.0
#include "cli/commands.hpp"
#include "cli/files.hpp"
#include "cli/input_error.hpp"
#include "cli/terminal.hpp"
#include "cli/transaction_exit.hpp"

#include <tcptune/base/escape.hpp>
#include <tcptune/base/text.hpp>
#include <tcptune/report/json_report.hpp>
#include <tcptune/report/snippet.hpp>

#include <exception>
#include <new>
#include <string>
#include <string_view>
#include <variant>

#include <unistd.h>

namespace tcptune::cli {
namespace {

Exit answer(const Answered& answered) {
    if (answered.status == 0) {
        write_stdout(answered.text);
    } else {
        write_stderr(answered.text);
    }
    return static_cast<Exit>(answered.status);
}

Exit run(const Options& options) {
    const report::TextStyle style = style_for(STDOUT_FILENO, options.colour);
    struct Runner {
        const report::TextStyle& style;
        ColourChoice colour;
        Exit operator()(const Answered& o) const { return answer(o); }
        Exit operator()(const DiagnoseOptions& o) const { return run_diagnose(o, colour); }
        Exit operator()(const PlanOptions& o) const { return run_plan(o, style); }
        Exit operator()(const FactsOptions& o) const { return run_facts(o); }
        Exit operator()(const ExplainOptions& o) const { return run_explain(o, style); }
        Exit operator()(const RulesOptions& o) const { return run_rules(o, style); }
        Exit operator()(const ProfilesOptions& o) const { return run_profiles(o, style); }
        Exit operator()(const ApplyOptions& o) const { return run_apply(o, colour); }
        Exit operator()(const CheckpointOptions& o) const { return run_checkpoint(o, colour); }
        Exit operator()(const RehearseOptions& o) const { return run_rehearse(o, style); }
        Exit operator()(const TransactionOptions& o) const { return run_transaction(o, style); }
        Exit operator()(const LintOptions& o) const { return run_lint(o, style); }
        Exit operator()(const BlameOptions& o) const { return run_blame(o, style); }
        Exit operator()(const VerifyOptions& o) const { return run_verify(o, style); }
        Exit operator()(const DriftOptions& o) const { return run_drift(o); }
        Exit operator()(const UpgradeOptions& o) const { return run_upgrade(o, style); }
        Exit operator()(const HelpOptions& o) const { return run_help(o); }
    };
    return std::visit(Runner{style, options.colour}, options.command);
}

/// A document of several lines as one: no string of JSON holds a raw line end.
std::string in_one_line(const std::string& json) {
    std::string line;
    for (const std::string_view part : split(json, '\n')) {
        if (!line.empty()) line += ' ';
        line += trim(part);
    }
    return std::string(trim(line)) + "\n";
}

/// What a person reads goes to standard error; with --format=json a program reads the same on
/// standard output.
Exit report_failure(const Options& options, Exit status, const std::string& object,
                    const std::string& reason, const Diagnostics& diagnostics) {
    const report::TextStyle style = style_for(STDERR_FILENO, options.colour);
    std::string text = report::snippets(diagnostics, style);
    if (diagnostics.empty()) {
        text = "tcptune: " + (object.empty() ? "" : escape_line(object) + ": ") +
               escape_line(reason) + "\n";
    }
    write_stderr(text);
    const std::string json = report::error_json(object, reason, diagnostics, number(status));
    if (wants_json(options.command)) write_stdout(json);
    if (wants_json_lines(options.command)) write_stdout(in_one_line(json));
    return status;
}

Exit guarded_run(const Options& options) {
    try {
        return run(options);
    } catch (const InputError& error) {
        return report_failure(options, exit_for(error.code()), error.object(), error.reason(),
                              error.diagnostics());
    } catch (const txn::Refused& refused) {
        return report_failure(options, exit_for(refused.fault(), may_write(options.command)),
                              refused.object(), sentence_of(refused), {});
    } catch (const Error& error) {
        return report_failure(options, exit_for(error.code()), error.object(), error.reason(), {});
    } catch (const std::bad_alloc&) {
        return report_failure(options, Exit::failed, "", "out of memory", {});
    } catch (const std::exception& error) {
        return report_failure(options, Exit::internal, "internal error", error.what(), {});
    }
}

}  // namespace
}  // namespace tcptune::cli

int main(int argc, char** argv) {
    using tcptune::cli::Exit;
    try {
        return number(tcptune::cli::guarded_run(tcptune::cli::parse_options(argc, argv)));
    } catch (const tcptune::cli::BrokenPipe&) {
        // The reader has seen enough; it is nobody's fault.
        return number(Exit::broken_pipe);
    } catch (const std::exception& error) {
        // Even the report of a failure failed: standard output is full or closed.
        tcptune::cli::write_stderr("tcptune: " + tcptune::escape_line(error.what()) + "\n");
        return number(Exit::failed);
    }
}

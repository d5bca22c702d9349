// SPDX-License-Identifier: Apache-2.0
#include "cli/commands.hpp"
#include "cli/context.hpp"
#include "cli/files.hpp"
#include "cli/lint_inputs.hpp"
#include "cli/lint_run.hpp"
#include "cli/lint_write.hpp"
#include "cli/name_files.hpp"
#include "cli/terminal.hpp"

#include <tcptune/base/escape.hpp>
#include <tcptune/base/text.hpp>
#include <tcptune/lint/lint.hpp>
#include <tcptune/report/lint_report.hpp>
#include <tcptune/report/next_command.hpp>

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <sys/utsname.h>
#include <utility>
#include <vector>

#include <unistd.h>

namespace tcptune::cli {
namespace {

/// More operands than this make no command that anybody would paste.
constexpr std::size_t most_pasted = 4;

KernelVersion kernel_that_runs() {
    utsname name{};
    if (::uname(&name) != 0) throw SystemError(ErrorCode::operational, "uname", errno);
    const auto kernel = KernelVersion::parse(name.release);
    if (!kernel) {
        throw Error(ErrorCode::usage, name.release,
                    "cannot be read as a version; name one: --target-kernel");
    }
    return *kernel;
}

void complain(const std::string& object, const std::string& reason) {
    write_stderr("tcptune: " + escape_line(object) + ": " + escape_line(reason) + "\n");
}

Exit lint_status(const report::LintOutcome& outcome) {
    if (!outcome.unread.empty()) return Exit::no_input;
    const bool failed = std::ranges::any_of(
        outcome.report.findings,
        [&](const lint::Finding& finding) { return report::fails(outcome, finding); });
    return failed ? Exit::difference : Exit::done;
}

std::string lint_command(const LintOptions& options, std::string_view words) {
    if (options.operands.size() > most_pasted) return {};
    if (std::ranges::find(options.operands, "-") != options.operands.end()) return {};
    std::string command = "tcptune lint " + std::string(words);
    if (!options.target_kernel.empty())
        command += " --target-kernel=" + report::shell_word(options.target_kernel);
    for (const std::string& directory : options.rules)
        command += " --rules " + report::shell_word(directory);
    for (const std::string& key : options.drop)
        command += " --drop=" + report::shell_word(key);
    for (const std::string& operand : options.operands)
        command += ' ' + report::shell_word(operand);
    return command;
}

/// What to type next where something can be mended by itself.
std::string next_lint_command(const LintOptions& options, const LintRun& run) {
    if (options.write) return {};
    if (options.fix) return run.rewrites.empty() ? "" : lint_command(options, "--fix --write");
    const bool fixable = std::ranges::any_of(run.outcome.report.findings, [](const auto& finding) {
        return finding.fix.kind != lint::Fix::Kind::none;
    });
    return fixable ? lint_command(options, "--fix") : "";
}

/// A terminal must not obey what a file holds; patch(1) needs every byte as it is.
std::string diff_for_screen(const std::string& diff, const report::TextStyle& style) {
    std::string out;
    for (const std::string_view line : split(diff, '\n')) {
        std::string_view colour;
        if (line.starts_with('+')) colour = "32";
        if (line.starts_with('-')) colour = "31";
        if (line.starts_with("@@")) colour = "36";
        const std::string safe = escape_line(line);
        const bool painted = style.colour && !colour.empty();
        out += painted ? "\x1b[" + std::string(colour) + "m" + safe + "\x1b[0m" : safe;
        out += '\n';
    }
    if (!out.empty()) out.pop_back();
    return out;
}

/// Each of them whole and flushed beside its old one, before the first is touched. Nothing when one
/// cannot be: then no file was changed.
std::optional<std::vector<NewFile>> written_beside(const std::vector<Rewrite>& rewrites) {
    bool all = true;
    std::vector<NewFile> made;
    for (const Rewrite& rewrite : rewrites) {
        try {
            made.push_back(write_beside(rewrite));
        } catch (const Error& error) {
            complain(error.object(), error.reason());
            all = false;
        }
    }
    if (all) return made;
    if (rewrites.size() > 1) write_stderr("tcptune: no file was changed\n");
    return std::nullopt;
}

/// False when a file was left as it was, because somebody changed it at the last moment.
bool write_all_files(const std::vector<Rewrite>& rewrites, std::vector<NewFile>& made) {
    bool all = true;
    for (std::size_t at = 0; at < rewrites.size(); ++at) {
        const Rewrite& rewrite = rewrites[at];
        try {
            const bool flushed = put_in_place(rewrite, made[at]);
            const std::size_t lines = changed_lines(rewrite.before, rewrite.after);
            write_stdout("wrote " + escape_line(rewrite.shown) + ": " +
                         with_thousands(static_cast<std::int64_t>(lines)) +
                         (lines == 1 ? " line changed\n" : " lines changed\n"));
            if (!flushed) complain(rewrite.shown, "written, but its directory was not flushed");
        } catch (const Error& error) {
            complain(error.object(), error.reason());
            all = false;
        }
    }
    return all;
}

/// Standard error has the colours of standard output where it is a terminal too.
report::TextStyle error_style(const report::TextStyle& style) {
    report::TextStyle error = style_for(STDERR_FILENO, ColourChoice::automatic);
    error.colour = error.colour && style.colour;
    return error;
}

std::string in_format(const report::LintOutcome& outcome, LintFormat format,
                      const report::TextStyle& style) {
    switch (format) {
        case LintFormat::text:
            break;
        case LintFormat::json:
            return report::lint_json(outcome);
        case LintFormat::sarif:
            return report::lint_sarif(outcome);
        case LintFormat::junit:
            return report::lint_junit(outcome);
    }
    return report::text_lint(outcome, style);
}

}  // namespace

Exit run_lint(const LintOptions& options, const report::TextStyle& style) {
    const auto kernel = options.target_kernel.empty() ? kernel_that_runs()
                                                      : KernelVersion::parse(options.target_kernel);
    if (!kernel) throw Error(ErrorCode::usage, options.target_kernel, "is no kernel version");
    const rules::RuleSet rules = load_rule_set(options.rules, rules::Parts::knowledge);
    const rules::NameBook names = load_name_book(options.rules);
    const lint::Standard standard{.rules = rules,
                                  .names = names,
                                  .kernel = *kernel,
                                  .drop = {options.drop.begin(), options.drop.end()}};

    LintRun run = lint_sources(find_lint_sources(options.operands), standard,
                               {.fix = options.fix, .of_mended = options.write});
    report::LintOutcome& outcome = run.outcome;
    outcome.fail_on = options.fail_on;
    for (const report::UnreadInput& input : outcome.unread)
        complain(input.file, input.reason);

    if (options.write) {
        auto made = written_beside(run.rewrites);
        if (!made) return Exit::failed;
        if (!write_all_files(run.rewrites, *made)) return Exit::failed;
    }
    const Exit status = lint_status(outcome);
    outcome.exit_code = number(status);
    outcome.next = next_lint_command(options, run);
    if (options.fix && !options.write) {
        write_stderr(report::text_lint(outcome, error_style(style)));
        write_stdout(::isatty(STDOUT_FILENO) == 1 ? diff_for_screen(run.diff, style) : run.diff);
    } else {
        write_stdout(in_format(outcome, options.format, style));
    }
    return status;
}

}  // namespace tcptune::cli

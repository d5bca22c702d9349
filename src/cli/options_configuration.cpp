// SPDX-License-Identifier: Apache-2.0
#include "cli/options_parser.hpp"

#include <tcptune/base/kernel_version.hpp>
#include <tcptune/sysctl/key.hpp>

#include <optional>
#include <string>

namespace tcptune::cli {
namespace {

void add_target_kernel(CLI::App* command, std::string& version) {
    command->add_option("--target-kernel", version, "Judge for this kernel, not the running one")
        ->type_name("VERSION")
        ->check(
            [](const std::string& word) {
                return KernelVersion::parse(word)
                           ? std::string()
                           : "takes a kernel version such as 6.1, not '" + word + "'";
            },
            "");
}

void add_root(CLI::App* command, std::string& root) {
    refuse_empty(command->add_option("--root", root, "An image or chroot instead of this host"))
        ->type_name("DIR");
}

}  // namespace

void add_lint(Parser& parser) {
    LintOptions& lint = parser.draft.lint;
    CLI::App* command = add_command(parser, &parser.app, "lint", "Check sysctl.conf and sysctl.d",
                                    "tcptune-lint(1)");
    refuse_empty(add_operand(command, "FILE", lint.operands, "Files and directories; - is stdin"));
    add_target_kernel(command, lint.target_kernel);
    add_word(
        command, "--fail-on", "LEVEL", {"error", "warning", "info", "never"},
        [&lint](std::size_t index) {
            lint.fail_on = std::nullopt;
            if (index < 3) lint.fail_on = static_cast<lint::Severity>(2 - index);
        },
        "Exit 2 on: error, warning, info, never (default: error)");
    add_word(
        command, "--format", "FORMAT", {"text", "json", "sarif", "junit"},
        [&lint](std::size_t index) { lint.format = static_cast<LintFormat>(index); },
        "text, json, sarif, junit (default: text)");
    command->add_flag("--fix", lint.fix, "Print what would mend the files, as a diff");
    command->add_flag("--write", lint.write, "With --fix: change the files");
    command
        ->add_option_function<std::string>(
            "--drop",
            [&lint](const std::string& word) {
                const auto key = sysctl::Key::parse_configured(word);
                if (!key)
                    throw CLI::ValidationError("--drop",
                                               "takes a sysctl's name, not '" + word + "'");
                lint.drop.push_back(key->text());
            },
            "With --fix: only take out the lines that set KEY")
        ->type_name("KEY")
        ->trigger_on_parse();
    add_rules(command, lint.rules);
}

void add_blame(Parser& parser) {
    BlameOptions& blame = parser.draft.blame;
    CLI::App* command =
        add_command(parser, &parser.app, "blame", "Which line sets a key, now and at the next boot",
                    "tcptune-blame(1)");
    refuse_empty(add_operand(command, "KEY", blame.key, "A key"))->required();
    add_root(command, blame.root);
    add_rules(command, blame.rules);
    add_format(command, blame.format, false);
}

void add_verify(Parser& parser) {
    VerifyOptions& verify = parser.draft.verify;
    CLI::App* command =
        add_command(parser, &parser.app, "verify",
                    "Compare running, configured and expected values", "tcptune-verify(1)");
    refuse_empty(add_operand(command, "PLAN|TX", verify.expected,
                             "A saved plan or the id of a transaction"));
    command->add_flag("--boot", verify.boot, "Ask only what the next boot will set");
    add_root(command, verify.root);
    refuse_empty(
        command->add_option("--netns", verify.netns, "Look at another network namespace (root)"))
        ->type_name("NAME|PID");
    command->add_flag("--direct", verify.reach.direct,
                      "Without the helper, in this process (root)");
    add_rules(command, verify.rules);
    add_format(command, verify.format, false);
}

void add_drift(Parser& parser) {
    DriftOptions& drift = parser.draft.drift;
    CLI::App* command =
        add_command(parser, &parser.app, "drift",
                    "One line for each key that left its configured value", "tcptune-drift(1)");
    refuse_empty(command->add_option("--metrics", drift.metrics,
                                     "Write Prometheus text to FILE, atomically"))
        ->type_name("FILE");
    command->add_flag("-q,--quiet", drift.quiet, "Only the exit status and the metrics");
    add_rules(command, drift.rules);
    add_format(command, drift.format, false);
}

void add_upgrade_check(Parser& parser) {
    UpgradeOptions& upgrade = parser.draft.upgrade;
    CLI::App* command = add_command(parser, &parser.app, "upgrade-check",
                                    "What a newer kernel makes of this host's settings",
                                    "tcptune-upgrade-check(1)");
    add_target_kernel(command, upgrade.target_kernel);
    refuse_empty(command->add_option("--os", upgrade.os, "A release: debian-13, rhel-9, ..."))
        ->type_name("ID");
    add_root(command, upgrade.root);
    add_rules(command, upgrade.rules);
    add_format(command, upgrade.format, false);
}

std::string contradiction(const LintOptions& options) {
    if (options.operands.empty()) return "what to check? Files, directories, or - for stdin";
    if (options.write && !options.fix) return "--write goes with --fix";
    if (!options.drop.empty() && !options.fix) return "--drop goes with --fix";
    if (options.fix && options.format != LintFormat::text)
        return "--fix prints a diff; it cannot go with --format";
    if (options.write)
        for (const std::string& operand : options.operands)
            if (operand == "-") return "--write cannot write to standard input";
    return {};
}

std::string contradiction(const VerifyOptions& options) {
    if (!options.root.empty() && !options.netns.empty())
        return "--root has no namespaces; it cannot go with --netns";
    if (!options.root.empty() && !options.boot) return "nothing runs below --root: add --boot";
    return {};
}

std::string contradiction(const UpgradeOptions& options) {
    if (options.target_kernel.empty() && options.os.empty())
        return "upgrade to what? --target-kernel=VERSION or --os=ID";
    return {};
}

}  // namespace tcptune::cli

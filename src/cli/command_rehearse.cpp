// SPDX-License-Identifier: Apache-2.0
#include "cli/commands.hpp"
#include "cli/context.hpp"
#include "cli/files.hpp"
#include "cli/rehearse_plan.hpp"
#include "cli/saved_plan_input.hpp"

#include <tcptune/base/escape.hpp>
#include <tcptune/host/file_tree.hpp>
#include <tcptune/host/identity.hpp>
#include <tcptune/probe/sysctl_probe.hpp>
#include <tcptune/report/json_report.hpp>
#include <tcptune/report/next_command.hpp>
#include <tcptune/report/rehearsal_report.hpp>

#include <string>

#include <unistd.h>

namespace tcptune::cli {
namespace {

std::string why_other_kernel(const plan::SavedPlan& plan, const std::string& kernel) {
    const std::string& planned = plan.host.kernel_release;
    if (planned.empty()) return "stale plan: it does not say which kernel it is for";
    if (kernel.empty()) return "stale plan: the release of this kernel cannot be read";
    return "stale plan: it is for kernel " + planned + ", this is " + kernel +
           ": what this one does says nothing about that one; nothing was tried";
}

Exit refuse_as_stale(const RehearseOptions& options, const std::string& reason) {
    write_stderr("tcptune: " + escape_line(options.plan) + ": " + escape_line(reason) + "\n");
    if (options.format == Format::json)
        write_stdout(report::error_json(options.plan, reason, {}, number(Exit::stale)));
    return Exit::stale;
}

/// Only what can be pasted: a plan from standard input is gone.
std::string next_command(const RehearseOptions& options, const plan::Rehearsal& rehearsal) {
    if (options.plan == "-" || rehearsal.steps.empty() || rehearsal.has_failed() ||
        rehearsal.other_host)
        return {};
    return (::geteuid() == 0 ? "tcptune apply " : "sudo tcptune apply ") +
           report::shell_word(options.plan);
}

}  // namespace

Exit run_rehearse(const RehearseOptions& options, const report::TextStyle& style) {
    const plan::SavedPlan plan = load_plan(options.plan);
    const host::RootedFileTree tree("/");
    const host::Identity here = host::read_identity(tree, true);
    if (here.kernel_release.empty() || plan.host.kernel_release != here.kernel_release)
        return refuse_as_stale(options, why_other_kernel(plan, here.kernel_release));

    const rules::RuleSet rules = load_rule_set(options.rules, rules::Parts::declaration);
    const sysctl::ParameterCatalog catalog = rules.catalog();
    facts::FactSet facts;
    facts.host.hostname = here.hostname;
    facts.host.boot_id = here.boot_id;
    probe::probe_sysctls(tree, catalog, facts);
    const plan::Rehearsal rehearsal = rehearse(plan, facts, catalog);

    const Exit status = rehearsal.has_failed() ? Exit::difference : Exit::done;
    write_stdout(options.format == Format::json
                     ? report::rehearsal_json(rehearsal, number(status), status_word(status))
                     : report::text_rehearsal(rehearsal, next_command(options, rehearsal), style));
    return status;
}

}  // namespace tcptune::cli

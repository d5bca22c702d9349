// SPDX-License-Identifier: Apache-2.0
#include "cli/apply_inputs.hpp"
#include "cli/apply_output.hpp"
#include "cli/apply_run.hpp"
#include "cli/apply_watch.hpp"
#include "cli/commands.hpp"

#include <tcptune/base/error.hpp>
#include <tcptune/host/identity.hpp>

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <unistd.h>

namespace tcptune::cli {
namespace {

constexpr Ending stale{Exit::stale, "the plan is stale; nothing was written"};
constexpr Ending forbidden{Exit::policy, "the policy refuses this; nothing was written"};
constexpr Ending loses_at_boot{Exit::boot_conflict,
                               "the next boot would set something else; nothing was written"};
constexpr Ending left_armed_on_fail{
    Exit::rolled_back, "a check or guard failed; left armed because of --keep-on-fail"};

void require_answer(const ApplyOptions& options) {
    if (options.yes) return;
    if (options.format == StreamFormat::text && ::isatty(STDIN_FILENO) == 1 &&
        ::isatty(STDOUT_FILENO) == 1)
        return;
    throw Error(ErrorCode::usage, "apply",
                options.format == StreamFormat::text
                    ? "asks before it writes, and there is no terminal to ask on: add --yes"
                    : "cannot ask in this format: add --yes");
}

report::ApplyReport report_of(const ApplyInputs& inputs, const ApplyOptions& options) {
    report::ApplyReport report;
    report.label = label_of(options.ticket, options.comment);
    report.plan_digest = inputs.plan.digest;
    report.persist = inputs.persist;
    report.bound = options.confirm_timeout_s <= 0;
    for (const plan::SavedChange& change : inputs.plan.changes)
        report.asked.push_back({change.key, change.before_runtime, change.after_runtime});
    report.objections = inputs.objections;
    report.warnings = inputs.warnings;
    return report;
}

std::string boot_sentence(const ApplyInputs& inputs) {
    if (inputs.persist)
        return fmt::format("Past the next boot: kept by {}, written last.\n",
                           "/etc/sysctl.d/90-tcptune.conf");
    return "Only until the next boot: no file is written.\n";
}

void show_plan(ApplyOutput& out, const ApplyInputs& inputs, const report::ApplyReport& report) {
    out.event(report::plan_event(out.seconds(), report));
    if (inputs.made) {
        out.text(report::text_steps(*inputs.made, out.style()));
    } else {
        out.text(report::text_plan_origin(inputs.plan.host.hostname, inputs.plan.profile,
                                          inputs.plan.policy, inputs.plan.digest, out.style()));
        out.text(report::text_asked(report.asked, out.style()));
    }
    if (!inputs.objections.empty())
        out.text("\n" + report::text_objections(inputs.objections, out.style()) + "\n");
    out.text(report::text_warnings(inputs.warnings, out.style()));
    if (inputs.objections.empty() && !inputs.changes.empty()) out.text(boot_sentence(inputs));
}

/// What ends it before anybody is asked.
std::optional<Ending> early_end(const ApplyInputs& inputs) {
    if (!inputs.objections.empty()) {
        const std::string& kind = inputs.objections.front().kind;
        if (kind == "stale") return stale;
        return kind == "policy" ? forbidden : loses_at_boot;
    }
    if (inputs.changes.empty()) return nothing_to_do;
    return {};
}

txn::ApplyRequest request_of(const ApplyInputs& inputs, const report::ApplyReport& report,
                             std::uint32_t timeout_s) {
    txn::ApplyRequest request;
    request.changes = inputs.changes;
    request.timeout_s = timeout_s;
    request.netns = host::namespace_id();
    request.persist = inputs.persist;
    request.bound = report.bound;
    request.label = report.label;
    request.plan_digest = report.plan_digest;
    return request;
}

/// Checks, then the second window; true when nothing speaks against keeping it.
bool look_after(TransactionRun& run, const ApplyOptions& options, const ApplyInputs& inputs,
                const facts::FactSet& before) {
    bool good = run_checks(run, options.checks, options.check_limit_s, options.keep_on_fail);
    if (options.watch_s <= 0 || run.interrupts.signal() != 0 || (!good && !options.keep_on_fail))
        return good;
    const facts::FactSet after = watched_facts(inputs.rules, options.watch_s, "Watching",
                                               run.interrupts, run.out.progress());
    if (run.interrupts.signal() != 0) return good;
    std::vector<std::string> keys;
    for (const txn::Change& change : inputs.changes)
        keys.push_back(change.key);
    run.report.watch = compare_watched(inputs.rules, inputs.inputs, keys, before, after);
    run.out.text("\n" + report::text_watch(*run.report.watch, run.out.style()));
    run.out.event(report::watch_event(run.out.seconds(), *run.report.watch));
    return good && !run.report.watch->violated();
}

Ending decide(TransactionRun& run, const ApplyOptions& options, bool good) {
    if (run.interrupts.signal() != 0) return interrupted(run);
    if (!good && !options.keep_on_fail) return undo(run, Asked::after_failure);
    run.report.kept_on_fail = !good;
    const Ending ending = run.report.bound ? keep(run) : wait_for_confirmation(run);
    if (good || ending.exit != Exit::done) return ending;
    return run.report.armed ? left_armed_on_fail : kept_on_fail;
}

Ending look_and_decide(TransactionRun& run, const ApplyOptions& options, const ApplyInputs& inputs,
                       const facts::FactSet& before) {
    bool good = false;
    try {
        good = look_after(run, options, inputs, before);
    } catch (const Error& error) {
        // What cannot be watched is not kept, whatever the options say of failures.
        run.out.error(error.object(), error.reason());
        run.report.error_object = error.object();
        run.report.error_reason = error.reason();
        return undo(run, Asked::after_failure);
    }
    return decide(run, options, good);
}

/// From the connection to the end.
Ending carry_out(const ApplyOptions& options, const ApplyInputs& inputs, Interrupts& interrupts,
                 ApplyOutput& out, report::ApplyReport& report) {
    const Route route = options.reach.direct ? Route::direct : Route::automatic;
    try {
        const auto client = connect_for(route, options.confirm_timeout_s);
        report.helper = client->name();
        TransactionRun run{*client, route, interrupts, out, report, options.confirm_timeout_s};
        facts::FactSet before;
        if (options.watch_s > 0)
            before = watched_facts(inputs.rules, window_before(options.watch_s),
                                   "Counting before the change", interrupts, out.progress());
        if (interrupts.signal() != 0) return interrupted_early(interrupts);
        const double work_s =
            static_cast<double>(options.checks.size()) * options.check_limit_s + options.watch_s;
        const std::uint32_t timeout_s = wire_timeout(work_s, options.confirm_timeout_s);
        expect_begin(run);
        txn::Result result = client->apply(request_of(inputs, report, timeout_s));
        if (!begun(run, std::move(result), timeout_s))
            return ending_of(*report.begun, Asked::apply);
        if (interrupts.signal() != 0) return interrupted(run);
        return look_and_decide(run, options, inputs, before);
    } catch (const txn::Refused& refusal) {
        return not_begun(interrupts, out, report, refusal);
    }
}

Exit apply(const ApplyOptions& options, ApplyOutput& out) {
    require_answer(options);
    const ApplyInputs inputs = apply_inputs(options);
    Interrupts interrupts;
    report::ApplyReport report = report_of(inputs, options);
    show_plan(out, inputs, report);
    if (const std::optional<Ending> end = early_end(inputs)) return end_with(out, report, *end);
    if (!options.yes) {
        const std::optional<bool> answer =
            ask(inputs.changes.size() == 1
                    ? std::string("Apply this change?")
                    : fmt::format("Apply these {} changes?", inputs.changes.size()),
                0, interrupts);
        if (!answer) return end_with(out, report, interrupted_early(interrupts));
        if (!*answer) return end_with(out, report, refused_at_prompt);
    }
    return end_with(out, report, carry_out(options, inputs, interrupts, out, report));
}

}  // namespace

Exit run_apply(const ApplyOptions& options, ColourChoice colour) {
    ApplyOutput out("apply", options.format, colour, options.reach);
    return with_last_line(out, options.format, [&] { return apply(options, out); });
}

}  // namespace tcptune::cli

// SPDX-License-Identifier: Apache-2.0
#include "cli/apply_inputs.hpp"

#include "cli/context.hpp"
#include "cli/diagnose_words.hpp"
#include "cli/files.hpp"
#include "cli/host_facts.hpp"
#include "cli/saved_plan_input.hpp"
#include "cli/today.hpp"

#include <tcptune/plan/boot_conflicts.hpp>
#include <tcptune/plan/policy_check.hpp>
#include <tcptune/plan/staleness.hpp>
#include <tcptune/report/next_command.hpp>

#include <algorithm>
#include <charconv>
#include <map>
#include <set>
#include <utility>

namespace tcptune::cli {
namespace {

/// The profile that the plan was made with; it bends the numbers that guards are read with. One
/// that this host does not have bends nothing.
rules::Profile profile_of(const plan::SavedPlan& plan) {
    try {
        return load_profile(plan.profile);
    } catch (const Error&) {
        return load_profile({});
    }
}

conf::Loader boot_loader() {
    // As sd_booted(3) tells.
    return is_directory("/run/systemd/system") ? conf::Loader::systemd : conf::Loader::procps;
}

std::vector<report::Objection> stale_objections(const plan::Staleness& staleness) {
    std::vector<report::Objection> objections;
    for (const plan::Difference& difference : staleness.differences) {
        report::Objection objection;
        objection.kind = "stale";
        objection.object =
            difference.key.empty() ? std::string(to_string(difference.aspect)) : difference.key;
        objection.text = difference.sentence;
        objection.expected = difference.expected;
        objection.found = difference.found;
        objections.push_back(std::move(objection));
    }
    if (!objections.empty()) objections.back().mend = "make a new plan: tcptune plan --out=FILE";
    return objections;
}

/// "FILE:LINE" taken apart.
void set_place(report::Objection& objection, const std::string& where) {
    objection.file = where;
    const std::size_t colon = where.rfind(':');
    if (colon == std::string::npos) return;
    std::uint32_t line = 0;
    const char* end = where.data() + where.size();
    const auto read = std::from_chars(where.data() + colon + 1, end, line);
    if (read.ec != std::errc{} || read.ptr != end) return;
    objection.line = line;
    objection.file = where.substr(0, colon);
}

std::vector<report::Objection> policy_objections(const ApplyInputs& apply,
                                                 const ApplyOptions& options) {
    std::vector<report::Objection> objections;
    const rules::Policy& policy = apply.inputs.policy;
    for (const plan::Refusal& refusal :
         plan::refused_now(apply.plan, apply.rules, policy, apply.inputs.today)) {
        report::Objection objection;
        objection.kind = "policy";
        objection.object = refusal.key;
        objection.text = refusal.reason;
        set_place(objection, refusal.where);
        objections.push_back(std::move(objection));
    }
    if (policy.confirm_within_s &&
        options.confirm_timeout_s > static_cast<double>(*policy.confirm_within_s)) {
        report::Objection objection;
        objection.kind = "policy";
        objection.object = "--confirm-timeout";
        objection.text = "policy " + policy.name + " wants a change confirmed within " +
                         std::to_string(*policy.confirm_within_s) + " s";
        objection.file = policy.file;
        objections.push_back(std::move(objection));
    }
    return objections;
}

void add_boot_objections(ApplyInputs& apply, const facts::FactSet& now) {
    const plan::BootOutlook outlook =
        plan::boot_outlook(apply.plan, now, apply.rules.catalog(), boot_loader());
    std::map<std::string, std::set<std::string>> keys_of_file;
    for (const plan::BootConflict& found : outlook.conflicts) {
        report::Objection objection;
        objection.kind = "boot_conflict";
        objection.object = found.conflict.key;
        const std::string does = found.conflict.value == "nothing"
                                     ? "keeps " + found.conflict.key + " from being set"
                                     : "sets " + found.conflict.value;
        objection.text = does + ": " + found.conflict.text;
        objection.found = found.conflict.value;
        for (const plan::SavedChange& change : apply.plan.changes)
            if (change.key == found.conflict.key) objection.expected = change.after_runtime;
        objection.file = found.conflict.file;
        objection.line = found.conflict.line;
        objection.mend = found.mend + "; then run tcptune apply again";
        if (plan::lint_can_clear(objection.file, found.late))
            keys_of_file[objection.file].insert(objection.object);
        apply.objections.push_back(std::move(objection));
    }
    // One command clears a file: it stands at the last line that is about it.
    for (auto each = apply.objections.rbegin(); each != apply.objections.rend(); ++each) {
        const auto keys = keys_of_file.extract(each->file);
        if (!keys.empty()) each->command = report::drop_lines_command(keys.mapped(), each->file);
    }
    apply.warnings.insert(apply.warnings.end(), outlook.unknown.begin(), outlook.unknown.end());
}

/// What has to be written: a key that runs with its value already only matters for the boot.
std::vector<txn::Change> changes_of(const plan::SavedPlan& plan, const plan::Staleness& staleness,
                                    bool persist) {
    std::vector<txn::Change> changes;
    for (const plan::SavedChange& change : plan.changes) {
        const auto set =
            std::ranges::find(staleness.already_set, change.key, &plan::AlreadySet::key);
        const bool runs = set != staleness.already_set.end();
        if (runs && (set->at_boot || !persist)) continue;
        changes.push_back({change.key, runs ? change.after_runtime : change.before_runtime,
                           change.after_runtime});
    }
    return changes;
}

}  // namespace

ApplyInputs apply_inputs(const ApplyOptions& options) {
    ApplyInputs apply;
    // First what can be wrong with the input: it is the cheapest to say.
    if (!options.plan.empty()) apply.plan = load_plan(options.plan);
    const EvaluateOptions& evaluate = options.evaluate;
    apply.inputs.policy = load_policy(evaluate.policy);
    apply.inputs.profile =
        options.plan.empty() ? load_profile(evaluate.profile) : profile_of(apply.plan);
    apply.inputs.today = today();
    apply.rules = load_rule_set(evaluate.rules, rules::Parts::advice);
    Look look;
    look.window_s = evaluate.window_s;
    look.netns = evaluate.netns;
    look.count_namespaces = false;
    look.wait = wait_with_progress();
    const facts::FactSet now = look_at_host(apply.rules, look);
    if (options.plan.empty()) {
        apply.made = plan::make_plan(apply.rules, now, apply.inputs);
        apply.plan = plan::saved_from(*apply.made);
    }
    apply.persist = apply.plan.persist && apply.inputs.policy.persist && !options.runtime_only;
    const plan::Staleness staleness =
        plan::compare_with_host(apply.plan, now, apply.rules.catalog());
    apply.objections = stale_objections(staleness);
    if (apply.objections.empty()) apply.objections = policy_objections(apply, options);
    if (apply.objections.empty() && apply.persist) add_boot_objections(apply, now);
    apply.changes = changes_of(apply.plan, staleness, apply.persist);
    return apply;
}

}  // namespace tcptune::cli

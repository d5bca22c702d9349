// SPDX-License-Identifier: Apache-2.0
#include "cli/rehearse_plan.hpp"

#include "cli/rehearse_namespace.hpp"

#include <tcptune/base/error.hpp>
#include <tcptune/plan/host_state.hpp>

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace tcptune::cli {
namespace {

using plan::RehearsalOutcome;
using plan::RehearsedValue;

std::string system_text(int error) {
    return SystemError(ErrorCode::operational, "", error).reason();
}

/// The values that the namespace begins with: those of this host; of a plan for another host its
/// own for the keys that it changes.
std::vector<TrialValue> present_values(const plan::SavedPlan& plan, const facts::FactSet& now,
                                       const sysctl::ParameterCatalog& catalog, bool other_host) {
    std::vector<TrialValue> values;
    for (const auto& [key, parameter] : catalog.all()) {
        if (parameter.access != sysctl::Access::apply) continue;
        auto value = plan::to_sysctl_value(parameter.type, now.get("sysctl." + key));
        const auto change = std::ranges::find(plan.changes, key, &plan::SavedChange::key);
        if (other_host && change != plan.changes.end())
            value = sysctl::parse_value(parameter.type, change->before_runtime);
        if (value) values.push_back({parameter.key, parameter.type, std::move(*value)});
    }
    return values;
}

/// What tcptune itself does not write, whatever the kernel thinks of it.
std::optional<RehearsedValue> refused_by_us(const plan::SavedChange& change,
                                            const sysctl::Parameter* parameter) {
    const auto end = [&](RehearsalOutcome outcome, std::string reason) {
        return RehearsedValue{change.key, change.after_runtime, outcome, {}, "", std::move(reason)};
    };
    if (!parameter) return end(RehearsalOutcome::refused, "no rule file declares this key");
    if (parameter->access != sysctl::Access::apply)
        return end(RehearsalOutcome::refused, "tcptune never writes this key");
    const auto value = sysctl::parse_value(parameter->type, change.after_runtime);
    if (!value) return end(RehearsalOutcome::refused, "this is no value of the key");
    if (auto reason = sysctl::check_value(*parameter, *value))
        return end(RehearsalOutcome::refused, std::move(*reason));
    return std::nullopt;
}

/// Why a key cannot be written in the new namespace. That it is not there says nothing, unless the
/// host, which must have it for this plan, does not have it either.
void explain_closed(int error, bool host_has_it, bool other_host, RehearsedValue& value) {
    value.outcome = RehearsalOutcome::not_rehearsed;
    switch (error) {
        case ENOENT:
            value.reason =
                "a new network namespace does not have this key: it is one for the whole host";
            if (host_has_it || other_host) return;
            value.outcome = RehearsalOutcome::refused;
            value.reason = "this host does not have this key";
            return;
        case EACCES:
        case EPERM:
        case EROFS:
            value.reason = "the key is read-only in a new network namespace";
            return;
        default:
            value.reason = "the key cannot be opened: " + system_text(error);
    }
}

RehearsedValue in_words(const TrialValue& wanted, const Trial& trial, bool host_has_it,
                        bool other_host) {
    RehearsedValue value;
    value.key = wanted.key.text();
    value.wanted = sysctl::display_text(wanted.type, wanted.value);
    value.found = trial.found;
    if (trial.end != TrialEnd::closed) value.before = trial.before;
    switch (trial.end) {
        case TrialEnd::ok:
            break;
        case TrialEnd::closed:
            explain_closed(trial.error, host_has_it, other_host, value);
            break;
        case TrialEnd::refused:
            value.outcome = RehearsalOutcome::refused;
            value.reason = trial.error == EIO
                               ? "the kernel takes only a part of the text"
                               : "the kernel refuses the value: " + system_text(trial.error);
            break;
        case TrialEnd::different:
            value.outcome = RehearsalOutcome::different;
            value.reason = trial.error == 0
                               ? "the kernel takes the value, but it reads back differently"
                               : "the value cannot be read back: " + system_text(trial.error);
            break;
    }
    return value;
}

bool is_known(const facts::FactSet& now, const std::string& key) {
    return !std::holds_alternative<facts::Unknown>(now.get("sysctl." + key));
}

}  // namespace

plan::Rehearsal rehearse(const plan::SavedPlan& plan, const facts::FactSet& now,
                         const sysctl::ParameterCatalog& catalog) {
    plan::Rehearsal rehearsal;
    rehearsal.planned_for = plan.host;
    rehearsal.hostname = now.host.hostname;
    rehearsal.other_host =
        plan.host.boot_id != now.host.boot_id && plan.host.hostname != now.host.hostname;
    if (plan.changes.empty()) return rehearsal;

    std::vector<TrialValue> steps;
    for (const plan::SavedChange& change : plan.changes) {
        const sysctl::Parameter* parameter = catalog.find(change.key);
        auto refused = refused_by_us(change, parameter);
        rehearsal.steps.push_back(refused.value_or(RehearsedValue{}));
        if (!refused)
            steps.push_back({parameter->key, parameter->type,
                             *sysctl::parse_value(parameter->type, change.after_runtime)});
    }
    const std::vector<TrialValue> present =
        present_values(plan, now, catalog, rehearsal.other_host);
    const Trials trials = try_in_new_namespace(present, steps);

    for (std::size_t at = 0; at < present.size(); ++at) {
        RehearsedValue value =
            in_words(present[at], trials.present[at], true, rehearsal.other_host);
        if (value.outcome == RehearsalOutcome::ok)
            ++rehearsal.present_values;
        else if (value.outcome != RehearsalOutcome::not_rehearsed)
            rehearsal.missing_values.push_back(std::move(value));
    }
    std::size_t tried = 0;
    for (RehearsedValue& step : rehearsal.steps) {
        if (!step.key.empty()) continue;  // tcptune does not write it
        step = in_words(steps[tried], trials.steps[tried], is_known(now, steps[tried].key.text()),
                        rehearsal.other_host);
        ++tried;
    }
    return rehearsal;
}

}  // namespace tcptune::cli

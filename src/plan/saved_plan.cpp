// SPDX-License-Identifier: Apache-2.0
#include <tcptune/base/digest.hpp>
#include <tcptune/base/text.hpp>
#include <tcptune/facts/json_document.hpp>
#include <tcptune/plan/plan_file.hpp>

#include <utility>

namespace tcptune::plan {

namespace {

std::string folded(const std::string& value) {
    return fold_spaces(facts::as_json_reads(value));
}

std::optional<std::string> folded(const std::optional<std::string>& value) {
    if (!value) return std::nullopt;
    return folded(*value);
}

SavedChange saved(const PlanChange& change) {
    SavedChange saved;
    saved.key = change.key;
    saved.before_runtime = folded(change.before_runtime);
    saved.before_configured = folded(change.before_configured);
    saved.before_boot = folded(change.before_boot);
    saved.after_runtime = folded(change.after_runtime);
    saved.takes_effect = facts::as_json_reads(change.takes_effect);
    saved.risk = change.risk;
    saved.reason = facts::as_json_reads(change.reason);
    saved.rule_id = facts::as_json_reads(change.rule_id);
    saved.pinned = change.pinned;
    return saved;
}

/// One field a line, in fixed order, each behind its length, so that no text can pass for two
/// fields; lists are counted, so that none can pass for another.
class Fields {
public:
    void add(std::string_view field) {
        text_ += std::to_string(field.size()) + ':';
        text_ += field;
        text_ += '\n';
    }
    void add_if_any(const std::optional<std::string>& field) { add(field ? '=' + *field : "none"); }
    void add_flag(bool field) { add(field ? "yes" : "no"); }
    void count(std::size_t number) { add(std::to_string(number)); }
    [[nodiscard]] std::string digest() const { return sha256_hex(text_); }

private:
    std::string text_ = "tcptune plan 1\n";
};

}  // namespace

SavedPlan saved_from(const Plan& plan) {
    SavedPlan result;
    result.host.hostname = facts::as_json_reads(plan.host.hostname);
    result.host.kernel_release = facts::as_json_reads(plan.host.kernel_release);
    result.host.boot_id = facts::as_json_reads(plan.host.boot_id);
    result.host.netns = facts::as_json_reads(plan.host.netns);
    result.host.netns_initial = plan.host.netns_initial;
    result.profile = facts::as_json_reads(plan.profile);
    result.policy = facts::as_json_reads(plan.policy);
    result.persist = plan.persist;
    for (const PlanChange& change : plan.changes)
        result.changes.push_back(saved(change));
    for (const Refusal& refusal : plan.refusals) {
        if (!refusal.by_policy) continue;
        result.refusals.push_back(
            {facts::as_json_reads(refusal.key), facts::as_json_reads(refusal.rule_id),
             facts::as_json_reads(refusal.reason), true, facts::as_json_reads(refusal.where)});
    }
    for (const Conflict& conflict : plan.conflicts)
        result.conflicts.push_back({facts::as_json_reads(conflict.key),
                                    facts::as_json_reads(conflict.file), folded(conflict.value),
                                    facts::as_json_reads(conflict.text), conflict.line});
    result.digest = digest_of(result);
    return result;
}

std::string digest_of(const SavedPlan& plan) {
    Fields fields;
    for (const std::string* field :
         {&plan.host.hostname, &plan.host.kernel_release, &plan.host.boot_id, &plan.host.netns})
        fields.add(*field);
    fields.add_flag(plan.host.netns_initial);
    fields.add(plan.profile);
    fields.add(plan.policy);
    fields.add_flag(plan.persist);
    fields.count(plan.changes.size());
    for (const SavedChange& change : plan.changes) {
        fields.add(change.key);
        fields.add(change.before_runtime);
        fields.add_if_any(change.before_configured);
        fields.add_if_any(change.before_boot);
        fields.add(change.after_runtime);
        fields.add(change.takes_effect);
        fields.add(rules::to_string(change.risk));
        fields.add(change.reason);
        fields.add(change.rule_id);
        fields.add_flag(change.pinned);
    }
    fields.count(plan.refusals.size());
    for (const Refusal& refusal : plan.refusals) {
        for (const std::string* field : {&refusal.key, &refusal.rule_id, &refusal.reason})
            fields.add(*field);
        fields.add(refusal.where);
    }
    fields.count(plan.conflicts.size());
    for (const Conflict& conflict : plan.conflicts) {
        for (const std::string* field :
             {&conflict.key, &conflict.file, &conflict.value, &conflict.text})
            fields.add(*field);
        fields.count(conflict.line);
    }
    return fields.digest();
}

}  // namespace tcptune::plan

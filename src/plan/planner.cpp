// SPDX-License-Identifier: Apache-2.0
#include "plan/draft.hpp"
#include "plan/sections.hpp"

#include <tcptune/plan/plan_file.hpp>

#include <algorithm>
#include <utility>

namespace tcptune::plan {

namespace {

std::optional<Step> recommended_step(const Ground& ground, const Finding& finding) {
    const rules::Rule* rule = ground.rules.find(finding.key);
    if (!rule || finding.status != FindingStatus::recommended || finding.unset) return {};
    if (rule->parameter.access == sysctl::Access::advise) return {};
    Step step;
    step.rule = rule;
    step.recommendation = finding.recommendation;
    step.value = *finding.value;
    step.risk = finding.recommendation->risk;
    step.reason = finding.recommendation->text;
    step.effect = finding.recommendation->effect;
    step.rule_id = finding.id;
    step.finding_ids = {finding.id};
    weigh(ground, {{finding.key, step.value}}, step);
    return step;
}

void add_recommended(const Ground& ground, const Evaluation& evaluation, Draft& draft,
                     std::vector<Refusal>& refusals) {
    for (const Finding& finding : evaluation.findings) {
        if (finding.status == FindingStatus::blocked)
            refusals.push_back({finding.key, finding.id, "requires: " + finding.reason, false, ""});
        auto step = recommended_step(ground, finding);
        if (!step) continue;
        if (auto refusal = refused_by_policy(ground, *step)) {
            refusals.push_back(std::move(*refusal));
        } else {
            draft.emplace(finding.key, std::move(*step));
        }
    }
}

/// A pin is a wish of the site: planned without evidence, still checked like every step.
void add_pins(const Ground& ground, Draft& draft, std::vector<Refusal>& refusals) {
    for (const rules::Pin& pin : ground.policy.pins) {
        const rules::Rule* rule = ground.rules.find(pin.key);
        const std::string where = pin.location.file + ":" + std::to_string(pin.location.line);
        const auto refuse = [&](std::string reason) {
            refusals.push_back({pin.key, "pin", std::move(reason), true, where});
        };
        if (!rule) {
            refuse("no rule file declares this key");
            continue;
        }
        const auto value = sysctl::parse_value(rule->parameter.type, pin.value);
        if (!value) {
            refuse("\"" + pin.value + "\" is not a value of this key");
            continue;
        }
        if (const auto bad = sysctl::check_value(rule->parameter, *value)) {
            refuse(*bad);
            continue;
        }
        if (rule->parameter.access == sysctl::Access::advise) {
            refuse("tcptune never writes this key");
            continue;
        }
        const auto current =
            to_sysctl_value(rule->parameter.type, ground.facts.get("sysctl." + pin.key));
        if (current == value) {
            draft.erase(pin.key);  // the site wants what is there; no advice overrules it
            continue;
        }
        Step step;
        step.rule = rule;
        step.value = *value;
        step.pinned = true;
        step.rule_id = "pin";
        step.reason = "pinned by policy " + ground.policy.name + ": " + pin.reason;
        weigh(ground, {{pin.key, *value}}, step);
        if (auto refusal = refused_by_policy(ground, step))
            refusals.push_back(std::move(*refusal));
        else
            draft.insert_or_assign(pin.key, std::move(step));
    }
}

/// A step that needs a value the host already has, or whose present value is not known, is no step:
/// compare-and-swap needs something to compare with.
void drop_needless(const Ground& ground, Draft& draft, std::vector<Refusal>& refusals) {
    const Planned planned = planned_values(draft);
    for (const auto& [key, value] : planned) {
        const auto step = draft.find(key);
        if (step == draft.end()) continue;  // went with another
        const auto current =
            to_sysctl_value(step->second.rule->parameter.type, ground.facts.get("sysctl." + key));
        if (!current)
            refusals.push_back({key, step->second.rule_id,
                                "the present value is not known, so nothing can be compared with "
                                "it before the change",
                                false, ""});
        if (!current)
            remove_step(draft, key);
        else if (*current == value)
            draft.erase(step);
    }
}

}  // namespace

std::string running_text(const Ground& ground, const rules::Rule& rule) {
    const auto value =
        to_sysctl_value(rule.parameter.type, ground.facts.get("sysctl." + rule.key()));
    return value ? sysctl::display_text(rule.parameter.type, *value) : std::string();
}

Plan make_plan(const rules::RuleSet& rules, const facts::FactSet& facts, const PlanInputs& inputs) {
    const Evaluation evaluation = evaluate(rules, facts, {&inputs.policy, &inputs.profile});
    const Ground ground{rules, evaluation.facts, inputs.policy, inputs.today};

    Plan plan;
    plan.host = facts.host;
    plan.profile = inputs.profile.name;
    plan.policy = inputs.policy.name;
    plan.persist = inputs.policy.persist;
    plan.method = facts.sockets.method;
    plan.namespaces = facts.namespaces;

    Draft draft;
    add_recommended(ground, evaluation, draft, plan.refusals);
    add_pins(ground, draft, plan.refusals);
    for (Refusal& refusal : complete(ground, draft))
        plan.refusals.push_back(std::move(refusal));
    plan.goals = reach_goals(ground, inputs.profile, draft, plan.refusals);
    drop_needless(ground, draft, plan.refusals);

    add_destinations(ground, draft, plan);
    add_findings(ground, evaluation, inputs, plan);
    add_changes(ground, draft, plan);
    add_conflicts(ground, draft, plan);
    plan.digest = saved_from(plan).digest;
    return plan;
}

int detailed_exit_code(const Plan& plan) {
    return plan.changes.empty() ? 0 : 2;
}

}  // namespace tcptune::plan

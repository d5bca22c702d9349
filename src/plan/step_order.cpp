// SPDX-License-Identifier: Apache-2.0
#include "plan/draft.hpp"

#include <algorithm>
#include <utility>

namespace tcptune::plan {

namespace {

/// Keys that the requirements of a step read: they must have their new values first, so that every
/// intermediate state is one the rules allow.
std::set<std::string> reads_before(const Step& step) {
    std::set<std::string> keys;
    const auto collect = [&](const std::vector<expr::Expression>& lines) {
        constexpr std::string_view prefix = "sysctl.";
        for (const expr::Expression& line : lines)
            for (const std::string& name : expr::names_in(line))
                if (name.compare(0, prefix.size(), prefix) == 0)
                    keys.insert(name.substr(prefix.size()));
    };
    for (const rules::Requirement& requirement : step.rule->requirements) {
        if (requirement.for_value && *requirement.for_value != step.value) continue;
        collect(requirement.condition.all);
        collect(requirement.condition.any);
        collect(requirement.condition.none);
        if (requirement.satisfy) keys.insert(requirement.satisfy->key);
    }
    for (const rules::Constraint& constraint : step.rule->constraints) {
        if (!constraint.advice) collect({constraint.expr});
    }
    keys.erase(step.rule->key());
    return keys;
}

/// One pass over the draft; says what to do and starts again after each change.
class Completion {
public:
    Completion(const Ground& ground, Draft& draft) : ground_(ground), draft_(draft) {}

    std::vector<Refusal> run() {
        // Each round adds, replaces or removes a step; the bound is for rule files that pull each
        // other in circles.
        for (std::size_t round = 0; round < 4 * ground_.rules.all().size() + 8; ++round)
            if (!advance()) break;
        return std::move(refusals_);
    }

private:
    bool advance() {
        const Planned planned = planned_values(draft_);
        for (auto& [key, step] : draft_) {
            const RuleContext context(*step.rule, ground_.facts, &ground_.policy, &planned,
                                      &step.value);
            for (const rules::Requirement& requirement : step.rule->requirements) {
                if (requirement.for_value && *requirement.for_value != step.value) continue;
                const Truth truth = context.holds(requirement.condition);
                if (truth == Truth::yes) continue;
                if (truth == Truth::no && requirement.satisfy) {
                    satisfy(key, context, requirement);
                } else {
                    refuse(key, "requires: " + requirement.text);
                }
                return true;
            }
            for (const rules::Constraint& constraint : step.rule->constraints) {
                if (constraint.advice || context.read(constraint.expr).verdict == Truth::yes)
                    continue;
                refuse(key, constraint.text);
                return true;
            }
        }
        return false;
    }

    void satisfy(const std::string& key, const RuleContext& context,
                 const rules::Requirement& requirement) {
        const rules::Rule* target = ground_.rules.find(requirement.satisfy->key);
        if (!target || target->disabled || target->parameter.access == sysctl::Access::advise)
            return refuse(key, "requires: " + requirement.text);
        std::string reason;
        const auto value = context.proposed(target->parameter, requirement.satisfy->set, reason);
        if (!value) return refuse(key, "requires: " + requirement.text + " (" + reason + ")");

        Step step;
        step.rule = target;
        step.value = *value;
        step.rule_id = key + "/" + requirement.id;
        step.reason = requirement.text;
        step.required_by = {key};
        if (const auto there = draft_.find(target->key()); there != draft_.end()) {
            // A port list can grow to serve both; two different numbers cannot.
            const bool grows = target->parameter.type == sysctl::ValueType::port_set;
            if (!grows && there->second.value != *value)
                return refuse(key, "requires " + target->key() + " = " +
                                       sysctl::display_text(target->parameter.type, *value) +
                                       ", but " + there->second.rule_id + " plans another value");
            // The value is there and the requirement still does not hold: it never will.
            if (there->second.value == *value && there->second.required_by.contains(key))
                return refuse(key, "requires: " + requirement.text);
            Step grown = there->second;
            grown.value = *value;
            grown.required_by.insert(key);
            if (const auto refusal = refused_by_policy(ground_, grown))
                return refuse(
                    key, "requires " + target->key() + ", which is refused: " + refusal->reason);
            there->second = std::move(grown);
            return;
        }
        weigh(ground_, planned_values(draft_), step);
        if (const auto refusal = refused_by_policy(ground_, step))
            return refuse(key,
                          "requires " + target->key() + ", which is refused: " + refusal->reason);
        draft_.emplace(target->key(), std::move(step));
    }

    void refuse(const std::string& key, std::string reason) {
        refusals_.push_back({key, draft_.at(key).rule_id, std::move(reason), false, ""});
        remove_step(draft_, std::string(key));
    }

    const Ground& ground_;
    Draft& draft_;
    std::vector<Refusal> refusals_;
};

}  // namespace

void remove_step(Draft& draft, const std::string& key) {
    draft.erase(key);
    for (auto it = draft.begin(); it != draft.end();) {
        Step& step = it->second;
        const bool was_needed = step.required_by.erase(key) > 0;
        if (was_needed && step.required_by.empty() && !step.recommendation && !step.pinned)
            it = draft.erase(it);
        else
            ++it;
    }
}

Planned planned_values(const Draft& draft) {
    Planned planned;
    for (const auto& [key, step] : draft)
        planned.emplace(key, step.value);
    return planned;
}

std::vector<Refusal> complete(const Ground& ground, Draft& draft) {
    return Completion(ground, draft).run();
}

std::vector<std::string> write_order(const Draft& draft) {
    std::map<std::string, std::set<std::string>> waiting;
    for (const auto& [key, step] : draft) {
        std::set<std::string>& before = waiting[key];
        for (const std::string& read : reads_before(step))
            if (draft.contains(read)) before.insert(read);
    }
    std::vector<std::string> order;
    while (!waiting.empty()) {
        // A circle of requirements has no safe order; the smallest key breaks it, so that the
        // same facts always give the same plan.
        auto next =
            std::ranges::find_if(waiting, [](const auto& entry) { return entry.second.empty(); });
        if (next == waiting.end()) next = waiting.begin();
        order.push_back(next->first);
        waiting.erase(next);
        for (auto& [key, before] : waiting)
            before.erase(order.back());
    }
    return order;
}

}  // namespace tcptune::plan

// SPDX-License-Identifier: Apache-2.0
#include <tcptune/plan/guard_check.hpp>
#include <tcptune/plan/host_state.hpp>

#include <utility>

namespace tcptune::plan {

std::vector<GuardReading> check_guards(const rules::RuleSet& rules,
                                       std::span<const std::string> keys,
                                       const facts::FactSet& facts, const Inputs& inputs) {
    const rules::Profile general;
    const facts::FactSet derived =
        with_derived(facts, rules, inputs.profile ? *inputs.profile : general);
    std::vector<GuardReading> guards;
    for (const std::string& key : keys) {
        const rules::Rule* rule = rules.find(key);
        if (!rule) continue;
        const RuleContext context(*rule, derived, inputs.policy);
        for (const rules::Guard& guard : rule->guards) {
            GuardReading reading{key + "/" + guard.id, key, guard.text, Truth::unknown, {}};
            reading.verdict = context.holds(guard.condition, &reading.readings);
            guards.push_back(std::move(reading));
        }
    }
    return guards;
}

}  // namespace tcptune::plan

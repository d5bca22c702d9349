// SPDX-License-Identifier: Apache-2.0
#include "lint/effects.hpp"

#include <utility>

namespace tcptune::lint {

namespace {

using sysctl::WriteVerdict;

Effect effect_of(const sysctl::Parameter& parameter, std::string_view text,
                 sysctl::WriteOutcome outcome) {
    Effect effect;
    if (outcome.verdict == WriteVerdict::altered)
        effect.value = sysctl::parse_value(parameter.type, outcome.reads_back);
    else if (outcome.verdict != WriteVerdict::refused)
        effect.value = sysctl::parse_value(parameter.type, text);
    effect.outcome = std::move(outcome);
    return effect;
}

}  // namespace

Effects::Effects(const Document& document, Knowledge& knowledge)
    : document_(document), standard_(knowledge.standard()), effects_(document.settings.size()) {
    for (std::size_t at = 0; at < document.settings.size(); ++at) {
        const Setting& setting = document.settings[at];
        const rules::Rule* rule = knowledge.about(setting.key).rule;
        if (!rule || setting.exclusion) continue;
        if (setting.value_known) {
            effects_[at] =
                effect_of(rule->parameter, setting.value, tried(rule->parameter, setting.value));
            if (!setting.effective || effects_[at].outcome->verdict == WriteVerdict::refused)
                continue;
        }
        const auto [found, first] = last_.try_emplace(std::string(main_name(setting.key)));
        Last& last = found->second;
        if (!first && last.branch != setting.branch) last.several_branches = true;
        last.branch = setting.branch;
        last.value = effects_[at].value;
        last.known = setting.value_known && last.value.has_value();
        if (last.known) last.text = sysctl::display_text(rule->parameter.type, *last.value);
    }
}

std::optional<std::string> Effects::text_of(std::string_view key) const {
    if (const auto found = last_.find(key); found != last_.end()) {
        if (!found->second.known) return std::nullopt;
        return found->second.text;
    }
    const rules::Rule* rule = standard_.rules.find(key);
    if (!rule || document_.any_key) return std::nullopt;
    const auto value = rule->parameter.default_on(standard_.kernel);
    if (!value) return std::nullopt;
    return sysctl::display_text(rule->parameter.type, *value);
}

sysctl::WriteOutcome Effects::tried(const sysctl::Parameter& parameter,
                                    std::string_view value) const {
    return sysctl::kernel_write(parameter, standard_.kernel, value,
                                [this](std::string_view key) { return text_of(key); });
}

std::optional<sysctl::Value> Effects::last(std::string_view key) const {
    const auto found = last_.find(key);
    return found == last_.end() ? std::nullopt : found->second.value;
}

bool Effects::open(std::string_view key, std::uint32_t branch) const {
    const auto found = last_.find(key);
    if (found == last_.end()) return document_.any_key;
    const Last& last = found->second;
    return !last.known || last.several_branches || (last.branch != 0 && last.branch != branch);
}

}  // namespace tcptune::lint

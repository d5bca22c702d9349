// SPDX-License-Identifier: Apache-2.0
// What the [[lint]] tables of the rules say of the values.
#include "lint/passes.hpp"
#include "lint/value_shape.hpp"

#include <tcptune/plan/condition.hpp>
#include <tcptune/plan/host_state.hpp>

#include <algorithm>
#include <cmath>
#include <optional>
#include <set>

namespace tcptune::lint {

namespace {

using facts::FactValue;
using facts::Unknown;

constexpr std::string_view running = "sysctl.", configured = "config.", limit = "threshold.";
// Values repeat from file to file; what is beyond is judged anew each time.
constexpr std::size_t most_remembered_values = 50'000;

/// The keys that a condition reads besides the value itself.
std::set<std::string> keys_read(const rules::LintEntry& entry) {
    std::set<std::string> keys;
    for (const auto* lines :
         {&entry.condition.all, &entry.condition.any, &entry.condition.none, &entry.set}) {
        for (const expr::Expression& line : *lines) {
            for (const std::string& name : expr::names_in(line)) {
                if (name.starts_with(running)) keys.insert(name.substr(running.size()));
                if (name.starts_with(configured)) keys.insert(name.substr(configured.size()));
            }
        }
    }
    return keys;
}

/// A whole real is that integer, as in a plan.
FactValue as_number(FactValue value) {
    if (const auto* real = std::get_if<double>(&value);
        real && std::abs(*real) < 9e15 && std::floor(*real) == *real)
        return static_cast<std::int64_t>(*real);
    return value;
}

class RuleNotes {
public:
    RuleNotes(const Document& document, const Effects& effects, Knowledge& knowledge,
              Findings& findings)
        : document_(document),
          effects_(effects),
          knowledge_(knowledge),
          findings_(findings),
          reader_(no_facts_, [this](std::string_view name) { return lookup(name); }) {}

    bool look(const Setting& setting, const rules::Rule& rule, const sysctl::Value& value) {
        setting_ = &setting;
        rule_ = &rule;
        value_ = &value;
        bool told = false;
        for (const rules::LintEntry& entry : rule.lints) {
            // A value that does not last needs no more than a word about what would be wrong.
            if (setting.overwritten && entry.severity == "info") continue;
            if (!holds(entry)) continue;
            // Others speak of what surrounds the value, not of the value.
            if (entry.category == "invalid-value" || entry.severity == "error") told = true;
            note(entry);
        }
        return told;
    }

private:
    [[nodiscard]] bool holds(const rules::LintEntry& entry) {
        EntryMemory& memory = knowledge_.memory(&entry);
        if (!memory.keys) memory.keys = keys_read(entry);
        const std::set<std::string>& keys = *memory.keys;
        if (keys.empty()) return holds_for_value(entry, memory);
        // What a template leaves open is no reason to find fault.
        if (std::ranges::any_of(
                keys, [&](const std::string& key) { return effects_.open(key, setting_->branch); }))
            return false;
        return reader_.holds(entry.condition) == plan::Truth::yes;
    }

    /// The same value gives the same answer in each file.
    [[nodiscard]] bool holds_for_value(const rules::LintEntry& entry, EntryMemory& memory) {
        const std::string text = sysctl::kernel_text(rule_->parameter.type, *value_);
        auto& answers = memory.answers;
        if (const auto found = answers.find(text); found != answers.end()) return found->second;
        const bool answer = reader_.holds(entry.condition) == plan::Truth::yes;
        if (answers.size() < most_remembered_values) answers.emplace(text, answer);
        return answer;
    }

    [[nodiscard]] FactValue lookup(std::string_view name) const {
        const Standard& standard = knowledge_.standard();
        if (name == "value") return plan::to_fact(*value_);
        if (name == "kernel.version") return standard.kernel;
        if (name.starts_with(limit)) {
            if (const auto number = rule_->threshold(name.substr(limit.size()))) return *number;
            return Unknown{"no such threshold"};
        }
        if (name.starts_with(configured)) {
            const auto value = effects_.last(name.substr(configured.size()));
            return value ? plan::to_fact(*value) : FactValue{Unknown{"the text does not set it"}};
        }
        if (name.starts_with(running)) return running_value(name.substr(running.size()));
        return Unknown{"no fact of a text"};
    }

    [[nodiscard]] FactValue running_value(std::string_view key) const {
        if (const auto value = effects_.last(key)) return plan::to_fact(*value);
        const Standard& standard = knowledge_.standard();
        const rules::Rule* rule = standard.rules.find(key);
        if (!rule || !rule->parameter.kernels.contains(standard.kernel))
            return Unknown{"the kernel has no such key"};
        const auto value = rule->parameter.default_on(standard.kernel);
        return value ? plan::to_fact(*value) : FactValue{Unknown{"the default is not known"}};
    }

    [[nodiscard]] std::optional<std::string> text_to_set(const rules::LintEntry& entry) const {
        const sysctl::Parameter& parameter = rule_->parameter;
        FactValue single = Unknown{"nothing to set"};
        facts::List numbers;
        for (const expr::Expression& expression : entry.set) {
            single = as_number(reader_.value_of(expression));
            if (!facts::is_known(single)) return std::nullopt;
            if (const auto* number = std::get_if<std::int64_t>(&single)) numbers.push_back(*number);
        }
        const bool list = parameter.type == sysctl::ValueType::integer_list && entry.set.size() > 1;
        const auto value =
            plan::to_sysctl_value(parameter.type, list ? FactValue{std::move(numbers)} : single);
        if (!value || sysctl::check_value(parameter, *value)) return std::nullopt;
        return sysctl::display_text(parameter.type, *value);
    }

    [[nodiscard]] Fix fix_of(const rules::LintEntry& entry) const {
        if (!setting_->fixable) return {};
        if (entry.remove) return take_out();
        if (entry.set.empty()) return {};
        const auto text = text_to_set(entry);
        if (!text) return {};
        const LineForm& form = document_.forms[setting_->line];
        return replace_part(document_.lines[setting_->line], shape_of(form.value).core, *text);
    }

    void note(const rules::LintEntry& entry) {
        add_note(document_, setting_->line, setting_->value_column, setting_->key,
                 {.category = parse_category(entry.category).value_or(Category::harmful_value),
                  .severity = parse_severity(entry.severity).value_or(Severity::warning),
                  .rule_id = rule_->key() + "/" + entry.id,
                  .title = entry.title,
                  .explanation = entry.text,
                  .mend = entry.mend,
                  .fix = fix_of(entry)},
                 findings_);
    }

    const Document& document_;
    const Effects& effects_;
    Knowledge& knowledge_;
    Findings& findings_;
    facts::FactSet no_facts_;
    plan::ConditionReader reader_;
    const Setting* setting_ = nullptr;
    const rules::Rule* rule_ = nullptr;
    const sysctl::Value* value_ = nullptr;
};

}  // namespace

std::vector<bool> note_rules(const Document& document, const Effects& effects, Knowledge& knowledge,
                             Findings& findings) {
    std::vector<bool> told(document.settings.size());
    RuleNotes notes(document, effects, knowledge, findings);
    for (std::size_t at = 0; at < document.settings.size(); ++at) {
        const Setting& setting = document.settings[at];
        const Effect& effect = effects.of(at);
        // The line that repeats it is judged.
        if (!effect.value || setting.same_value) continue;
        const KeyFacts& facts = knowledge.about(setting.key);
        if (facts.rule && !facts.rule->disabled && facts.state == KeyState::usable)
            told[at] = notes.look(setting, *facts.rule, *effect.value);
    }
    return told;
}

}  // namespace tcptune::lint

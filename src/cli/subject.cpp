// SPDX-License-Identifier: Apache-2.0
#include "cli/subject.hpp"

#include <tcptune/base/text.hpp>
#include <tcptune/sysctl/key.hpp>

#include <algorithm>
#include <optional>
#include <string_view>
#include <vector>

namespace tcptune::cli {
namespace {

std::string last_component(const std::string& key) {
    return key.substr(key.rfind('.') + 1);
}

/// Without `/ID`, when a rule has a recommendation or advice of that name.
const rules::Rule* find_finding(const rules::RuleSet& rules, const std::string& subject) {
    const std::size_t slash = subject.find('/');
    if (slash == std::string::npos) return nullptr;
    const rules::Rule* rule = rules.find(std::string_view(subject).substr(0, slash));
    if (!rule) return nullptr;
    const std::string id = subject.substr(slash + 1);
    const auto has_id = [&](const auto& entry) { return entry.id == id; };
    const bool known = std::ranges::any_of(rule->recommendations, has_id) ||
                       std::ranges::any_of(rule->advice, has_id);
    return known ? rule : nullptr;
}

}  // namespace

const rules::Rule* find_subject(const rules::RuleSet& rules, const std::string& subject) {
    if (const rules::Rule* rule = rules.find(subject)) return rule;
    if (const rules::Rule* rule = find_finding(rules, subject)) return rule;
    if (const std::optional<sysctl::Key> key = sysctl::Key::parse_configured(subject)) {
        if (const rules::Rule* rule = rules.find(key->text())) return rule;
    }
    const rules::Rule* only = nullptr;
    for (const auto& [key, rule] : rules.all()) {
        if (last_component(key) != subject) continue;
        if (only) return nullptr;
        only = &rule;
    }
    return only;
}

std::string unknown_subject(const rules::RuleSet& rules, const std::string& subject) {
    std::vector<std::string> keys;
    std::vector<std::string> names;
    for (const auto& [key, rule] : rules.all()) {
        keys.push_back(key);
        names.push_back(last_component(key));
        for (const rules::Recommendation& entry : rule.recommendations) {
            keys.push_back(key + "/" + entry.id);
        }
        for (const rules::Advice& entry : rule.advice)
            keys.push_back(key + "/" + entry.id);
    }
    std::string reason = "no rule file speaks about this";
    std::optional<std::string> near = nearest(subject, keys);
    if (!near) near = nearest(subject, names);
    if (near) reason += "; did you mean " + *near + "?";
    return reason + " (tcptune rules list names all keys)";
}

}  // namespace tcptune::cli

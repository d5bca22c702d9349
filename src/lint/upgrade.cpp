// SPDX-License-Identifier: Apache-2.0
#include <tcptune/base/text.hpp>
#include <tcptune/lint/upgrade.hpp>
#include <tcptune/sysctl/kernel_write.hpp>

#include <algorithm>
#include <optional>
#include <set>
#include <tuple>
#include <utility>

namespace tcptune::lint {

namespace {

using sysctl::WriteOutcome;
using sysctl::WriteVerdict;

std::string linux_name(const KernelVersion& kernel) {
    return "Linux " + kernel.to_string();
}

/// The text of a key on a host that nobody touched, as kernel_write() asks for it.
sysctl::KernelState untouched(const rules::RuleSet& rules, const KernelVersion& kernel) {
    return [&rules, kernel](std::string_view key) -> std::optional<std::string> {
        const rules::Rule* rule = rules.find(key);
        if (!rule) return std::nullopt;
        const auto value = rule->parameter.default_on(kernel);
        if (!value) return std::nullopt;
        return sysctl::kernel_text(rule->parameter.type, *value);
    };
}

/// What a number of an enumerated parameter means on both kernels.
struct Meanings {
    std::string from, to;
};

class UpgradeJudge {
public:
    UpgradeJudge(const rules::RuleSet& rules, const rules::NameBook& names,
                 const KernelVersion& from, const KernelVersion& to)
        : rules_(rules), names_(names), from_(from), to_(to) {}

    void judge(const HostSetting& setting) {
        const rules::Rule* rule = rules_.find(setting.key);
        const rules::GoneKey* gone = names_.gone(setting.key);
        const bool here = present(rule, gone, from_);
        const bool there = present(rule, gone, to_);
        if (here && !there) return add_vanished(setting, rule, gone);
        if (!there) return;  // never there: what lint says
        if (!here) add_new(setting);
        if (gone && gone->no_effect && from_ < gone->since && to_ >= gone->since)
            return add(setting, UpgradeKind::no_effect, "has an effect", "has none", gone->text,
                       gone->mend);
        if (!rule || !here) return;
        judge_value(setting, *rule);
        judge_behaviour(setting, *rule);
        judge_default(setting, *rule);
    }

    void judge(const UnsetKey& unset) {
        const rules::Rule* rule = rules_.find(unset.key);
        const HostSetting nowhere{unset.key, unset.value, "", 0};
        if (!rule || !present(rule, nullptr, from_)) return;
        if (!present(rule, nullptr, to_)) return;
        const auto before = rule->parameter.default_on(from_);
        const auto after = rule->parameter.default_on(to_);
        if (!before || !after || *before == *after) return;
        const std::string old_text = sysctl::display_text(rule->parameter.type, *before);
        const std::string new_text = sysctl::display_text(rule->parameter.type, *after);
        std::string sentence = "No file sets it, and its default is " +
                               with_meaning(*rule, *after, to_) + " on " + linux_name(to_) +
                               " instead of " + with_meaning(*rule, *before, from_) + ".";
        const auto now = sysctl::parse_value(rule->parameter.type, unset.value);
        if (now && *now == *after) return;  // something sets it to that already
        if (now && *now != *before)
            sentence += " Now it is " + sysctl::display_text(rule->parameter.type, *now) +
                        ", which something set that is no file.";
        add(nowhere, UpgradeKind::default_changes, old_text, new_text, std::move(sentence),
            "To keep the old value, set " + unset.key + " = " + old_text + ".");
    }

    std::vector<UpgradeFinding> take() { return std::move(findings_); }

private:
    static bool present(const rules::Rule* rule, const rules::GoneKey* gone,
                        const KernelVersion& kernel) {
        if (rule) return rule->parameter.kernels.contains(kernel);
        return !gone || gone->no_effect || kernel < gone->since;
    }

    void add(const HostSetting& setting, UpgradeKind kind, std::string from, std::string to,
             std::string sentence, std::string mend) {
        findings_.push_back({setting.key, kind, setting.file, setting.line, std::move(from),
                             std::move(to), std::move(sentence), std::move(mend)});
    }

    void add_vanished(const HostSetting& setting, const rules::Rule* rule,
                      const rules::GoneKey* gone) {
        std::string sentence = linux_name(to_) + " has no " + setting.key;
        if (rule && rule->parameter.kernels.until && to_ >= *rule->parameter.kernels.until)
            sentence += ": it is gone since " + rule->parameter.kernels.until->to_string();
        else if (gone)
            sentence += ": it is gone since " + gone->since.to_string();
        else if (rule && rule->parameter.kernels.since)
            sentence += " yet: it is there since " + rule->parameter.kernels.since->to_string();
        sentence += ".";
        if (gone && !gone->text.empty()) sentence += " " + gone->text;
        add(setting, UpgradeKind::vanishes, setting.value, "no such key", std::move(sentence),
            gone && !gone->mend.empty() ? gone->mend : "Take the line out.");
    }

    void add_new(const HostSetting& setting) {
        add(setting, UpgradeKind::appears, "no such key", setting.value,
            linux_name(from_) + " has no " + setting.key + " and " + linux_name(to_) +
                " has: the line begins to work.",
            "Check that it is still wanted.");
    }

    static std::string with_meaning(const rules::Rule& rule, const sysctl::Value& value,
                                    const KernelVersion& kernel) {
        std::string text = sysctl::display_text(rule.parameter.type, value);
        const std::string meaning = rule.parameter.meaning_of(value, kernel);
        return meaning.empty() ? text : text + " (" + meaning + ")";
    }

    void judge_value(const HostSetting& setting, const rules::Rule& rule) {
        const WriteOutcome before =
            sysctl::kernel_write(rule.parameter, from_, setting.value, untouched(rules_, from_));
        const WriteOutcome after =
            sysctl::kernel_write(rule.parameter, to_, setting.value, untouched(rules_, to_));
        const auto value = sysctl::parse_value(rule.parameter.type, setting.value);
        Meanings meanings;
        if (value && rule.parameter.type == sysctl::ValueType::enumerated)
            meanings = {rule.parameter.meaning_of(*value, from_),
                        rule.parameter.meaning_of(*value, to_)};
        const std::string shown = fold_spaces(setting.value);
        if (after.verdict == WriteVerdict::refused) {
            if (before.verdict != WriteVerdict::refused)
                add(setting, UpgradeKind::refused,
                    meanings.from.empty() ? before.reads_back : meanings.from, "refused",
                    linux_name(to_) + " does not take " + shown + ": " + after.reason + ".",
                    "Set another value, or take the line out.");
            return;
        }
        if (before.verdict == WriteVerdict::refused) {
            add(setting, UpgradeKind::meaning_changes, "refused",
                meanings.to.empty() ? after.reads_back : meanings.to,
                linux_name(from_) + " refuses " + shown + " and " + linux_name(to_) +
                    " takes it: the line begins to work.",
                "Check that it is still wanted.");
            return;
        }
        if (meanings.from != meanings.to) {
            const auto said = [](const std::string& meaning) {
                return meaning.empty() ? std::string("nothing") : meaning;
            };
            add(setting, UpgradeKind::meaning_changes, said(meanings.from), said(meanings.to),
                shown + " means \"" + said(meanings.to) + "\" on " + linux_name(to_) +
                    " instead of \"" + said(meanings.from) + "\".",
                "Set the value that means what is wanted.");
        } else if (!before.reads_back.empty() && !after.reads_back.empty() &&
                   before.reads_back != after.reads_back) {
            add(setting, UpgradeKind::meaning_changes, before.reads_back, after.reads_back,
                linux_name(to_) + " makes " + after.reads_back + " of it, " + linux_name(from_) +
                    " " + before.reads_back + ".",
                "Write the value that is wanted.");
        }
    }

    /// Behaviours that this key's file declares and that differ.
    void judge_behaviour(const HostSetting& setting, const rules::Rule& rule) {
        // What is switched off behaves alike everywhere.
        const auto value = sysctl::parse_value(rule.parameter.type, setting.value);
        if (value == sysctl::Value(false) ||
            (rule.parameter.type == sysctl::ValueType::enumerated &&
             value == sysctl::Value(std::int64_t{0})))
            return;
        std::set<std::string_view> seen;
        for (const rules::Behaviour& behaviour : rule.behaviours) {
            if (!seen.insert(behaviour.name).second) continue;
            const auto on = [&](const KernelVersion& kernel) -> const rules::Behaviour* {
                for (const rules::Behaviour& other : rule.behaviours)
                    if (other.name == behaviour.name && other.kernels.contains(kernel))
                        return &other;
                return nullptr;
            };
            const rules::Behaviour* before = on(from_);
            const rules::Behaviour* after = on(to_);
            if (!before || !after) continue;
            if (before->number == after->number && before->word == after->word) continue;
            add(setting, UpgradeKind::meaning_changes, before->text, after->text,
                linux_name(to_) + " behaves differently about it.",
                "Check that the value is still the right one.");
        }
    }

    void judge_default(const HostSetting& setting, const rules::Rule& rule) {
        const auto before = rule.parameter.default_on(from_);
        const auto after = rule.parameter.default_on(to_);
        const auto value = sysctl::parse_value(rule.parameter.type, setting.value);
        if (!before || !after || !value || *before == *after || *value != *before) return;
        add(setting, UpgradeKind::default_changes,
            sysctl::display_text(rule.parameter.type, *before),
            sysctl::display_text(rule.parameter.type, *after),
            "The line sets the default of " + linux_name(from_) + "; that of " + linux_name(to_) +
                " is " + with_meaning(rule, *after, to_) + ".",
            "Take the line out, unless the old value is wanted for itself.");
    }

    const rules::RuleSet& rules_;
    const rules::NameBook& names_;
    KernelVersion from_;
    KernelVersion to_;
    std::vector<UpgradeFinding> findings_;
};

template <class Entry, class Order>
std::vector<const Entry*> ordered_by(std::span<const Entry> entries, Order order) {
    std::vector<const Entry*> result;
    result.reserve(entries.size());
    for (const Entry& entry : entries)
        result.push_back(&entry);
    std::ranges::stable_sort(result,
                             [&](const Entry* a, const Entry* b) { return order(*a) < order(*b); });
    return result;
}

std::vector<const HostSetting*> by_place(std::span<const HostSetting> settings) {
    return ordered_by(settings, [](const HostSetting& setting) {
        return std::tie(setting.file, setting.line, setting.key);
    });
}

}  // namespace

std::string_view to_string(UpgradeKind kind) {
    switch (kind) {
        case UpgradeKind::vanishes:
            return "vanishes";
        case UpgradeKind::no_effect:
            return "no-effect";
        case UpgradeKind::refused:
            return "refused";
        case UpgradeKind::meaning_changes:
            return "meaning-changes";
        case UpgradeKind::default_changes:
            return "default-changes";
        case UpgradeKind::appears:
            return "appears";
        case UpgradeKind::not_read:
            return "not-read";
    }
    return "";
}

std::vector<UpgradeFinding> upgrade_findings(const rules::RuleSet& rules,
                                             const rules::NameBook& names,
                                             const KernelVersion& from, const KernelVersion& to,
                                             std::span<const HostSetting> settings,
                                             std::span<const UnsetKey> unset) {
    UpgradeJudge judge(rules, names, from, to);
    for (const HostSetting* setting : by_place(settings))
        judge.judge(*setting);
    for (const UnsetKey* key :
         ordered_by(unset, [](const UnsetKey& one) { return std::tie(one.key, one.value); }))
        judge.judge(*key);
    return judge.take();
}

std::vector<UpgradeFinding> unread_findings(const rules::Release& release,
                                            std::span<const HostSetting> settings) {
    std::vector<UpgradeFinding> findings;
    if (release.sysctl_conf_at_boot) return findings;
    for (const HostSetting* setting : by_place(settings)) {
        if (setting->file != "/etc/sysctl.conf" && setting->file != "/etc/sysctl.d/99-sysctl.conf")
            continue;
        findings.push_back({setting->key, UpgradeKind::not_read, setting->file, setting->line,
                            setting->value, "not set",
                            release.name + " does not read /etc/sysctl.conf at boot.",
                            "Move the line into a file of its own, /etc/sysctl.d/NAME.conf."});
    }
    return findings;
}

}  // namespace tcptune::lint

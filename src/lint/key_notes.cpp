// SPDX-License-Identifier: Apache-2.0
// Keys that the target kernel does not have, or that do nothing there.
#include "lint/passes.hpp"

#include <tcptune/sysctl/value.hpp>

#include <algorithm>
#include <array>

#include <fmt/format.h>

namespace tcptune::lint {

namespace {

/// What a missing key costs, and with whom.
constexpr std::string_view missing_key =
    "systemd-sysctl says so and goes on; sysctl -p ends with status 1.";

/// Whether the value is what every kernel that had the key began with.
bool sets_old_default(const Setting& setting, const sysctl::Parameter& parameter) {
    const auto value = sysctl::parse_value(parameter.type, setting.value);
    return value && std::ranges::any_of(parameter.defaults, [&](const sysctl::Default& entry) {
               return entry.value == value;
           });
}

std::string with_stop(std::string text) {
    if (!text.empty() && text.back() != '.') text += '.';
    return text;
}

void note_removed_rule_key(const Document& document, const Setting& setting,
                           const rules::Rule& rule, Findings& findings) {
    const auto told = std::ranges::find_if(
        rule.recommendations, [](const rules::Recommendation& entry) { return entry.unset; });
    const bool harmless = sets_old_default(setting, rule.parameter);
    std::string text = fmt::format("{} {}", with_stop(rule.parameter.summary), missing_key);
    if (harmless)
        text = fmt::format(
            "The line asks for what every kernel does that had the key, and sets "
            "nothing: {}",
            missing_key);
    else if (told != rule.recommendations.end())
        text = told->text;
    add_note(document, setting,
             {.category = Category::removed_key,
              .severity = harmless ? Severity::info : Severity::error,
              .rule_id = rule.key() + "/removed",
              .title = fmt::format("{} does not exist since Linux {}", rule.key(),
                                   rule.parameter.kernels.until->to_string()),
              .explanation = text,
              .mend = "Delete the line.",
              .fix = take_out()},
             findings);
}

void note_gone(const Document& document, const Setting& setting, const rules::GoneKey& gone,
               Findings& findings) {
    add_note(document, setting,
             {.category = gone.no_effect ? Category::no_effect : Category::removed_key,
              .severity = gone.harmless || setting.dash ? Severity::info : Severity::warning,
              .rule_id = gone.no_effect ? "lint/no-effect" : "lint/removed-key",
              .title = fmt::format("{} {} since Linux {}", setting.key,
                                   gone.no_effect ? "has no effect" : "does not exist",
                                   gone.since.to_string()),
              .explanation = gone.text,
              .mend = gone.mend,
              .fix = take_out()},
             findings);
}

void note_not_yet(const Document& document, const Setting& setting, const rules::Rule& rule,
                  const KernelVersion& kernel, Findings& findings) {
    add_note(document, setting,
             {.category = Category::unknown_key,
              .severity = setting.dash ? Severity::info : Severity::warning,
              .rule_id = "lint/not-yet",
              .title = fmt::format("{} exists since Linux {}, and the target is {}", setting.key,
                                   rule.parameter.kernels.since->to_string(), kernel.to_string()),
              .explanation = fmt::format("The line sets nothing on that kernel. {}", missing_key),
              .mend = fmt::format("Delete the line, or write \"-{} = {}\": a missing key is then "
                                  "no error to systemd-sysctl.",
                                  setting.key, shown(setting.value))},
             findings);
}

void note_unknown(const Document& document, const Setting& setting, const KeyFacts& facts,
                  const rules::NameBook& names, Findings& findings) {
    const TextLine& line = document.lines[setting.line];
    if (facts.near) {
        Fix fix;
        if (setting.fixable)
            fix = replace_part(line, document.forms[setting.line].name, *facts.near);
        add_note(document, setting,
                 {.category = Category::unknown_key,
                  .severity = Severity::error,
                  .rule_id = "lint/unknown-key",
                  .title = fmt::format("No Linux kernel has {}", shown(setting.key)),
                  .explanation = fmt::format("Did you mean {}? The line sets nothing: {}",
                                             *facts.near, missing_key),
                  .mend = fmt::format("Write {}, if that is meant.", *facts.near),
                  .fix = std::move(fix)},
                 findings);
        return;
    }
    const bool complete = names.complete(setting.key);
    const bool warn = complete && !setting.dash;
    add_note(document, setting,
             {.category = Category::unknown_key,
              .severity = warn ? Severity::warning : Severity::info,
              .rule_id = "lint/unknown-key",
              .title = complete ? fmt::format("No Linux kernel has {}", shown(setting.key))
                                : fmt::format("{} is not known here", shown(setting.key)),
              .explanation =
                  complete ? fmt::format("No release of Linux had it; a patched kernel may. "
                                         "Elsewhere the line sets nothing: {}",
                                         missing_key)
                           : "A module, a patched kernel or an interface of that name may have it. "
                             "It was not judged.",
              .mend = "Check the name, or delete the line."},
             findings);
}

void note_foreign(const Document& document, const Setting& setting, std::string_view system,
                  Findings& findings) {
    add_note(document, setting,
             {.category = Category::not_linux,
              .severity = Severity::warning,
              .rule_id = "lint/foreign-key",
              .title = fmt::format("{} is a key of {}, not of Linux", shown(setting.key), system),
              .explanation = fmt::format("The line sets nothing: {}", missing_key),
              .mend = "Delete the line.",
              .fix = take_out()},
             findings);
}

/// "net.ipv4.conf.eth0.100.rp_filter": an interface whose name has a dot.
std::string with_dotted_interface(std::string_view key) {
    constexpr std::array<std::string_view, 4> directories{"net.ipv4.conf.", "net.ipv6.conf.",
                                                          "net.ipv4.neigh.", "net.ipv6.neigh."};
    for (const std::string_view directory : directories) {
        if (!key.starts_with(directory)) continue;
        const std::size_t last = key.rfind('.');
        const std::size_t inside = key.find('.', directory.size());
        if (inside == last || inside == std::string_view::npos) return {};
        std::string joined(key);
        for (std::size_t at = inside; at < last; ++at)
            if (joined[at] == '.') joined[at] = '/';
        return joined;
    }
    return {};
}

bool note_dotted_interface(const Document& document, const Setting& setting,
                           const Knowledge& knowledge, Findings& findings) {
    const std::string joined = with_dotted_interface(setting.key);
    if (joined.empty() || !knowledge.knows(joined)) return false;
    const std::string path = slashed(joined);
    Fix fix;
    if (setting.fixable)
        fix = replace_part(document.lines[setting.line], document.forms[setting.line].name, path);
    add_note(
        document, setting,
        {.category = Category::syntax,
         .severity = Severity::error,
         .rule_id = "lint/dot-in-interface",
         .title = "The interface's name has a dot",
         .explanation = "systemd-sysctl and sysctl -p take the dot as a separator: no such key "
                        "exists, and the line sets nothing. busybox alone finds the interface.",
         .mend = fmt::format("Write {}.", shown(path)),
         .fix = std::move(fix)},
        findings);
    return true;
}

/// The line's name was found fault with already.
bool has_wrong_name(const Document& document, const Setting& setting, const Knowledge& knowledge) {
    if (document.shell.contains(setting.line)) return false;
    const std::string_view name = document.forms[setting.line].name;
    const bool odd = std::ranges::any_of(name, [](char c) {
        return static_cast<unsigned char>(c) >= 0x80 || c == '"' || c == '\'' || c == ' ' ||
               c == '\t';
    });
    if (odd) return !knowledge.knows(setting.key);
    if (name.starts_with("/proc/sys/") || name.starts_with("proc/sys/") || name.starts_with('-') ||
        name.ends_with(':'))
        return true;
    const bool mixed =
        name.find('/') != std::string_view::npos && name.find('.') != std::string_view::npos;
    std::string dots(name);
    std::ranges::replace(dots, '/', '.');
    if (mixed && knowledge.knows(dots)) return true;
    std::string lower(name);
    std::ranges::transform(lower, lower.begin(), [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    });
    return lower != name && knowledge.knows(dotted(lower));
}

}  // namespace

void note_keys(const Document& document, Knowledge& knowledge, Findings& findings) {
    const Standard& standard = knowledge.standard();
    for (const Setting& setting : document.settings) {
        if (is_pattern(setting.key)) continue;
        const KeyFacts& facts = knowledge.about(setting.key);
        if (facts.state == KeyState::usable || has_wrong_name(document, setting, knowledge))
            continue;
        // An exclusion of what is not there excludes nothing and harms nobody.
        if (setting.exclusion) continue;
        if (facts.state == KeyState::foreign) {
            note_foreign(document, setting, standard.names.foreign(setting.key), findings);
        } else if (facts.state == KeyState::unknown) {
            if (!note_dotted_interface(document, setting, knowledge, findings))
                note_unknown(document, setting, facts, standard.names, findings);
        } else if (setting.branch != 0 && facts.state != KeyState::no_effect) {
            // Inside a block of a template, which may ask for the kernel.
            continue;
        } else if (facts.state == KeyState::not_yet) {
            note_not_yet(document, setting, *facts.rule, standard.kernel, findings);
        } else if (facts.gone) {
            note_gone(document, setting, *facts.gone, findings);
        } else if (facts.rule) {
            note_removed_rule_key(document, setting, *facts.rule, findings);
        }
    }
}

}  // namespace tcptune::lint

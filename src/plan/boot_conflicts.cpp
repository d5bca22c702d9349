// SPDX-License-Identifier: Apache-2.0
#include "plan/boot_override.hpp"
#include "plan/sections.hpp"

#include <tcptune/base/text.hpp>
#include <tcptune/plan/boot_conflicts.hpp>

#include <algorithm>
#include <string_view>
#include <utility>

namespace tcptune::plan {

namespace {

constexpr std::string_view main_file = "/etc/sysctl.conf";

using facts::ConfiguredValue;

/// The lines about a key that are read after the drop-in, in the order of reading.
std::vector<const ConfiguredValue*> later_lines(const facts::FactSet& now, std::string_view key,
                                                BootLoader loader) {
    std::vector<const ConfiguredValue*> lines;
    const ConfiguredValue* decides = nullptr;
    for (const ConfiguredValue& line : now.configured) {
        if (line.key != key) continue;
        // Facts hold this path only where no link makes it one of the sysctl.d files.
        const bool is_main = line.file == main_file;
        const bool later =
            is_main ? loader == BootLoader::procps : base_name(line.file) > base_name(drop_in_path);
        if (!later) continue;
        lines.push_back(&line);
        if (line.winner) decides = &line;
    }
    // A line by name keeps a later glob away; what /etc/sysctl.conf says comes after them all.
    const bool main_is_last = !lines.empty() && lines.back()->file == main_file;
    if (decides && !main_is_last) {
        std::erase(lines, decides);
        lines.push_back(decides);
    }
    return lines;
}

BootConflict conflict_of(const ConfiguredValue& line) {
    const std::string value = fold_spaces(line.value);
    return {{line.key, line.file, value, fate_text(BootFate::wins), line.line},
            "delete line " + std::to_string(line.line) + " of " + line.file + ", which sets " +
                line.key + " = " + value};
}

void look_at(const std::string& key, const sysctl::Value& value, sysctl::ValueType type,
             const facts::FactSet& now, BootLoader loader, BootOutlook& outlook) {
    const auto lines = later_lines(now, key, loader);
    const auto agrees = [&](const ConfiguredValue* line) {
        return sysctl::parse_value(type, line->value) == value;
    };
    if (lines.empty() || agrees(lines.back())) return;
    // The one that decides first; with it gone the next would, so all of them are named.
    for (auto line = lines.rbegin(); line != lines.rend(); ++line)
        if (!agrees(*line)) outlook.conflicts.push_back(conflict_of(**line));
}

}  // namespace

BootOutlook boot_outlook(const Planned& wanted, const facts::FactSet& now,
                         const sysctl::ParameterCatalog& catalog, BootLoader loader) {
    BootOutlook outlook;
    for (const auto& [key, value] : wanted)
        if (const sysctl::Parameter* parameter = catalog.find(key))
            look_at(key, value, parameter->type, now, loader, outlook);
    for (const facts::Source* source : unread_configuration(now)) {
        // A file that is read before the drop-in cannot win over it, whatever it says.
        const bool is_file = source->name.ends_with(".conf");
        if (is_file && source->name != main_file &&
            base_name(source->name) <= base_name(drop_in_path))
            continue;
        outlook.unknown.push_back(source->name + " cannot be read (" + source->detail +
                                  "): whether a line there wins at the next boot is not known");
    }
    return outlook;
}

BootOutlook boot_outlook(const SavedPlan& plan, const facts::FactSet& now,
                         const sysctl::ParameterCatalog& catalog, BootLoader loader) {
    Planned wanted;
    for (const SavedChange& change : plan.changes) {
        const sysctl::Parameter* parameter = catalog.find(change.key);
        if (!parameter) continue;
        if (auto value = sysctl::parse_value(parameter->type, change.after_runtime))
            wanted.emplace(change.key, std::move(*value));
    }
    return boot_outlook(wanted, now, catalog, loader);
}

void add_conflicts(const Ground& ground, const Draft& draft, Plan& plan) {
    for (const auto& [key, rule] : ground.rules.all()) {
        const ConfiguredValue* winner = ground.facts.boot_winner(key);
        if (!winner) continue;
        const sysctl::ValueType type = rule.parameter.type;
        const auto configured = sysctl::parse_value(type, winner->value);
        const auto running = to_sysctl_value(type, ground.facts.get("sysctl." + key));
        const auto conflict = [&](std::string text) {
            plan.conflicts.push_back(
                {key, winner->file, winner->value, std::move(text), winner->line});
        };
        if (const auto step = draft.find(key); step != draft.end()) {
            const BootFate fate = fate_of(*winner, type, step->second.value);
            if (fate == BootFate::wins || fate == BootFate::loses) conflict(fate_text(fate));
        } else if (!configured) {
            conflict("is not written plainly; what the kernel makes of it is not judged here");
        } else if (running && *running != *configured) {
            conflict("the running value is " + sysctl::display_text(type, *running) +
                     ", the next boot sets " + sysctl::display_text(type, *configured));
        }
    }
}

}  // namespace tcptune::plan

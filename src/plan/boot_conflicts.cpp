// SPDX-License-Identifier: Apache-2.0
#include "plan/boot_override.hpp"
#include "plan/sections.hpp"

#include <tcptune/base/text.hpp>
#include <tcptune/conf/boot_oracle.hpp>
#include <tcptune/plan/boot_conflicts.hpp>

#include <algorithm>
#include <iterator>
#include <string_view>
#include <utility>

namespace tcptune::plan {

namespace {

constexpr std::string_view main_file = "/etc/sysctl.conf";

using facts::ConfiguredValue;

/// One line about a key in the order of reading; the drop-in's own has no origin.
struct Line {
    conf::Statement statement;
    const ConfiguredValue* origin = nullptr;
};

/// What is about `key` on a host whose drop-in sets it to `text`.
std::vector<Line> lines_about(const std::string& key, const std::string& text,
                              const facts::FactSet& now, conf::Loader loader) {
    std::vector<Line> lines;
    for (const ConfiguredValue& line : now.configured) {
        if (line.key != key || !line.late.empty()) continue;
        // By its own name only procps reads that file.
        const bool procps_only = line.procps_only || line.file == main_file;
        if (procps_only && loader == conf::Loader::systemd) continue;
        // The drop-in replaces the file of its name, wherever that lies.
        if (base_name(line.file) == base_name(drop_in_path)) continue;
        conf::Statement statement{.name = line.name.empty() ? line.key : line.name,
                                  .value = line.value,
                                  .file = line.file,
                                  .line = line.line,
                                  .exclusion = line.exclusion,
                                  .glob = !line.name.empty()};
        lines.push_back({std::move(statement), &line});
    }
    // The kernel's command line comes first; procps reads /etc/sysctl.conf last, whatever the
    // names of the others.
    const auto place = [](const Line& line) {
        const std::string& file = line.statement.file;
        const int turn = file.starts_with("/proc/") ? 0 : file == main_file ? 2 : 1;
        return std::pair(turn, base_name(file));
    };
    std::ranges::stable_sort(lines, {}, place);
    const auto at = std::ranges::find_if(lines, [&](const Line& line) {
        return place(line) > std::pair(1, base_name(drop_in_path));
    });
    lines.insert(at, {{.name = key, .value = text, .file = std::string(drop_in_path)}, nullptr});
    return lines;
}

/// The line that decides; where an exclusion leaves none, that exclusion.
std::vector<Line>::iterator deciding_line(std::vector<Line>& lines, conf::Loader loader) {
    std::vector<conf::Statement> statements;
    for (const Line& line : lines)
        statements.push_back(line.statement);
    if (const auto at = conf::deciding(statements, loader))
        return lines.begin() + static_cast<std::ptrdiff_t>(*at);
    const auto last = std::ranges::find_if(lines.rbegin(), lines.rend(), [](const Line& line) {
        return line.statement.exclusion && line.origin;
    });
    return last == lines.rend() ? lines.end() : std::prev(last.base());
}

BootConflict conflict_of(const ConfiguredValue& line) {
    const std::string value = line.exclusion ? "nothing" : fold_spaces(line.value);
    const std::string says = line.exclusion ? ", which keeps " + line.key + " from being set"
                                            : ", which sets " + line.key + " = " + value;
    return {{line.key, line.file, value, fate_text(BootFate::wins), line.line},
            "line " + std::to_string(line.line) + " of " + line.file + says + ", has to go"};
}

/// What another program sets once the loaders are done: its last line stands.
void look_after(const std::string& key, const sysctl::Value& value, sysctl::ValueType type,
                const facts::FactSet& now, std::vector<BootConflict>& found) {
    const auto last = std::ranges::find_if(
        now.configured.rbegin(), now.configured.rend(), [&](const ConfiguredValue& line) {
            return line.key == key && !line.late.empty() && !line.exclusion;
        });
    if (last == now.configured.rend() || sysctl::parse_value(type, last->value) == value) return;
    BootConflict conflict = conflict_of(*last);
    conflict.conflict.text = last->late + " sets it after " + std::string(base_name(drop_in_path)) +
                             " was read at the next boot";
    conflict.late = true;
    found.push_back(std::move(conflict));
}

/// Line after line that would decide instead of the drop-in, until nothing is in its way.
void look_at(const std::string& key, const sysctl::Value& value, sysctl::ValueType type,
             const facts::FactSet& now, conf::Loader loader, std::vector<BootConflict>& found) {
    look_after(key, value, type, now, found);
    std::vector<Line> lines = lines_about(key, sysctl::display_text(type, value), now, loader);
    for (auto line = deciding_line(lines, loader); line != lines.end() && line->origin;
         line = deciding_line(lines, loader)) {
        const bool agrees =
            !line->statement.exclusion && sysctl::parse_value(type, line->statement.value) == value;
        if (agrees) return;
        found.push_back(conflict_of(*line->origin));
        lines.erase(line);
    }
}

}  // namespace

bool lint_can_clear(std::string_view file, bool late) {
    return late ? file.ends_with("/sysctl.conf") : file.ends_with(".conf");
}

BootOutlook boot_outlook(const Planned& wanted, const facts::FactSet& now,
                         const sysctl::ParameterCatalog& catalog, conf::Loader loader) {
    BootOutlook outlook;
    for (const auto& [key, value] : wanted)
        if (const sysctl::Parameter* parameter = catalog.find(key))
            look_at(key, value, parameter->type, now, loader, outlook.conflicts);
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
                         const sysctl::ParameterCatalog& catalog, conf::Loader loader) {
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
    for (const auto& [key, step] : draft) {
        std::vector<BootConflict> found;
        look_at(key, step.value, step.rule->parameter.type, ground.facts, conf::Loader::systemd,
                found);
        for (BootConflict& each : found) {
            each.conflict.clears = lint_can_clear(each.conflict.file, each.late);
            plan.conflicts.push_back(each.conflict);
        }
        std::vector<BootConflict> by_hand;
        look_at(key, step.value, step.rule->parameter.type, ground.facts, conf::Loader::procps,
                by_hand);
        for (BootConflict& each : by_hand) {
            // Also where a link makes one file two.
            const auto same = [&](const BootConflict& other) {
                return other.conflict.line == each.conflict.line &&
                       other.conflict.value == each.conflict.value;
            };
            if (std::ranges::any_of(found, same)) continue;
            each.conflict.text =
                "does not count at boot, but \"sysctl --system\" reads it last and would set it";
            plan.conflicts.push_back(std::move(each.conflict));
        }
    }
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
            if (fate_of(*winner, type, step->second.value) == BootFate::loses)
                conflict(fate_text(BootFate::loses));
        } else if (!configured) {
            conflict("is not written plainly; what the kernel makes of it is not judged here");
        } else if (running && *running != *configured) {
            conflict("the running value is " + sysctl::display_text(type, *running) +
                     ", the next boot sets " + sysctl::display_text(type, *configured));
        }
    }
    std::ranges::stable_sort(plan.conflicts, {}, &Conflict::key);
}

}  // namespace tcptune::plan

// SPDX-License-Identifier: Apache-2.0
#include "cli/boot_inputs.hpp"
#include "cli/commands.hpp"
#include "cli/context.hpp"
#include "cli/files.hpp"
#include "cli/knowledge.hpp"
#include "cli/name_files.hpp"

#include <tcptune/base/error.hpp>
#include <tcptune/base/text.hpp>
#include <tcptune/report/boot_report.hpp>

#include <algorithm>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace tcptune::cli {
namespace {

rules::Release release_named(const std::string& id, const std::vector<std::string>& rules) {
    std::vector<std::string> ids;
    for (rules::Release& release : load_releases(rules)) {
        if (release.id == id) return std::move(release);
        ids.push_back(release.id);
    }
    std::string reason = "no such release is known";
    if (const auto near = nearest(id, ids)) reason += " (did you mean " + *near + "?)";
    throw Error(ErrorCode::usage, id, reason + "; there are: " + join(ids, ", "));
}

/// Every line that sets one key by its name, of the files that this boot reads, and of
/// /etc/sysctl.conf.
std::vector<lint::HostSetting> settings_of(const conf::BootTree& tree) {
    const conf::Loader loader = tree.has_systemd ? conf::Loader::systemd : conf::Loader::procps;
    std::vector<const conf::TreeEntry*> files = conf::files_of(tree, loader);
    // Through a link it is read already; what it says is told once, by the link's name.
    if (tree.main) {
        std::erase(files, &*tree.main);
        const bool linked = std::ranges::any_of(files, [&](const conf::TreeEntry* file) {
            return file->real_path == tree.main->path();
        });
        if (!linked) files.push_back(&*tree.main);
    }
    std::vector<lint::HostSetting> settings;
    for (const conf::TreeEntry* file : files) {
        for (conf::Statement& line : conf::parse(file->text, file->path(), loader)) {
            if (line.exclusion || line.glob || line.unusable) continue;
            settings.push_back({.key = std::move(line.name),
                                .value = std::move(line.value),
                                .file = std::move(line.file),
                                .line = line.line});
        }
    }
    return settings;
}

/// Lines that the target's boot does not read: what decides there then. Whatever else changes about
/// such a line no longer matters.
std::vector<lint::UpgradeFinding> unread_lines(const rules::Release& release,
                                               const std::vector<lint::HostSetting>& settings,
                                               const BootInputs& inputs,
                                               std::vector<lint::UpgradeFinding>& others) {
    conf::BootTree after = inputs.tree;
    std::erase_if(after.entries, [&](const conf::TreeEntry& entry) {
        return after.main && entry.real_path == after.main->path();
    });
    std::vector<lint::UpgradeFinding> unread = lint::unread_findings(release, settings);
    for (lint::UpgradeFinding& finding : unread) {
        std::erase_if(others, [&](const lint::UpgradeFinding& other) {
            return other.file == finding.file && other.line == finding.line;
        });
        const conf::Outcome outcome =
            conf::forecast_key(after, ground_of(inputs), finding.key).systemd;
        if (!outcome.value) {
            // A key that is not there is worth no file of its own.
            finding.mend = "Take the line out if nothing needs it.";
            continue;
        }
        finding.to = *outcome.value;
        const conf::Statement* winner = outcome.winner();
        finding.sentence +=
            winner ? " " + winner->file + ":" + std::to_string(winner->line) + " decides then."
                   : " The kernel's default stays then.";
    }
    return unread;
}

/// The keys of the rules that no line sets, with what they are now.
std::vector<lint::UnsetKey> unset_keys(const BootInputs& inputs,
                                       const std::vector<lint::HostSetting>& settings) {
    std::set<std::string> set;
    for (const lint::HostSetting& setting : settings)
        set.insert(setting.key);
    const sysctl::KernelState defaults = defaults_of(inputs);
    std::vector<lint::UnsetKey> unset;
    for (const auto& [key, parameter] : inputs.catalog.all()) {
        if (set.contains(key)) continue;
        if (inputs.scene.root.empty()) {
            const conf::Reading running = running_reading(key);
            if (running.status == conf::Reading::Status::value)
                unset.push_back({.key = key, .value = running.value});
        } else if (const std::optional<std::string> value = defaults(key)) {
            unset.push_back({.key = key, .value = *value});
        }
    }
    return unset;
}

}  // namespace

Exit run_upgrade(const UpgradeOptions& options, const report::TextStyle& style) {
    std::optional<rules::Release> release;
    if (!options.os.empty()) release = release_named(options.os, options.rules);
    std::optional<KernelVersion> target = KernelVersion::parse(options.target_kernel);
    if (!target && release) target = release->kernel;
    if (!target) throw Error(ErrorCode::usage, options.target_kernel, "is no kernel version");
    BootInputs inputs = read_boot_inputs(options.root, options.rules);
    const rules::RuleSet rules = load_rule_set(options.rules, rules::Parts::knowledge);
    const std::vector<lint::HostSetting> settings = settings_of(inputs.tree);
    report::UpgradeReport report;
    report.findings = lint::upgrade_findings(rules, load_name_book(options.rules), inputs.kernel,
                                             *target, settings, unset_keys(inputs, settings));
    if (release) {
        for (lint::UpgradeFinding& finding :
             unread_lines(*release, settings, inputs, report.findings))
            report.findings.push_back(std::move(finding));
        std::ranges::stable_partition(report.findings, [](const lint::UpgradeFinding& finding) {
            return !finding.file.empty();
        });
        report.release = release->id;
        report.release_name = release->name;
        report.release_text = release->text;
    }
    report.settings = settings.size();
    report.target = target->to_string();
    report.scene = std::move(inputs.scene);
    const bool changes = !report.findings.empty() || !report.scene.unreadable.empty();
    const Exit exit = changes ? Exit::difference : Exit::done;
    report.ending = {number(exit), std::string(status_word(exit)),
                     !report.findings.empty() ? "the upgrade changes what these settings do"
                     : changes                ? "not every file can be read"
                                              : "nothing of these settings changes"};
    write_stdout(options.format == Format::json ? report::upgrade_json(report)
                                                : report::text_upgrade(report, style));
    return exit;
}

}  // namespace tcptune::cli

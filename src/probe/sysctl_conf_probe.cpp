// SPDX-License-Identifier: Apache-2.0
#include "probe/source_log.hpp"
#include "probe/sysctl_value.hpp"

#include <tcptune/conf/boot_oracle.hpp>
#include <tcptune/probe/boot_probe.hpp>
#include <tcptune/probe/sysctl_probe.hpp>

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

namespace tcptune::probe {
namespace {

/// Notes the directories and what in them could not be read; gives the names of the latter.
std::vector<std::string> log_tree(const conf::BootTree& boot, facts::FactSet& facts) {
    std::vector<std::string> unread;
    std::string directory;
    for (const conf::TreeEntry& entry : boot.entries) {
        if (entry.directory != directory) {
            directory = entry.directory;
            log_source(facts, directory, facts::SourceStatus::ok);
        }
    }
    for (const conf::UnreadableDirectory& closed : boot.unreadable) {
        log_source(facts, closed.directory,
                   closed.denied ? facts::SourceStatus::denied : facts::SourceStatus::malformed,
                   closed.reason);
        unread.push_back(closed.directory);
    }
    const auto look = [&](const conf::TreeEntry& entry) {
        // A link to nothing and a directory say nothing to the loaders either.
        const bool denied = entry.status == conf::EntryStatus::unreadable;
        if (!denied && entry.status != conf::EntryStatus::other) return;
        log_source(facts, entry.path(),
                   denied ? facts::SourceStatus::denied : facts::SourceStatus::malformed,
                   entry.reason);
        unread.push_back(entry.path());
    };
    std::ranges::for_each(boot.entries, look);
    if (boot.main) look(*boot.main);
    return unread;
}

facts::ConfiguredValue configured_line(const std::string& key, const conf::Claim& claim) {
    const conf::Statement& statement = claim.statement;
    facts::ConfiguredValue line{key, statement.value, statement.file, statement.line, false};
    if (statement.name != key) line.name = statement.name;
    line.exclusion = statement.exclusion;
    return line;
}

bool is_read(const conf::Claim& claim) {
    return claim.fate != conf::Fate::masked && claim.fate != conf::Fate::not_read &&
           !claim.statement.unusable;
}

/// The line that would decide; also one that the kernel would refuse, or of a key that it lacks:
/// the file says it all the same.
const conf::Claim* deciding_claim(const conf::Outcome& outcome) {
    const conf::Claim* last = nullptr;
    for (const conf::Claim& claim : outcome.claims) {
        if (claim.fate == conf::Fate::wins) return &claim;
        if (claim.fate == conf::Fate::refused || claim.fate == conf::Fate::absent) last = &claim;
    }
    return last;
}

/// What systemd-sysctl reads, then what only procps does, then who comes after both.
void add_lines(const std::string& key, const conf::KeyForecast& forecast, bool blind,
               facts::FactSet& facts) {
    const auto same_line = [](const conf::Claim& left, const conf::Claim& right) {
        return left.statement.line == right.statement.line &&
               left.statement.file == right.statement.file;
    };
    const std::vector<conf::Claim>& systemd = forecast.systemd.claims;
    const conf::Claim* decides = deciding_claim(forecast.systemd);
    for (const conf::Claim& claim : systemd) {
        if (!is_read(claim)) continue;
        facts::ConfiguredValue line = configured_line(key, claim);
        // What cannot be read may set the key later: the line is there, who wins is not known.
        line.winner = &claim == decides && (forecast.systemd.value || !blind);
        facts.configured.push_back(std::move(line));
    }
    for (const conf::Claim& claim : forecast.procps.claims) {
        const bool known = std::ranges::any_of(systemd, [&](const conf::Claim& other) {
            return is_read(other) && same_line(claim, other);
        });
        if (known || !is_read(claim)) continue;
        facts::ConfiguredValue line = configured_line(key, claim);
        line.procps_only = true;
        facts.configured.push_back(std::move(line));
    }
}

}  // namespace

void probe_sysctl_configuration(const host::FileTree& tree, const sysctl::ParameterCatalog& catalog,
                                facts::FactSet& facts) {
    const conf::BootTree boot = read_boot_tree(tree);
    const std::vector<std::string> unread = log_tree(boot, facts);
    const KernelVersion kernel = facts.kernel().value_or(KernelVersion{});
    const conf::Ground ground{.catalog = catalog,
                              .kernel = kernel,
                              .initial = [&](std::string_view key) -> std::optional<std::string> {
                                  const sysctl::Parameter* parameter = catalog.find(key);
                                  const auto value =
                                      parameter ? parameter->default_on(kernel) : std::nullopt;
                                  if (!value) return std::nullopt;
                                  return sysctl::display_text(parameter->type, *value);
                              }};
    const auto forecasts = conf::forecast(boot, ground);
    const facts::FactValue unset =
        facts::Unknown{unread.empty() ? "no configuration file sets it"
                                      : "a configuration file cannot be read: " + unread.front()};
    for (const auto& [key, parameter] : catalog.all()) {
        facts::FactValue& fact = facts.values["config." + key] = unset;
        const auto found = forecasts.find(key);
        if (found == forecasts.end()) continue;
        add_lines(key, found->second, !unread.empty(), facts);
        if (const conf::Claim* decides = deciding_claim(found->second.systemd))
            fact = to_fact(parameter.type, decides->statement.value);
    }
    for (const conf::LateWriter& writer : boot.late) {
        for (const conf::Statement& line : conf::late_statements(writer)) {
            if (line.glob || line.unusable || !catalog.find(line.name)) continue;
            facts::ConfiguredValue late{line.name, line.value, line.file, line.line, false};
            late.exclusion = line.exclusion;
            late.late = writer.who;
            // tuned with reapply_sysctl loads the files again: they win over its own values.
            if (!writer.reapplies_files) facts.configured.push_back(std::move(late));
        }
    }
}

}  // namespace tcptune::probe

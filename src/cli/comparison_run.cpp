// SPDX-License-Identifier: Apache-2.0
#include "cli/comparison_run.hpp"

#include <tcptune/plan/boot_conflicts.hpp>
#include <tcptune/report/next_command.hpp>

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <utility>

#include <fmt/format.h>

namespace tcptune::cli {
namespace {

/// Below another root a link is followed there: the command must not reach a file of this host.
std::string file_below(const std::string& root, const std::string& file,
                       const conf::BootTree& tree) {
    if (root.empty()) return file;
    for (const conf::TreeEntry& entry : tree.entries)
        if (entry.path() == file && !entry.real_path.empty()) return root + entry.real_path;
    if (tree.main && tree.main->path() == file && !tree.main->real_path.empty())
        return root + tree.main->real_path;
    return root + file;
}

/// "-key" without a value: nothing is set then, so that no line decides.
const conf::Statement* last_exclusion(const conf::Outcome& outcome) {
    const auto last = std::ranges::find_if(
        outcome.claims.rbegin(), outcome.claims.rend(), [](const conf::Claim& claim) {
            return claim.statement.exclusion && claim.fate != conf::Fate::masked &&
                   claim.fate != conf::Fate::not_read;
        });
    return last == outcome.claims.rend() ? nullptr : &last->statement;
}

/// One command for each file that holds a winner; it stands at the last key that it clears.
std::map<std::string, std::string> mends_of(
    const std::vector<conf::Row>& rows, const std::string& root, const conf::BootTree& tree,
    const std::map<std::string, conf::KeyForecast>& forecasts) {
    std::map<std::string, std::set<std::string>> keys_of_file;
    for (const conf::Row& row : rows) {
        if (!row.overruled()) continue;
        const conf::Statement* in_the_way = row.decides ? &row.decides->statement : nullptr;
        if (const auto found = forecasts.find(row.key); !in_the_way && found != forecasts.end())
            in_the_way = last_exclusion(conf::at_boot(found->second, tree.has_systemd));
        if (!in_the_way) continue;
        const conf::Statement& winner = *in_the_way;
        const bool late =
            std::ranges::find(tree.late, winner.file, &conf::LateWriter::path) != tree.late.end();
        // A pattern sets other keys too.
        if (plan::lint_can_clear(winner.file, late) && winner.line > 0 && !winner.glob)
            keys_of_file[winner.file].insert(row.key);
    }
    std::map<std::string, std::string> mends;
    for (const auto& [file, keys] : keys_of_file)
        mends[*keys.rbegin()] = report::drop_lines_command(keys, file_below(root, file, tree));
    return mends;
}

std::string keys_words(std::size_t count, const char* one, const char* many) {
    return count == 1 ? fmt::format("1 key {}", one) : fmt::format("{} keys {}", count, many);
}

std::pair<Exit, std::string> judged_rows(const report::VerifyReport& report, bool readable) {
    const conf::Tally tally = conf::tally(report.rows);
    if (report.boot_only && tally.overruled > 0)
        return {Exit::boot_conflict,
                fmt::format("another line wins over tcptune's file at the next boot for {} key{}",
                            tally.overruled, tally.overruled == 1 ? "" : "s")};
    if (tally.differing > 0)
        return {Exit::difference, keys_words(tally.differing, "differs", "differ")};
    if (!readable)
        return {Exit::difference, "tcptune's own file cannot be read: what it sets is not known"};
    if (!report.scene.unreadable.empty())
        return {Exit::difference, "not everything can be read that sets values at boot"};
    if (tally.unknown > 0)
        return {Exit::difference,
                keys_words(tally.unknown, "could not be compared", "could not be compared")};
    if (tally.keys == 0)
        return {Exit::done, report.boot_only ? "nothing is expected of the next boot: tcptune has "
                                               "written no file for it"
                                             : "no file sets a key"};
    return {Exit::done, "no difference"};
}

}  // namespace

report::VerifyReport compared(BootInputs& inputs, ExpectedValues expected, bool boot_only) {
    expected.expectation.at_boot = expected.expectation.at_boot || boot_only;
    expected.expectation.nothing_else = expected.expectation.nothing_else || boot_only;
    const conf::Ground ground = ground_of(inputs);
    const std::map<std::string, conf::KeyForecast> forecasts = conf::forecast(inputs.tree, ground);
    const conf::Sides sides{
        .forecasts = forecasts,
        .catalog = inputs.catalog,
        .initial = defaults_of(inputs),
        .has_systemd = inputs.tree.has_systemd,
        .running = boot_only ? std::function<conf::Reading(std::string_view)>() : running_reading,
        .own_file = std::string(plan::drop_in_path)};
    report::VerifyReport report;
    report.rows = conf::compare(sides, expected.expectation);
    report.boot_only = boot_only;
    report.against =
        boot_only && expected.against == "files" ? "drop-in" : std::move(expected.against);
    report.name = std::move(expected.name);
    report.notes = std::move(expected.notes);
    report.scene = std::move(inputs.scene);
    report.mends = mends_of(report.rows, report.scene.root, inputs.tree, forecasts);
    auto [exit, summary] = judged_rows(report, expected.readable);
    report.ending = {number(exit), std::string(status_word(exit)), std::move(summary)};
    return report;
}

Exit exit_of(const report::VerifyReport& report) {
    return static_cast<Exit>(report.ending.exit_code);
}

}  // namespace tcptune::cli

// SPDX-License-Identifier: Apache-2.0
#include "cli/expected_values.hpp"

#include "cli/helper_client.hpp"
#include "cli/saved_plan_input.hpp"
#include "cli/transaction_ids.hpp"

#include <tcptune/base/error.hpp>
#include <tcptune/plan/boot_conflicts.hpp>
#include <tcptune/report/transaction_report.hpp>

#include <algorithm>
#include <optional>
#include <string_view>

namespace tcptune::cli {
namespace {

bool names_a_file(const std::string& word) {
    return word == "-" || word.find('/') != std::string::npos || word.ends_with(".json");
}

/// In lower case; "" for what cannot be the beginning of an id.
std::string id_digits(std::string_view word) {
    if (word.starts_with('@')) word.remove_prefix(1);
    std::string digits(word);
    std::ranges::transform(digits, digits.begin(), [](char c) {
        return c >= 'A' && c <= 'F' ? static_cast<char>(c - 'A' + 'a') : c;
    });
    const bool fits = digits.size() >= 4 && digits.size() <= 32 &&
                      digits.find_first_not_of("0123456789abcdef") == std::string::npos;
    return fits ? digits : std::string();
}

ExpectedValues expected_of_plan(const std::string& file) {
    const plan::SavedPlan plan = load_plan(file);
    ExpectedValues expected;
    expected.against = "plan";
    expected.name = file;
    expected.expectation.at_boot = plan.persist;
    for (const plan::SavedChange& change : plan.changes)
        expected.expectation.values[change.key] = change.after_runtime;
    if (!plan.persist) expected.notes.emplace_back("The plan is for what runs, not for the boot");
    return expected;
}

/// Whether the item has the value that was wanted.
bool was_reached(const txn::Outcome& outcome) {
    using enum txn::OutcomeStatus;
    return !outcome.key.starts_with('/') &&
           (outcome.status == applied || outcome.status == unchanged || outcome.status == kept);
}

ExpectedValues expected_of_transaction(const std::string& digits, const ReachOptions& reach) {
    const std::unique_ptr<HelperClient> client =
        connect_helper(reach.direct ? Route::direct : Route::automatic, false);
    const txn::TransactionInfo info = client->get(find_transaction(client->list(), digits).id);
    const std::string id = report::short_id(info.id);
    const bool armed = info.state == txn::State::applied;
    if (!armed && !is_committed(info)) {
        throw Error(ErrorCode::no_input, id,
                    "nothing is expected of it: " + report::state_words(info.state, info.reason));
    }
    ExpectedValues expected;
    expected.against = "transaction";
    expected.name = id;
    // The file for the boot is written when the transaction is confirmed.
    expected.expectation.at_boot = info.persist && !armed;
    if (armed)
        expected.notes.push_back("It is armed: undone unless confirmed (" +
                                 report::confirm_command(info.id) + ")");
    else if (!info.persist)
        expected.notes.emplace_back("The transaction was for what runs, not for the boot");
    for (const txn::Outcome& outcome : info.outcomes)
        if (was_reached(outcome)) expected.expectation.values[outcome.key] = outcome.after;
    return expected;
}

}  // namespace

ExpectedValues expected_of_drop_in(const conf::BootTree& tree) {
    ExpectedValues expected;
    expected.against = "files";
    expected.expectation.nothing_else = false;
    for (const conf::TreeEntry& entry : tree.entries) {
        const std::string path = entry.path();
        if (path != plan::drop_in_path) continue;
        expected.name = path;
        expected.readable = entry.status == conf::EntryStatus::text;
        for (const conf::Statement& line : conf::parse(entry.text, path, conf::Loader::systemd)) {
            if (!line.exclusion && !line.glob) expected.expectation.values[line.name] = line.value;
        }
    }
    return expected;
}

ExpectedValues expected_of(const std::string& plan_or_id, const ReachOptions& reach) {
    if (names_a_file(plan_or_id)) return expected_of_plan(plan_or_id);
    const std::string digits = id_digits(plan_or_id);
    if (digits.empty()) {
        throw Error(ErrorCode::usage, plan_or_id,
                    "is neither a saved plan (a path, or a name that ends in .json) nor the id of "
                    "a transaction, 4 to 32 hexadecimal digits");
    }
    return expected_of_transaction(digits, reach);
}

}  // namespace tcptune::cli

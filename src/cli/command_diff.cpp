// SPDX-License-Identifier: Apache-2.0
#include "cli/files.hpp"
#include "cli/transaction_commands.hpp"
#include "cli/transaction_ids.hpp"

#include <tcptune/base/error.hpp>
#include <tcptune/base/text.hpp>
#include <tcptune/report/difference_report.hpp>
#include <tcptune/sysctl/key.hpp>

#include <map>
#include <utility>

namespace tcptune::cli {
namespace {

/// The kernel gives a page at most, but for lists of ports.
constexpr std::size_t value_limit = std::size_t{64} << 10U;

/// The drop-in is an item too, but has no value.
bool is_key(const txn::Outcome& outcome) {
    return !outcome.key.starts_with('/');
}

/// Before and after one transaction.
report::Difference changed_by(const txn::TransactionInfo& info) {
    report::Difference difference;
    difference.left = "before";
    difference.right = "after";
    for (const txn::Outcome& outcome : info.outcomes) {
        if (!is_key(outcome)) continue;
        report::DifferenceRow row{outcome.key, outcome.before, outcome.after, outcome.detail};
        if (outcome.status == txn::OutcomeStatus::gone) row.right.reset();
        difference.rows.push_back(std::move(row));
    }
    return difference;
}

/// What a transaction left behind, and what runs now.
report::Difference since(const txn::TransactionInfo& info) {
    report::Difference difference;
    difference.left = "@" + report::short_id(info.id);
    difference.right = "@now";
    for (const txn::Outcome& outcome : info.outcomes) {
        if (!is_key(outcome)) continue;
        const std::optional<std::string> now = running_value(outcome.key);
        difference.rows.push_back({outcome.key, outcome.after, now, now ? "" : "cannot be read"});
    }
    return difference;
}

/// What two transactions left behind.
report::Difference between(const txn::TransactionInfo& left, const txn::TransactionInfo& right) {
    report::Difference difference;
    difference.left = "@" + report::short_id(left.id);
    difference.right = "@" + report::short_id(right.id);
    std::map<std::string, report::DifferenceRow> rows;
    for (const txn::Outcome& outcome : left.outcomes)
        if (is_key(outcome)) rows[outcome.key].left = outcome.after;
    for (const txn::Outcome& outcome : right.outcomes)
        if (is_key(outcome)) rows[outcome.key].right = outcome.after;
    for (auto& [key, row] : rows) {
        row.key = key;
        if (!row.left || !row.right) row.note = "only one of the two has it";
        difference.rows.push_back(std::move(row));
    }
    return difference;
}

}  // namespace

std::optional<std::string> running_value(const std::string& name) {
    const std::optional<sysctl::Key> key = sysctl::Key::parse(name);
    if (!key) return std::nullopt;
    try {
        return fold_spaces(read_regular_file("/proc/sys/" + key->path(), value_limit));
    } catch (const Error&) {
        return std::nullopt;
    }
}

Exit run_diff(const TransactionOptions& options, const report::TextStyle& style) {
    const std::unique_ptr<HelperClient> client =
        connect_helper(options.reach.direct ? Route::direct : Route::automatic, false);
    const std::vector<txn::TransactionInfo> all = client->list();
    const txn::TransactionInfo first = client->get(find_transaction(all, options.ids[0]).id);
    const std::string name = "Transaction " + report::short_id(first.id);
    report::Difference difference;
    if (options.ids.size() < 2) {
        difference = changed_by(first);
        difference.title = name + ", " + report::state_words(first.state, first.reason);
    } else if (options.ids[1] == "now") {
        difference = since(first);
        difference.title = name + " and what runs now";
    } else {
        const txn::TransactionInfo second = client->get(find_transaction(all, options.ids[1]).id);
        difference = between(first, second);
        difference.title = name + " and transaction " + report::short_id(second.id);
    }
    const Ending ending{Exit::done,
                        difference.differing() == 0 ? "no difference" : "values differ"};
    write_stdout(options.format == Format::json
                     ? report::difference_json("diff", difference, ending.in_words())
                     : report::text_difference(difference, style));
    return ending.exit;
}

}  // namespace tcptune::cli

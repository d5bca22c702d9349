// SPDX-License-Identifier: Apache-2.0
#include "cli/transaction_ids.hpp"

#include <tcptune/base/error.hpp>
#include <tcptune/base/text.hpp>
#include <tcptune/report/transaction_report.hpp>

#include <algorithm>
#include <vector>

namespace tcptune::cli {
namespace {

/// So many candidates help; more are a list for `tcptune history`.
constexpr std::size_t most_candidates = 5;

std::string candidates(std::span<const txn::TransactionInfo* const> transactions, bool whole) {
    std::vector<std::string> ids;
    for (const txn::TransactionInfo* info :
         transactions.first(std::min(transactions.size(), most_candidates)))
        ids.push_back(whole ? info->id : report::short_id(info->id));
    if (transactions.size() > most_candidates) ids.emplace_back("...");
    return join(ids, ", ");
}

}  // namespace

const txn::TransactionInfo& find_transaction(std::span<const txn::TransactionInfo> transactions,
                                             const std::string& prefix) {
    std::vector<const txn::TransactionInfo*> all, found;
    for (const txn::TransactionInfo& info : transactions) {
        all.push_back(&info);
        if (info.id.starts_with(prefix)) found.push_back(&info);
    }
    if (found.size() == 1) return *found.front();
    std::string reason;
    if (!found.empty()) {
        reason = "more than one transaction begins so: " + candidates(found, true);
    } else if (all.empty()) {
        reason = "there is no such transaction; none is known";
    } else {
        reason = "there is no such transaction; the newest are " + candidates(all, false);
    }
    throw Error(ErrorCode::no_input, prefix, reason);
}

const txn::TransactionInfo* armed_among(std::span<const txn::TransactionInfo> transactions) {
    const auto found =
        std::ranges::find(transactions, txn::State::applied, &txn::TransactionInfo::state);
    return found == transactions.end() ? nullptr : &*found;
}

bool is_committed(const txn::TransactionInfo& info) {
    return txn::is_committed(info.state);
}

}  // namespace tcptune::cli

// SPDX-License-Identifier: Apache-2.0
#include "helper/change_log.hpp"

#include "helper/log.hpp"

#include <exception>
#include <utility>

namespace tcptune::helper {
namespace {

Level level_of(txn::State state) {
    switch (state) {
        case txn::State::rollback_incomplete:
        case txn::State::committed_not_durable:
            return Level::error;
        case txn::State::rolled_back_with_conflicts:
            return Level::warning;
        default:
            return Level::notice;
    }
}

}  // namespace

void ChangeLog::write(const txn::TransactionService& transactions) {
    for (const Change& change : std::exchange(changes_, {})) {
        Fields fields{.message_id = transaction_changed_id,
                      .transaction = change.id,
                      .key = {},
                      .state = std::string(to_string(change.state)),
                      .uid = {}};
        std::vector<txn::Outcome> outcomes;
        try {
            txn::TransactionInfo info = transactions.get(change.id);
            fields.uid = info.uid;
            outcomes = std::move(info.outcomes);
        } catch (const std::exception&) {
            outcomes.clear();  // the history could not be written; its name still says something
        }
        log(level_of(change.state),
            change.id + ": " + fields.state + " (" + std::string(to_string(change.reason)) + ")",
            fields);
        fields.message_id = key_changed_id;
        for (const txn::Outcome& outcome : outcomes) {
            fields.key = outcome.key;
            std::string text = outcome.key + ": " + std::string(to_string(outcome.status));
            if (!outcome.before.empty() || !outcome.after.empty())
                text += ", " + outcome.before + " -> " + outcome.after;
            if (!outcome.detail.empty()) text += ": " + outcome.detail;
            log(Level::info, text, fields);
        }
    }
}

}  // namespace tcptune::helper

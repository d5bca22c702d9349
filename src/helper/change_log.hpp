// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <tcptune/txn/transaction_service.hpp>

#include <string>
#include <vector>

namespace tcptune::helper {

/// What became of transactions, for the journal. Noted while the service is in the middle of its
/// work, written afterwards.
class ChangeLog {
public:
    void note(const std::string& id, txn::State state, txn::Reason reason) {
        changes_.push_back({id, state, reason});
    }
    /// One entry per change of state and one per key.
    void write(const txn::TransactionService& transactions);

private:
    struct Change {
        std::string id;
        txn::State state;
        txn::Reason reason;
    };
    std::vector<Change> changes_;
};

}  // namespace tcptune::helper

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "txn/record.hpp"

#include <tcptune/sysctl/catalog.hpp>
#include <tcptune/txn/request.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace tcptune::txn {

/// One key of a transaction.
struct Item {
    explicit Item(sysctl::Key k) : key(std::move(k)) {}
    sysctl::Key key;
    sysctl::ValueType type = sysctl::ValueType::integer;
    std::string old_value;       ///< folded text, before the transaction
    std::string wanted;          ///< display text; "" in a checkpoint
    bool write_begun = false;    ///< the journal says so: it may have been written
    std::optional<Outcome> end;  ///< how it ended, in a history entry
};

/// The drop-in of a transaction that persists.
struct FileStep {
    std::optional<std::string> old_bytes;  ///< nothing: there was none
    std::uint32_t old_mode = 0644;
    std::string new_digest;  ///< SHA-256 of what it becomes
};

/// What the journal and the history say of one transaction.
struct Transaction {
    std::string id;
    Kind kind = Kind::apply;
    std::string boot_id, netns;
    Caller caller;
    bool persist = false, bound = false;
    std::string label, plan_digest;
    std::int64_t started_unix_s = 0;
    std::int64_t deadline_ns = 0;  ///< CLOCK_BOOTTIME
    std::int64_t limit_ns = 0;     ///< no extension beyond it
    std::vector<Item> items;
    State state = State::prepared;
    Reason reason = Reason::asked;
    bool was_committed = false;  ///< being undone after it had been committed
    bool in_history = false;     ///< not recorded: there is an entry that must not stay as it is
    bool force = false;          ///< the undo also takes back what others changed
    std::optional<FileStep> file;
    std::optional<Outcome> file_end;
};

/// The first records of a transaction: what it is and every old value.
[[nodiscard]] std::string header_records(const Transaction& transaction);
/// The records of `transaction.file`.
[[nodiscard]] std::string file_records(const FileStep& file);
/// That it is being undone, why and how.
[[nodiscard]] std::string rolling_back_record(const Transaction& transaction);
/// How it ended: the state, the reason and an outcome for each item.
[[nodiscard]] std::string end_records(const Transaction& transaction);

/// Reads records back. Nothing: the header is not whole, so nothing was changed. Throws Error when
/// the text is damaged or of a newer version.
[[nodiscard]] std::optional<Transaction> read_transaction(std::string_view text,
                                                          const std::string& where);

[[nodiscard]] TransactionInfo info_of(const Transaction& transaction, std::int64_t now_ns);
/// The outcomes of all items, and of the file if it has one.
[[nodiscard]] std::vector<Outcome> outcomes_of(const Transaction& transaction);

}  // namespace tcptune::txn

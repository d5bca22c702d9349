// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "txn/transaction.hpp"

#include <tcptune/host/owned_directory.hpp>

#include <optional>
#include <string>
#include <vector>

namespace tcptune::txn {

/// Ended transactions, one file each, on the disk before a commit is said to be one. The newest 50
/// are kept.
class History {
public:
    /// Throws Error and SystemError as OwnedDirectory::open().
    explicit History(const std::string& durable_state);

    /// Writes or replaces the entry, and drops the oldest ones. Throws SystemError when it may not
    /// be on the disk.
    void put(const Transaction& transaction) const;
    /// Whether there is room for the entry, tried out. Throws SystemError.
    void try_put(const Transaction& transaction) const;
    /// Newest first. An entry that cannot be read is left out and counted.
    [[nodiscard]] std::vector<Transaction> all(std::size_t* unreadable = nullptr) const;
    /// Takes away what an interrupted put() left.
    void clean_up() const;
    [[nodiscard]] std::optional<Transaction> find(const std::string& id) const;

private:
    struct Name {
        std::int64_t number = 0;
        std::string id;
        std::string file;
    };
    [[nodiscard]] std::vector<Name> names() const;
    [[nodiscard]] std::string name_for(const Transaction& transaction) const;
    host::OwnedDirectory directory_;
};

}  // namespace tcptune::txn

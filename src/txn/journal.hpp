// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <tcptune/host/owned_directory.hpp>

#include <optional>
#include <string>

namespace tcptune::txn {

/// The undo journal of the one transaction that is under way in a network namespace, beside a lock
/// that only one process of the host holds. Both lie in /run: their life is that of the values that
/// the journal can restore, so it needs no fsync. The namespace is part of the file's name, so that
/// nobody takes another one's journal for his own.
class Journal {
public:
    /// Makes the directory when it is missing. Throws Error and SystemError.
    Journal(const std::string& volatile_state, const std::string& netns);

    /// False: another process is at work.
    [[nodiscard]] bool lock();
    void unlock() { lock_.reset(); }
    [[nodiscard]] bool locked() const { return static_cast<bool>(lock_); }

    /// The text, or nothing when there is no journal. Throws when it cannot be read.
    [[nodiscard]] std::optional<std::string> read() const;
    /// One write at the end. When it fails the file is as long as before, and SystemError.
    void append(const std::string& records);
    /// Opens a journal for more records, behind the last whole one.
    void reopen();
    void remove();

private:
    host::OwnedDirectory directory_;
    std::string name_;
    UniqueFd lock_;
    UniqueFd file_;
};

}  // namespace tcptune::txn

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "txn/transaction.hpp"

#include <tcptune/host/sysctl_tree.hpp>

#include <functional>
#include <memory>
#include <string>
#include <vector>

/// The running values: written forward and taken back.
namespace tcptune::txn {

/// One value as it is now; `error` is an errno, 0 when it was read.
struct Reading {
    int error = 0;
    std::string text;  ///< folded
};
[[nodiscard]] Reading read_now(host::SysctlTree& sysctls, const sysctl::Key& key);

/// Opens every item for writing and takes its old value. Throws Refused (key_missing, read_only)
/// naming all that cannot be written here.
[[nodiscard]] std::vector<std::unique_ptr<host::SysctlFile>> open_items(host::SysctlTree& sysctls,
                                                                        std::vector<Item>& items);

/// Writes what differs, in order; `intend` is told before each write. False when one was refused
/// or read back differently: its outcome says how, the ones behind it are not tried.
[[nodiscard]] bool write_items(std::vector<std::unique_ptr<host::SysctlFile>>& files,
                               std::vector<Item>& items,
                               const std::function<void(std::size_t)>& intend);

/// The first item whose value is no longer the wanted one, with its outcome; null when none.
[[nodiscard]] const Item* find_drift(host::SysctlTree& sysctls, std::vector<Item>& items);

struct Undone {
    bool failed = false;     ///< a value could not be written back
    bool conflicts = false;  ///< a value that is neither ours nor the old one was left alone
};
/// Takes back, last first, what was written; of a checkpoint whatever differs. Compares before it
/// writes, so it may be repeated at any time. Sets the outcome of each item.
[[nodiscard]] Undone undo_items(host::SysctlTree& sysctls, Transaction& transaction);

}  // namespace tcptune::txn

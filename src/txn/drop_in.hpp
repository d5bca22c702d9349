// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "txn/transaction.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tcptune::txn {

/// The values of /etc/sysctl.d/90-tcptune.conf in the order in which the boot sets them.
using DropIn = std::vector<std::pair<std::string, std::string>>;

/// The whole file. Its head says whose it is and carries a digest of the lines below it, so that
/// an edit is seen without any other state.
[[nodiscard]] std::string drop_in_text(const DropIn& values, std::string_view id);

/// The values of a file that tcptune wrote; nothing when somebody has edited it or wrote it.
[[nodiscard]] std::optional<DropIn> read_drop_in(std::string_view bytes);

/// With the wanted values of a transaction: its keys move to the end, in its order.
[[nodiscard]] DropIn with_values(DropIn values, const std::vector<Item>& items);

/// Without them: each key that still has the wanted value, with `force` any value, gets back what
/// `before` says of it.
[[nodiscard]] DropIn without_values(DropIn values, const std::vector<Item>& items,
                                    const DropIn& before, bool force);

}  // namespace tcptune::txn

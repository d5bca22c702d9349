// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <tcptune/txn/request.hpp>

#include <span>
#include <string>

namespace tcptune::cli {

/// The one whose id begins with these digits. Throws Error (no_input) when there is none or more
/// than one, with the candidates.
[[nodiscard]] const txn::TransactionInfo& find_transaction(
    std::span<const txn::TransactionInfo> transactions, const std::string& prefix);

/// The one that waits to be confirmed; null when there is none.
[[nodiscard]] const txn::TransactionInfo* armed_among(
    std::span<const txn::TransactionInfo> transactions);

/// Whether its values are in force and kept.
[[nodiscard]] bool is_committed(const txn::TransactionInfo& info);

}  // namespace tcptune::cli

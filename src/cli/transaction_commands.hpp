// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cli/helper_client.hpp"
#include "cli/options.hpp"
#include "cli/transaction_exit.hpp"

#include <tcptune/report/style.hpp>

#include <memory>
#include <optional>
#include <string>
#include <vector>

/// The parts of the commands that look at transactions and end them.
namespace tcptune::cli {

[[nodiscard]] Exit run_rollback(const TransactionOptions& options, const report::TextStyle& style);
[[nodiscard]] Exit run_diff(const TransactionOptions& options, const report::TextStyle& style);

/// On a terminal polkit may ask for a password.
[[nodiscard]] std::unique_ptr<HelperClient> connect_to_change(const TransactionOptions& options);

/// What became of every item, and the sentence.
[[nodiscard]] std::string text_of(const txn::Result& result, const Ending& ending,
                                  const report::TextStyle& style);

/// The command came too late or twice: says so and gives the status that it would have had.
[[nodiscard]] Exit say_ended(const txn::TransactionInfo& info, Asked asked,
                             const TransactionOptions& options);

/// The value that runs now in this network namespace, white space folded; nothing when it cannot be
/// read.
[[nodiscard]] std::optional<std::string> running_value(const std::string& key);

}  // namespace tcptune::cli

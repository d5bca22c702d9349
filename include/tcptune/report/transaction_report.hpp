// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <tcptune/report/style.hpp>
#include <tcptune/report/watch_report.hpp>
#include <tcptune/txn/change.hpp>
#include <tcptune/txn/request.hpp>

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

/// The forms of transactions: what was changed, what is still armed, until when, and the commands
/// that keep or undo it. JSON kinds: "transaction" (confirm, rollback, show), "transactions"
/// (history), "status". Those of `apply` and `checkpoint` are in apply_report.hpp.
namespace tcptune::report {

/// How a command ended: the number, the word and the sentence of one row of one table.
struct Ending {
    int exit_code = 0;
    std::string status;   ///< "done", "rolled-back", ...
    std::string summary;  ///< one sentence for people
};

/// A moment for people, seconds since 1970: "14:03:22" or "2026-11-21 14:03:22". The reports have
/// no clock and no time zone of their own.
using MomentText = std::function<std::string(std::int64_t unix_s)>;

/// "2026-11-21T14:03:22Z", as all JSON has it.
[[nodiscard]] std::string utc_text(std::int64_t unix_s);

/// The first eight digits: enough to name a transaction on a command line.
[[nodiscard]] std::string short_id(const std::string& id);
[[nodiscard]] std::string confirm_command(const std::string& id);   ///< "tcptune confirm 0123abcd"
[[nodiscard]] std::string rollback_command(const std::string& id);  ///< "tcptune rollback 0123abcd"

/// "rolled back: not confirmed in time", "committed", "armed": without a full stop.
[[nodiscard]] std::string state_words(txn::State state, txn::Reason reason);

/// One line per item, and its detail below it: "  restored  net.ipv4.tcp_tw_reuse  1 -> 2".
[[nodiscard]] std::string text_outcomes(std::span<const txn::Outcome> outcomes,
                                        const TextStyle& style);

/// One sentence as lines of the style's width.
[[nodiscard]] std::string text_sentence(std::string_view sentence, const TextStyle& style);

/// Who did what when, how it stands and every item; of an armed one what happens when nothing is
/// done, with both commands. `now_unix_s` is what "until" counts from.
[[nodiscard]] std::string text_transaction(const txn::TransactionInfo& info,
                                           const MomentText& moment, std::int64_t now_unix_s,
                                           const TextStyle& style);

/// What is still armed: until when, what happens then, and the two commands.
[[nodiscard]] std::string text_armed(const std::string& id, std::uint32_t seconds_left,
                                     const MomentText& moment, std::int64_t now_unix_s,
                                     const TextStyle& style);

/// One line per transaction, as given: id, when, kind, how it ended, items, label.
[[nodiscard]] std::string text_history(std::span<const txn::TransactionInfo> transactions,
                                       const MomentText& moment, const TextStyle& style);

/// `tcptune status`.
struct HelperStatus {
    std::string helper;   ///< HelperClient::name(); "" when there is none
    std::string problem;  ///< why it cannot be reached; ""
    bool recovery_required = false;
    std::optional<txn::TransactionInfo> armed;
    std::optional<txn::TransactionInfo> last;  ///< the newest that ended
};
[[nodiscard]] std::string text_status(const HelperStatus& status, const MomentText& moment,
                                      std::int64_t now_unix_s, const TextStyle& style);

/// kind "transaction": what confirm or rollback did. `operation`: "confirm", "rollback".
[[nodiscard]] std::string result_json(std::string_view operation, const txn::Result& result,
                                      const Ending& ending);
/// kind "transaction", operation "show".
[[nodiscard]] std::string transaction_json(const txn::TransactionInfo& info, const Ending& ending);
/// kind "transactions".
[[nodiscard]] std::string transactions_json(std::span<const txn::TransactionInfo> transactions,
                                            const Ending& ending);
/// kind "status".
[[nodiscard]] std::string status_json(const HelperStatus& status, const Ending& ending);

}  // namespace tcptune::report

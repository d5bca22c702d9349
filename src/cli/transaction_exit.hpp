// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cli/exit_status.hpp"

#include <tcptune/report/transaction_report.hpp>
#include <tcptune/txn/change.hpp>
#include <tcptune/txn/fault.hpp>

#include <string>
#include <string_view>

namespace tcptune::cli {

/// What the person wanted: the same end of a transaction is a success for one and not for another.
enum class Asked {
    apply,          ///< to have the values; also of a checkpoint: to have what CMD did
    confirm,        ///< to keep them
    rollback,       ///< to have the old ones
    after_failure,  ///< rolled back by apply or checkpoint, because a check or a guard failed
    after_refusal,  ///< the same, because the person said no
};

/// How an operation ended: number, word and sentence are of one row of one table, so that the exit
/// status, the text and JSON cannot disagree.
struct Ending {
    Exit exit = Exit::done;
    std::string_view summary;  ///< one sentence without a full stop
    /// As the reports take it.
    [[nodiscard]] report::Ending in_words() const {
        return {number(exit), std::string(status_word(exit)), std::string(summary)};
    }
};

[[nodiscard]] Ending ending_of(txn::State state, txn::Reason reason, Asked asked);
[[nodiscard]] inline Ending ending_of(const txn::Result& result, Asked asked) {
    return ending_of(result.state, result.reason, asked);
}

/// What apply and checkpoint end with where no transaction did.
inline constexpr Ending nothing_to_do{Exit::done, "nothing to change"};
inline constexpr Ending refused_at_prompt{Exit::rolled_back,
                                          "refused at the prompt; nothing was written"};
inline constexpr Ending kept_on_fail{Exit::rolled_back,
                                     "a check or guard failed; kept because of --keep-on-fail"};

/// What a refusal ends with. `may_have_written`: the operation was one that changes something, so
/// that without an answer the state is not known.
[[nodiscard]] Exit exit_for(txn::Fault fault, bool may_have_written);

/// The reason, and what to do about it.
[[nodiscard]] std::string sentence_of(const txn::Refused& refused);

}  // namespace tcptune::cli

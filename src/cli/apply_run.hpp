// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cli/apply_output.hpp"
#include "cli/helper_client.hpp"
#include "cli/interrupt.hpp"
#include "cli/transaction_exit.hpp"

#include <tcptune/report/apply_report.hpp>

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

/// What apply and checkpoint share: from the first answer of the helper to the end. What is learnt
/// on the way goes into the report.
namespace tcptune::cli {

struct TransactionRun {
    HelperClient& client;
    Route route;
    Interrupts& interrupts;
    ApplyOutput& out;
    report::ApplyReport& report;
    double confirm_timeout_s = 0;  ///< 0: bound
    /// Another summary than the table's for the one end that differs: kept.
    std::string_view kept_summary = {};
};

/// Connects, after a look whether --confirm-timeout can be kept there: this process can only keep a
/// deadline while it lives, so it has to have somebody to ask. Throws Error (usage) and Refused.
[[nodiscard]] std::unique_ptr<HelperClient> connect_for(Route route, double confirm_timeout_s);

/// How long the helper waits: for these seconds of work and a margin, or for a confirmation.
[[nodiscard]] std::uint32_t wire_timeout(double work_s, double confirm_timeout_s);

/// To be called before the helper is asked to begin: it may ask for a password, and who does not
/// want to wait for that any longer sends a second signal.
void expect_begin(TransactionRun& run);

/// Notes the answer to Apply or Checkpoint and says it. True when it is armed now.
[[nodiscard]] bool begun(TransactionRun& run, txn::Result result, std::uint32_t timeout_s);

/// Runs the checks in their order; with `all` also those after a failed one. True when none failed.
[[nodiscard]] bool run_checks(TransactionRun& run, const std::vector<std::string>& checks,
                              double limit_s, bool all);

/// Each brings the transaction to its end, or to where it waits for a person.
[[nodiscard]] Ending keep(TransactionRun& run);
[[nodiscard]] Ending undo(TransactionRun& run, Asked asked);
[[nodiscard]] Ending wait_for_confirmation(TransactionRun& run);
[[nodiscard]] Ending interrupted(TransactionRun& run);

/// Before anything was begun.
[[nodiscard]] Ending interrupted_early(const Interrupts& interrupts);

/// What a refusal comes to; the reason goes to standard error and into the report.
[[nodiscard]] Ending refused(ApplyOutput& out, report::ApplyReport& report,
                             const txn::Refused& refusal);
/// The same of what was to be begun. A signal that came meanwhile is the cause: it also ends who
/// asks for the password.
[[nodiscard]] Ending not_begun(const Interrupts& interrupts, ApplyOutput& out,
                               report::ApplyReport& report, const txn::Refused& refusal);

/// Says the end in every form.
[[nodiscard]] Exit end_with(ApplyOutput& out, report::ApplyReport& report, const Ending& ending);

/// Runs `body`; with --format=jsonl an Error becomes the last line, as the other forms have it from
/// the program's outermost part.
[[nodiscard]] Exit with_last_line(ApplyOutput& out, StreamFormat format,
                                  const std::function<Exit()>& body);

}  // namespace tcptune::cli

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tcptune::txn {

/// What a client may ask for: one key, the value it saw, the value it wants. All three are checked
/// by the side that writes, which then writes the values in its own words.
struct Change {
    std::string key;       ///< dotted
    std::string expected;  ///< as read, white space folded
    std::string desired;
    bool operator==(const Change&) const = default;
};

/// What became of one key.
///  applied      written, and read back as wanted
///  unchanged    had the wanted value already
///  kept         committed
///  restored     written back to its old value
///  already_old  had its old value already when it was to be written back
///  conflict     holds a value that is neither ours nor the old one: left alone
///  gone         the kernel no longer has the key
///  failed       the kernel refused a write; `detail` says why
///  not_tried    an earlier key failed
enum class OutcomeStatus {
    applied,
    unchanged,
    kept,
    restored,
    already_old,
    conflict,
    gone,
    failed,
    not_tried,
};
[[nodiscard]] std::string_view to_string(OutcomeStatus status);
[[nodiscard]] std::optional<OutcomeStatus> parse_outcome_status(std::string_view word);

/// One item of a result: a key, or the drop-in by its path.
struct Outcome {
    std::string key;
    OutcomeStatus status = OutcomeStatus::not_tried;
    std::string before;  ///< before this operation; display text
    std::string after;   ///< as read last
    std::string detail;  ///< for people; "" when there is nothing to add
    bool operator==(const Outcome&) const = default;
};

/// Where a transaction stands. The words of the wire, of the journal and of JSON are to_string().
enum class State {
    prepared,
    applying,
    applied,  ///< armed: undone at the deadline unless confirmed
    committing,
    committed,
    committed_not_durable,  ///< the file is renamed, but the disk did not confirm it
    rolling_back,
    rolled_back,
    rolled_back_with_conflicts,  ///< somebody else's later value was found and left alone
    rollback_incomplete,         ///< a value could not be written back: a person must look
    ended_by_reboot,             ///< was armed when the host went down; the boot undid it
};
[[nodiscard]] std::string_view to_string(State state);
[[nodiscard]] std::optional<State> parse_state(std::string_view word);
[[nodiscard]] bool has_ended(State state);
/// Confirmed, and in force.
[[nodiscard]] bool is_committed(State state);

/// Why it stands there.
///  asked         by a client's Apply, Confirm or Rollback
///  deadline      not confirmed in time
///  client_gone   a bound transaction lost its connection
///  write_failed  a write was refused or read back differently
///  drift         a value was changed by somebody else before it was confirmed
///  file_failed   the drop-in could not be written
///  stopped       the helper was stopped
///  recovered     undone at the next start, because the helper died on the way
///  reboot
enum class Reason {
    asked,
    deadline,
    client_gone,
    write_failed,
    drift,
    file_failed,
    stopped,
    recovered,
    reboot,
};
[[nodiscard]] std::string_view to_string(Reason reason);
[[nodiscard]] std::optional<Reason> parse_reason(std::string_view word);

/// How an operation ended that was begun.
struct Result {
    std::string id;  ///< of the transaction: 32 hexadecimal digits
    State state = State::prepared;
    Reason reason = Reason::asked;
    std::vector<Outcome> outcomes;
    bool operator==(const Result&) const = default;
};

}  // namespace tcptune::txn

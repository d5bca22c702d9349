// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <tcptune/txn/change.hpp>

#include <cstdint>
#include <string>
#include <vector>

namespace tcptune::txn {

/// Limits of a request; more is refused before anything is looked at.
inline constexpr std::size_t max_changes = 64;
inline constexpr std::size_t max_key_bytes = 128;
inline constexpr std::size_t max_value_bytes = 4096;  ///< ip_local_reserved_ports is long
inline constexpr std::size_t max_label_bytes = 64;
inline constexpr std::uint32_t min_timeout_s = 10;
inline constexpr std::uint32_t max_timeout_s = 3600;
inline constexpr std::uint32_t default_timeout_s = 120;

/// On the wire: the bits of `flags`.
inline constexpr std::uint32_t flag_persist = 1;  ///< Apply: write the drop-in at Confirm
inline constexpr std::uint32_t flag_bound = 2;    ///< Apply, Checkpoint: undone with the connection
inline constexpr std::uint32_t flag_force = 1;    ///< Rollback: also values that others changed

struct ApplyRequest {
    std::vector<Change> changes;
    std::uint32_t timeout_s = default_timeout_s;
    std::string netns;  ///< host::namespace_id() as the client sees it
    bool persist = false;
    bool bound = false;
    std::string label;        ///< "CHG-1234: less churn"; printable ASCII
    std::string plan_digest;  ///< 64 hexadecimal digits, or ""
    bool operator==(const ApplyRequest&) const = default;
};

struct CheckpointRequest {
    std::uint32_t timeout_s = default_timeout_s;
    std::string netns;
    bool bound = false;
    std::string label;
    bool operator==(const CheckpointRequest&) const = default;
};

/// Who asks. The identity comes from the bus driver, never from an argument.
struct Caller {
    std::uint32_t uid = 0;
    std::string bus_name;  ///< ":1.42"; "" in --direct
};

/// Sizes, grammar and spans only: opens nothing, so it may run before authorization. Throws
/// Refused (invalid_args, invalid_key, invalid_value).
void check_form(const ApplyRequest& request);
void check_form(const CheckpointRequest& request);
/// "0123...": 32 lower-case hexadecimal digits.
[[nodiscard]] bool is_transaction_id(std::string_view text);

enum class Kind { apply, checkpoint };
[[nodiscard]] std::string_view to_string(Kind kind);
[[nodiscard]] std::optional<Kind> parse_kind(std::string_view word);

/// All that is known of one transaction; of an ended one from the history.
struct TransactionInfo {
    std::string id;
    Kind kind = Kind::apply;
    State state = State::prepared;
    Reason reason = Reason::asked;
    std::uint32_t uid = 0;
    std::int64_t started_unix_s = 0;
    std::uint32_t seconds_left = 0;  ///< while armed
    bool persist = false;
    bool bound = false;
    std::string label;
    std::string plan_digest;
    std::vector<Outcome> outcomes;  ///< of a checkpoint only what differs
    bool operator==(const TransactionInfo&) const = default;
};

/// A committed key beside what runs now.
struct VerifyRow {
    std::string key;
    std::string recorded;
    std::string current;
    std::string verdict;  ///< "same", "differs", "gone", "unreadable"
    bool operator==(const VerifyRow&) const = default;
};

}  // namespace tcptune::txn

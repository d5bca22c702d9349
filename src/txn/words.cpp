// SPDX-License-Identifier: Apache-2.0
#include <tcptune/txn/fault.hpp>
#include <tcptune/txn/request.hpp>

#include <array>
#include <utility>

namespace tcptune::txn {
namespace {

/// The words of an enumeration, in the order of its enumerators.
template <std::size_t size>
using Words = std::array<std::string_view, size>;

constexpr Words<9> outcome_words{"applied",  "unchanged", "kept",   "restored", "already_old",
                                 "conflict", "gone",      "failed", "not_tried"};
constexpr Words<11> state_words{"prepared",
                                "applying",
                                "applied",
                                "committing",
                                "committed",
                                "committed_not_durable",
                                "rolling_back",
                                "rolled_back",
                                "rolled_back_with_conflicts",
                                "rollback_incomplete",
                                "ended_by_reboot"};
constexpr Words<9> reason_words{"asked",       "deadline", "client_gone", "write_failed", "drift",
                                "file_failed", "stopped",  "recovered",   "reboot"};
constexpr Words<2> kind_words{"apply", "checkpoint"};
constexpr Words<23> fault_words{"InvalidArgs",
                                "InvalidKey",
                                "InvalidValue",
                                "KeyNotAllowed",
                                "KeyMissing",
                                "ReadOnly",
                                "Drift",
                                "DropInModified",
                                "Busy",
                                "NotFound",
                                "NotOwner",
                                "Expired",
                                "WrongNamespace",
                                "NoSpace",
                                "WriteFailed",
                                "RecoveryRequired",
                                "Unsupported",
                                "NotAuthorized",
                                "InteractionNeeded",
                                "AuthorizationUnavailable",
                                "LimitsExceeded",
                                "HelperUnavailable",
                                "ConnectionLost"};
static_assert(static_cast<std::size_t>(OutcomeStatus::not_tried) + 1 == outcome_words.size());
static_assert(static_cast<std::size_t>(State::ended_by_reboot) + 1 == state_words.size());
static_assert(static_cast<std::size_t>(Reason::reboot) + 1 == reason_words.size());
static_assert(static_cast<std::size_t>(Fault::connection_lost) + 1 == fault_words.size());

template <typename Enum, std::size_t size>
std::optional<Enum> parse(const Words<size>& words, std::string_view word) {
    for (std::size_t i = 0; i < size; ++i) {
        if (words[i] == word) return static_cast<Enum>(i);
    }
    return std::nullopt;
}

template <typename Enum, std::size_t size>
std::string_view word_of(const Words<size>& words, Enum value) {
    return words.at(static_cast<std::size_t>(value));
}

}  // namespace

std::string_view to_string(OutcomeStatus status) {
    return word_of(outcome_words, status);
}
std::string_view to_string(State state) {
    return word_of(state_words, state);
}
std::string_view to_string(Reason reason) {
    return word_of(reason_words, reason);
}
std::string_view to_string(Kind kind) {
    return word_of(kind_words, kind);
}
std::string_view to_string(Fault fault) {
    return word_of(fault_words, fault);
}
std::optional<OutcomeStatus> parse_outcome_status(std::string_view word) {
    return parse<OutcomeStatus>(outcome_words, word);
}
std::optional<State> parse_state(std::string_view word) {
    return parse<State>(state_words, word);
}
std::optional<Reason> parse_reason(std::string_view word) {
    return parse<Reason>(reason_words, word);
}
std::optional<Kind> parse_kind(std::string_view word) {
    return parse<Kind>(kind_words, word);
}
std::optional<Fault> parse_fault(std::string_view name) {
    return parse<Fault>(fault_words, name);
}

bool is_committed(State state) {
    return state == State::committed || state == State::committed_not_durable;
}

bool has_ended(State state) {
    switch (state) {
        case State::committed:
        case State::committed_not_durable:
        case State::rolled_back:
        case State::rolled_back_with_conflicts:
        case State::ended_by_reboot:
            return true;
        default:
            return false;
    }
}

}  // namespace tcptune::txn

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <string_view>

namespace tcptune::helper {

/// Whom polkit is asked about for one method. `action` "": anybody may call it, it only reads.
struct Access {
    std::string_view method;
    std::string_view action;
    /// Nobody is asked when the caller's uid owns the armed transaction that the call is about.
    bool owner_is_enough = false;
    /// Begins a transaction: one at a time may wait per connection.
    bool begins = false;
};

inline constexpr std::string_view apply_action = "org.tcptune1.apply";
inline constexpr std::string_view persist_action = "org.tcptune1.persist";
inline constexpr std::string_view rollback_action = "org.tcptune1.rollback";

/// Every method of org.tcptune1.xml; a test compares the two. Apply that also writes the drop-in
/// asks for persist_action instead, so that one command never asks for a password twice.
inline constexpr std::array<Access, 8> access_table{{
    {.method = "Apply", .action = apply_action, .begins = true},
    {.method = "Checkpoint", .action = apply_action, .begins = true},
    {.method = "Confirm", .action = apply_action, .owner_is_enough = true},
    {.method = "Rollback", .action = rollback_action, .owner_is_enough = true},
    {.method = "ExtendDeadline", .action = apply_action, .owner_is_enough = true},
    {.method = "GetTransaction", .action = ""},
    {.method = "ListTransactions", .action = ""},
    {.method = "Verify", .action = ""},
}};

/// A method that is not in the table gets the strictest row.
inline constexpr Access strictest{.method = "", .action = persist_action};

constexpr const Access& access_of(std::string_view method) {
    for (const Access& access : access_table)
        if (access.method == method) return access;
    return strictest;
}

}  // namespace tcptune::helper

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <tcptune/facts/fact_set.hpp>

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tcptune::plan {

///  ok             written, and read back as wanted
///  refused        the kernel, or tcptune before it, does not take the value
///  different      taken, but it reads back as something else
///  not_rehearsed  the namespace of the rehearsal does not have the key, or only to read: nothing
///                 is known of this step
enum class RehearsalOutcome { ok, refused, different, not_rehearsed };
[[nodiscard]] std::string_view to_string(RehearsalOutcome outcome);

/// One value that was tried.
struct RehearsedValue {
    std::string key;
    std::string wanted;  ///< display text
    RehearsalOutcome outcome = RehearsalOutcome::ok;
    std::optional<std::string> before;  ///< just before it; nothing when it was not tried
    std::string found;                  ///< what was read afterwards; "" when nothing was
    std::string reason;                 ///< unless ok: one sentence without a full stop
    bool operator==(const RehearsedValue&) const = default;
};

/// A plan tried on this kernel, in a network namespace of its own.
struct Rehearsal {
    facts::HostIdentity planned_for;
    std::string hostname;  ///< where it was tried; the kernel is the plan's
    bool other_host = false;
    std::size_t present_values = 0;  ///< how many the namespace got before the first step
    /// Of the present values those that it could not be given: not ok, and not not_rehearsed.
    std::vector<RehearsedValue> missing_values;
    std::vector<RehearsedValue> steps;  ///< in the plan's order

    [[nodiscard]] std::size_t count(RehearsalOutcome outcome) const;
    /// A step is refused or reads back differently.
    [[nodiscard]] bool has_failed() const;
};

/// The one sentence that says how it went, with a full stop.
[[nodiscard]] std::string rehearsal_sentence(const Rehearsal& rehearsal);

}  // namespace tcptune::plan

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <tcptune/base/diagnostic.hpp>
#include <tcptune/plan/plan.hpp>

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tcptune::plan {

/// No plan has more steps: one apply takes no more.
inline constexpr std::size_t max_saved_changes = 64;

/// One step, as far as it matters for carrying it out.
struct SavedChange {
    std::string key;
    std::string before_runtime;                    ///< display text
    std::optional<std::string> before_configured;  ///< white space folded; what a file says, if any
    std::optional<std::string> before_boot;        ///< what a boot would give, if known
    std::string after_runtime;
    std::string takes_effect;
    rules::Level risk = rules::Level::low;
    std::string reason, rule_id;
    bool pinned = false;
    bool operator==(const SavedChange&) const = default;
};

/// What `apply` and `rehearse` need of a plan, made now or read from a file. Every member is
/// covered by the digest, but for the digest itself.
struct SavedPlan {
    facts::HostIdentity host;  ///< without other_netns
    std::string profile, policy;
    bool persist = true;
    std::vector<SavedChange> changes;  ///< in the order in which they are written
    std::vector<Refusal> refusals;     ///< what the policy kept out
    std::vector<Conflict> conflicts;
    std::string digest;
};

/// The texts are those that a reader of the plan's JSON would get, with the digest over them.
[[nodiscard]] SavedPlan saved_from(const Plan& plan);

/// SHA-256 over all other members, as 64 hexadecimal digits.
[[nodiscard]] std::string digest_of(const SavedPlan& plan);

/// A document of kind "plan" as report::plan_json() writes it. Members that are not known are
/// ignored. Nothing after an error: TT701 and TT702 as of facts files, TT703 another format
/// version, TT705 edited: the digest is not that of the rest. `file` is for messages.
[[nodiscard]] std::optional<SavedPlan> read_plan(const std::string& file, std::string_view text,
                                                 Diagnostics& diagnostics);

}  // namespace tcptune::plan

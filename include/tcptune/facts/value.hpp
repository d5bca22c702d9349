// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <tcptune/base/kernel_version.hpp>

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

namespace tcptune::facts {

/// Not known, and why: "permission denied: sock_diag". Never the same as false or zero.
struct Unknown {
    std::string reason;
    bool operator==(const Unknown&) const = default;
};

/// Only an upper bound is known: the busiest destination holds at most this many ports because
/// the host has no more sockets. Comparisons that the bound decides are decided; others are
/// unknown.
struct AtMost {
    double value = 0;
    bool operator==(const AtMost&) const = default;
};

using List = std::vector<std::int64_t>;

/// One observed or derived value.
using FactValue =
    std::variant<Unknown, bool, std::int64_t, double, std::string, KernelVersion, List, AtMost>;

enum class Type { boolean, integer, real, text, version, list };

[[nodiscard]] inline bool is_known(const FactValue& value) {
    return !std::holds_alternative<Unknown>(value);
}
/// "1", "0.708", "32768 60999", "at most 412", "unknown (permission denied: ...)".
[[nodiscard]] std::string to_string(const FactValue& value);
[[nodiscard]] std::string_view to_string(Type type);

}  // namespace tcptune::facts

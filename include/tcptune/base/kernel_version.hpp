// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace tcptune {

/// The numbers of a Linux release: "6.1.0-50-amd64" is 6.1.0. Vendor suffixes do not take part in
/// ordering: enterprise kernels backport, so a version explains and the existence of a file
/// decides.
struct KernelVersion {
    std::uint32_t major = 0;
    std::uint32_t minor = 0;
    std::uint32_t patch = 0;

    auto operator<=>(const KernelVersion&) const = default;

    /// Reads "6.18", "6.18.44", "4.18.0-553.el8"; nothing else than a digit first is accepted.
    [[nodiscard]] static std::optional<KernelVersion> parse(std::string_view text);
    [[nodiscard]] std::string to_string() const;
};

/// Half-open: `since` is the first kernel inside, `until` the first one outside.
struct KernelRange {
    std::optional<KernelVersion> since;
    std::optional<KernelVersion> until;

    bool operator==(const KernelRange&) const = default;
    [[nodiscard]] bool contains(const KernelVersion& version) const;
    /// "since 4.18", "until 4.12", "4.18 to 6.14", or "" when unbounded.
    [[nodiscard]] std::string describe() const;
};

}  // namespace tcptune

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace tcptune::facts {

enum class IpFamily : std::uint8_t { v4, v6 };

/// IPv4 uses the first four bytes, in network order.
struct IpAddress {
    IpFamily family = IpFamily::v4;
    std::array<std::uint8_t, 16> bytes{};
    auto operator<=>(const IpAddress&) const = default;
};

/// Numeric text as inet_pton(3) takes it; an IPv4-mapped address is the IPv4 one.
[[nodiscard]] std::optional<IpAddress> parse_address(std::string_view text);
/// "10.0.3.7", or IPv6 as RFC 5952 writes it: "2001:db8::1".
[[nodiscard]] std::string to_string(const IpAddress& address);

}  // namespace tcptune::facts

// SPDX-License-Identifier: Apache-2.0
#include "probe/address_text.hpp"

#include <algorithm>
#include <arpa/inet.h>
#include <array>

namespace tcptune::probe {
namespace {

constexpr std::array<std::uint8_t, 12> mapped_prefix = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
constexpr Address loopback_v6 = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1};

bool is_v4(const Address& address) {
    return std::equal(mapped_prefix.begin(), mapped_prefix.end(), address.begin());
}

}  // namespace

std::string address_text(const Address& address) {
    std::array<char, INET6_ADDRSTRLEN> text{};
    const bool v4 = is_v4(address);
    const void* const bytes = v4 ? &address[mapped_prefix.size()] : address.data();
    // Cannot fail: the family is known and the buffer is as large as the standard says.
    (void)::inet_ntop(v4 ? AF_INET : AF_INET6, bytes, text.data(), text.size());
    return text.data();
}

bool is_loopback(const Address& address) {
    return is_v4(address) ? address[mapped_prefix.size()] == 127 : address == loopback_v6;
}

}  // namespace tcptune::probe

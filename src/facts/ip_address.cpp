// SPDX-License-Identifier: Apache-2.0
#include <tcptune/base/text.hpp>
#include <tcptune/facts/ip_address.hpp>

#include <algorithm>
#include <charconv>
#include <vector>

#include <fmt/format.h>

namespace tcptune::facts {

namespace {

template <typename Number>
std::optional<Number> digits(std::string_view text, std::size_t most, int base) {
    if (text.empty() || text.size() > most) return std::nullopt;
    Number value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, base);
    if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return value;
}

bool parse_dotted(std::string_view text, std::uint8_t* bytes) {
    const auto parts = split(text, '.');
    if (parts.size() != 4) return false;
    for (const std::string_view part : parts) {
        // A leading zero would be octal for some readers.
        if (part.size() > 1 && part.front() == '0') return false;
        const auto byte = digits<std::uint8_t>(part, 3, 10);
        if (!byte) return false;
        *bytes++ = *byte;
    }
    return true;
}

/// The bytes of "a:b:c" or "a:b:1.2.3.4"; an empty text has none.
std::optional<std::vector<std::uint8_t>> parse_groups(std::string_view text, bool dotted_allowed) {
    std::vector<std::uint8_t> bytes;
    if (text.empty()) return bytes;
    const auto parts = split(text, ':');
    for (std::size_t i = 0; i < parts.size(); ++i) {
        if (dotted_allowed && i + 1 == parts.size() &&
            parts[i].find('.') != std::string_view::npos) {
            bytes.resize(bytes.size() + 4);
            if (!parse_dotted(parts[i], &bytes[bytes.size() - 4])) return std::nullopt;
            continue;
        }
        const auto group = digits<std::uint16_t>(parts[i], 4, 16);
        if (!group) return std::nullopt;
        bytes.push_back(static_cast<std::uint8_t>(*group >> 8));
        bytes.push_back(static_cast<std::uint8_t>(*group & 0xff));
    }
    return bytes;
}

std::optional<IpAddress> parse_v6(std::string_view text) {
    constexpr std::size_t longest = 45;  // eight groups, the last two as a dotted IPv4 address
    if (text.size() > longest) return std::nullopt;
    const std::size_t gap = text.find("::");
    const bool shortened = gap != std::string_view::npos;
    const auto head = parse_groups(text.substr(0, gap), !shortened);
    const auto tail = shortened ? parse_groups(text.substr(gap + 2), true)
                                : std::optional(std::vector<std::uint8_t>{});
    if (!head || !tail) return std::nullopt;
    const std::size_t given = head->size() + tail->size();
    if (shortened ? given > 14 : given != 16) return std::nullopt;
    IpAddress address{IpFamily::v6, {}};
    std::ranges::copy(*head, address.bytes.begin());
    std::ranges::copy_backward(*tail, address.bytes.end());
    return address;
}

bool is_mapped(const IpAddress& address) {
    static constexpr std::array<std::uint8_t, 12> prefix = {0, 0, 0, 0, 0,    0,
                                                            0, 0, 0, 0, 0xff, 0xff};
    return std::equal(prefix.begin(), prefix.end(), address.bytes.begin());
}

std::string v6_text(const std::array<std::uint8_t, 16>& bytes) {
    std::array<unsigned, 8> groups{};
    for (std::size_t i = 0; i < groups.size(); ++i)
        groups[i] = static_cast<unsigned>(bytes[2 * i] << 8 | bytes[2 * i + 1]);
    // The first of the longest runs of two or more zero groups becomes "::".
    std::size_t run_begin = 8;
    std::size_t run_length = 1;
    for (std::size_t i = 0; i < groups.size(); ++i) {
        std::size_t end = i;
        while (end < groups.size() && groups[end] == 0)
            ++end;
        if (end - i > run_length) {
            run_begin = i;
            run_length = end - i;
        }
    }
    std::string text;
    for (std::size_t i = 0; i < groups.size(); ++i) {
        if (i == run_begin) {
            text += "::";
            i += run_length - 1;
            continue;
        }
        if (!text.empty() && text.back() != ':') text += ':';
        text += fmt::format("{:x}", groups[i]);
    }
    return text;
}

}  // namespace

std::optional<IpAddress> parse_address(std::string_view text) {
    IpAddress v4;
    if (parse_dotted(text, v4.bytes.data())) return v4;
    auto v6 = parse_v6(text);
    if (!v6 || !is_mapped(*v6)) return v6;
    std::copy(v6->bytes.begin() + 12, v6->bytes.end(), v4.bytes.begin());
    return v4;
}

std::string to_string(const IpAddress& address) {
    const auto& bytes = address.bytes;
    if (address.family == IpFamily::v4)
        return fmt::format("{}.{}.{}.{}", bytes[0], bytes[1], bytes[2], bytes[3]);
    return v6_text(bytes);
}

}  // namespace tcptune::facts

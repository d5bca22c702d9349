// SPDX-License-Identifier: Apache-2.0
#include <tcptune/base/digest.hpp>
#include <tcptune/facts/fact_file.hpp>
#include <tcptune/facts/ip_address.hpp>

#include <algorithm>
#include <charconv>
#include <map>
#include <set>
#include <string>
#include <string_view>

#include <fmt/format.h>

namespace tcptune::facts {

namespace {

/// Where the pseudonyms of one kind of address lie: `prefix` stays, the rest comes from the key.
struct Room {
    IpAddress prefix;
    unsigned bits = 0;
};

/// Ranges that a reader recognises. Public IPv4 goes to the range of shared address space, which
/// has four million places: a documentation range has too few for a busy host.
constexpr Room private_v4 = {{IpFamily::v4, {10}}, 8};
constexpr Room link_local_v4 = {{IpFamily::v4, {169, 254}}, 16};
constexpr Room public_v4 = {{IpFamily::v4, {100, 64}}, 10};
constexpr Room private_v6 = {{IpFamily::v6, {0xfd}}, 8};
constexpr Room link_local_v6 = {{IpFamily::v6, {0xfe, 0x80}}, 64};
constexpr Room public_v6 = {{IpFamily::v6, {0x20, 0x01, 0x0d, 0xb8}}, 32};

const Room& room_of(const IpAddress& address) {
    const auto& b = address.bytes;
    if (address.family == IpFamily::v4) {
        const bool shared = b[0] == 100 && (b[1] & 0xc0) == 64;
        if (b[0] == 10 || (b[0] == 172 && (b[1] & 0xf0) == 16) || (b[0] == 192 && b[1] == 168) ||
            shared)
            return private_v4;
        return b[0] == 169 && b[1] == 254 ? link_local_v4 : public_v4;
    }
    if ((b[0] & 0xfe) == 0xfc) return private_v6;
    return b[0] == 0xfe && (b[1] & 0xc0) == 0x80 ? link_local_v6 : public_v6;
}

/// Loopback is what tcp_tw_reuse = 2 acts on, and neither it nor "any" tells of a host.
bool stays(const IpAddress& address) {
    if (address.family == IpFamily::v4 && address.bytes[0] == 127) return true;
    return std::ranges::all_of(address.bytes.begin(), address.bytes.end() - 1,
                               [](std::uint8_t byte) { return byte == 0; }) &&
           address.bytes.back() <= 1;
}

std::size_t length_of(IpFamily family) {
    return family == IpFamily::v4 ? 4 : 16;
}

/// Which bits of byte `index` the room leaves open.
std::uint8_t open_bits(const Room& room, std::size_t index) {
    const auto fixed = static_cast<unsigned>(
        std::clamp<int>(static_cast<int>(room.bits) - static_cast<int>(index) * 8, 0, 8));
    return static_cast<std::uint8_t>(0xffU >> fixed);
}

/// `hex` has two digits for each byte of an address, and more.
IpAddress filled(const Room& room, std::string_view hex) {
    IpAddress address = room.prefix;
    for (std::size_t i = 0; i < length_of(address.family); ++i) {
        std::uint8_t byte = 0;
        std::from_chars(hex.data() + 2 * i, hex.data() + 2 * i + 2, byte, 16);
        address.bytes[i] =
            static_cast<std::uint8_t>(address.bytes[i] | (byte & open_bits(room, i)));
    }
    return address;
}

/// The address after that one; after the last the first.
IpAddress next_in(const Room& room, IpAddress address) {
    for (std::size_t i = length_of(address.family); i-- > 0;) {
        const std::uint8_t open = open_bits(room, i);
        const auto counted = static_cast<std::uint8_t>((address.bytes[i] + 1) & open);
        address.bytes[i] = static_cast<std::uint8_t>((address.bytes[i] & ~open) | counted);
        if (counted != 0) break;
    }
    return address;
}

/// Pseudonyms of one fact set. Two addresses never get the same one: where the bits of the
/// HMAC are taken, those of the next round are used, then the next free place after them.
class Pseudonyms {
public:
    explicit Pseudonyms(const std::string& key) : key_(key) {}

    std::string of(const std::string& text) {
        if (text.empty()) return text;
        const auto address = parse_address(text);
        // Equal addresses in two spellings are equal; other text keeps its equality only.
        const std::string plain = address ? to_string(*address) : text;
        if (const auto found = given_.find(plain); found != given_.end()) return found->second;
        std::string pseudonym = address ? placed(*address, plain) : word(plain);
        return given_.emplace(plain, std::move(pseudonym)).first->second;
    }

private:
    std::string placed(const IpAddress& address, const std::string& plain) {
        if (stays(address)) return plain;
        constexpr int rounds = 16;
        const Room& room = room_of(address);
        IpAddress candidate;
        for (int round = 0; round < rounds; ++round) {
            candidate = filled(room, digest(plain, round));
            if (taken_.insert(candidate).second) return to_string(candidate);
        }
        constexpr int most_steps = 1 << 16;
        for (int step = 0; step < most_steps; ++step) {
            candidate = next_in(room, candidate);
            if (taken_.insert(candidate).second) return to_string(candidate);
        }
        return word(plain);  // that part of the room is full
    }

    /// For text that is no address, such as one with a zone: "address-1f2e3d4c".
    std::string word(const std::string& plain) {
        for (int round = 0;; ++round) {
            std::string candidate = "address-" + digest(plain, round).substr(0, 8);
            if (words_.insert(candidate).second) return candidate;
        }
    }

    std::string digest(const std::string& plain, int round) const {
        return hmac_sha256_hex(key_, fmt::format("address:{}:{}", round, plain));
    }

    const std::string& key_;
    std::map<std::string, std::string, std::less<>> given_;
    std::set<IpAddress> taken_;
    std::set<std::string> words_;
};

std::string host_pseudonym(const std::string& key, const std::string& name) {
    if (name.empty()) return name;
    return "host-" + hmac_sha256_hex(key, "hostname:" + name).substr(0, 8);
}

}  // namespace

FactSet redact(const FactSet& facts, const Redaction& redaction) {
    FactSet result = facts;
    if (redaction.hostname)
        result.host.hostname = host_pseudonym(redaction.key, facts.host.hostname);
    if (redaction.addresses) {
        Pseudonyms pseudonyms(redaction.key);
        for (Destination& destination : result.sockets.destinations) {
            destination.local_address = pseudonyms.of(destination.local_address);
            destination.remote_address = pseudonyms.of(destination.remote_address);
        }
        for (Listener& listener : result.sockets.listeners)
            listener.address = pseudonyms.of(listener.address);
    }
    return result;
}

}  // namespace tcptune::facts

// SPDX-License-Identifier: Apache-2.0
#include <tcptune/base/digest.hpp>

#include <array>
#include <cstdint>

#include <nettle/hmac.h>
#include <nettle/sha2.h>

namespace tcptune {

namespace {

using Digest = std::array<std::uint8_t, SHA256_DIGEST_SIZE>;

const std::uint8_t* bytes_of(std::string_view text) {
    return reinterpret_cast<const std::uint8_t*>(text.data());
}

std::string hex(const Digest& digest) {
    constexpr char digits[] = "0123456789abcdef";
    std::string text;
    for (const std::uint8_t byte : digest) {
        text += digits[byte >> 4];
        text += digits[byte & 15];
    }
    return text;
}

}  // namespace

std::string sha256_hex(std::string_view bytes) {
    sha256_ctx context;
    sha256_init(&context);
    sha256_update(&context, bytes.size(), bytes_of(bytes));
    Digest digest{};
    sha256_digest(&context, digest.size(), digest.data());
    return hex(digest);
}

std::string hmac_sha256_hex(std::string_view key, std::string_view bytes) {
    hmac_sha256_ctx context;
    hmac_sha256_set_key(&context, key.size(), bytes_of(key));
    hmac_sha256_update(&context, bytes.size(), bytes_of(bytes));
    Digest digest{};
    hmac_sha256_digest(&context, digest.size(), digest.data());
    return hex(digest);
}

}  // namespace tcptune

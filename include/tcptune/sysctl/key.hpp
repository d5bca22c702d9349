// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <compare>
#include <optional>
#include <string>
#include <string_view>

namespace tcptune::sysctl {

/// A validated dotted sysctl name, "net.ipv4.tcp_tw_reuse": two or more components of
/// [a-z0-9_-]+, at most 128 bytes. Names with an interface that contains dots are outside.
class Key {
public:
    /// Accepts the dotted form only.
    [[nodiscard]] static std::optional<Key> parse(std::string_view dotted);
    /// Accepts what sysctl.conf(5) and sysctl.d(5) accept: the first separator, '.' or '/',
    /// decides.
    [[nodiscard]] static std::optional<Key> parse_configured(std::string_view text);

    [[nodiscard]] const std::string& text() const noexcept { return text_; }
    /// "net/ipv4/tcp_tw_reuse", relative to /proc/sys.
    [[nodiscard]] std::string path() const;

    auto operator<=>(const Key&) const = default;

private:
    explicit Key(std::string text) : text_(std::move(text)) {}
    std::string text_;
};

}  // namespace tcptune::sysctl

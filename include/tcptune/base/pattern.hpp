// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace tcptune {

/// A POSIX extended regular expression over bytes, compiled once. No back references and no escapes
/// beyond those of punctuation, so that matching takes linear time; what is not ASCII is matched
/// byte by byte whatever the locale, and one such character can be repeated like an ASCII one.
class Pattern {
public:
    static constexpr std::size_t max_pattern_bytes = 1024;
    static constexpr std::size_t max_text_bytes = 1024;

    /// Nothing, and one sentence without a full stop in `reason`, when `text` is no such pattern.
    [[nodiscard]] static std::optional<Pattern> compile(std::string_view text, std::string& reason);

    /// Whether it matches anywhere in the first `max_text_bytes` of the text. NUL counts as a
    /// space.
    [[nodiscard]] bool matches(std::string_view text) const;

private:
    struct Compiled;
    explicit Pattern(std::shared_ptr<const Compiled> compiled);
    std::shared_ptr<const Compiled> compiled_;
};

}  // namespace tcptune

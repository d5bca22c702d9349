// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

/// Numbers for people. Limits are rounded down: 470.53 a second is "470/s", because the 471st
/// connection fails.
namespace tcptune::report {

/// "470/s", "28,232/s", "1.7/s" below ten.
[[nodiscard]] std::string rate_text(double per_second);
/// The same, or "no limit".
[[nodiscard]] std::string limit_text(const std::optional<double>& per_second);
/// "470/s -> 28,232/s", or one of them when both read the same.
[[nodiscard]] std::string limit_change(const std::optional<double>& before,
                                       const std::optional<double>& after);
/// "25 s", "6 min", "3 h", "2 d"; rounded down.
[[nodiscard]] std::string span_text(double seconds);
/// "71 %"; never rounded up to 100.
[[nodiscard]] std::string share_text(double share);
/// `width` columns filled in proportion; a share above zero shows at least one mark.
[[nodiscard]] std::string bar(double share, std::size_t width, bool unicode);
/// A sysctl value as one short piece of text: long port lists are cut, "" becomes "(empty)".
[[nodiscard]] std::string value_text(std::string_view value);
/// "1 key", "2 keys".
[[nodiscard]] std::string counted(std::size_t count, std::string_view one, std::string_view many);
/// "rolled back: refused" -> "Rolled back: refused."
[[nodiscard]] std::string sentence_of(std::string text);

}  // namespace tcptune::report

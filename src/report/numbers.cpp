// SPDX-License-Identifier: Apache-2.0
#include "report/numbers.hpp"

#include <tcptune/base/text.hpp>

#include <algorithm>
#include <cmath>
#include <cstdint>

#include <fmt/format.h>

namespace tcptune::report {
namespace {

/// Numbers of a facts file can be anything; a cast of a huge double would be undefined.
std::int64_t whole(double number) {
    if (!(number > 0)) return 0;
    return static_cast<std::int64_t>(std::min(std::floor(number + 1e-9), 9e15));
}

}  // namespace

std::string rate_text(double per_second) {
    if (!std::isfinite(per_second) || per_second < 0) return "?";
    if (per_second >= 10 || per_second == std::floor(per_second)) {
        return with_thousands(whole(per_second)) + "/s";
    }
    return fmt::format("{:.1f}/s", std::floor(per_second * 10 + 1e-9) / 10);
}

std::string limit_text(const std::optional<double>& per_second) {
    return per_second ? rate_text(*per_second) : "no limit";
}

std::string limit_change(const std::optional<double>& before, const std::optional<double>& after) {
    const std::string from = limit_text(before);
    const std::string to = limit_text(after);
    return from == to ? from : from + " -> " + to;
}

std::string span_text(double seconds) {
    if (!std::isfinite(seconds) || seconds < 0) return "?";
    if (seconds < 120) return fmt::format("{} s", whole(seconds));
    if (seconds < 7200) return fmt::format("{} min", whole(seconds / 60));
    if (seconds < 48.0 * 3600) return fmt::format("{} h", whole(seconds / 3600));
    return fmt::format("{} d", with_thousands(whole(seconds / 86400)));
}

std::string share_text(double share) {
    if (!std::isfinite(share) || share < 0) return "?";
    const std::int64_t percent = whole(std::min(share, 1e6) * 100);
    if (percent == 0 && share > 0) return "<1 %";
    return fmt::format("{} %", percent);
}

std::string bar(double share, std::size_t width, bool unicode) {
    const double clamped = std::isfinite(share) ? std::clamp(share, 0.0, 1.0) : 1.0;
    auto full = static_cast<std::size_t>(std::floor(clamped * static_cast<double>(width)));
    if (full == 0 && clamped > 0) full = 1;
    std::string out;
    for (std::size_t i = 0; i < width; ++i) {
        if (unicode) {
            out += i < full ? "\u2588" : "\u2591";
        } else {
            out += i < full ? '#' : '.';
        }
    }
    return out;
}

std::string value_text(std::string_view value) {
    constexpr std::size_t longest = 120;
    if (trim(value).empty()) return "(empty)";
    if (value.size() <= longest) return std::string(value);
    return fmt::format("{}... ({} characters)", value.substr(0, longest), value.size());
}

std::string counted(std::size_t count, std::string_view one, std::string_view many) {
    return fmt::format("{} {}", count, count == 1 ? one : many);
}

std::string sentence_of(std::string text) {
    if (text.empty()) return text;
    if (text.front() >= 'a' && text.front() <= 'z')
        text.front() = static_cast<char>(text.front() - 'a' + 'A');
    if (!text.ends_with('.')) text += '.';
    return text;
}

}  // namespace tcptune::report

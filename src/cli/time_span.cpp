// SPDX-License-Identifier: Apache-2.0
#include "cli/time_span.hpp"

#include <tcptune/base/text.hpp>

#include <algorithm>
#include <array>
#include <cstddef>

namespace tcptune::cli {
namespace {

struct Unit {
    std::string_view word;
    double seconds;
};

constexpr std::array<Unit, 18> units{{
    {"us", 1e-6},
    {"usec", 1e-6},
    {"ms", 1e-3},
    {"msec", 1e-3},
    {"s", 1},
    {"sec", 1},
    {"second", 1},
    {"seconds", 1},
    {"", 1},
    {"m", 60},
    {"min", 60},
    {"minute", 60},
    {"minutes", 60},
    {"h", 3600},
    {"hr", 3600},
    {"hour", 3600},
    {"hours", 3600},
    {"d", 86400},
}};

std::string_view take(std::string_view& text, std::string_view accepted) {
    const std::size_t end = std::min(text.find_first_not_of(accepted), text.size());
    const std::string_view head = text.substr(0, end);
    text.remove_prefix(end);
    return head;
}

}  // namespace

std::optional<double> parse_time_span(std::string_view text) {
    constexpr double longest = 86400;
    double total = 0;
    bool any = false;
    text = trim(text);
    while (!text.empty()) {
        const std::string_view digits = take(text, "0123456789.");
        take(text, " ");
        const std::string_view word = take(text, "abcdefghijklmnopqrstuvwxyz");
        take(text, " ");
        const std::optional<double> number = parse_real(digits);
        const auto unit = std::ranges::find(units, word, &Unit::word);
        if (!number || *number < 0 || unit == units.end()) return std::nullopt;
        total += *number * unit->seconds;
        if (!(total <= longest)) return std::nullopt;
        any = true;
    }
    if (!any) return std::nullopt;
    return total;
}

}  // namespace tcptune::cli

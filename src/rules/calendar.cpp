// SPDX-License-Identifier: Apache-2.0
#include "rules/calendar.hpp"

#include <tcptune/base/text.hpp>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <optional>

namespace tcptune::rules {

namespace {

/// Digits only: parse_integer alone would take a sign.
std::optional<int> digits(std::string_view text) {
    if (!std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; })) return {};
    const auto number = parse_integer(text);
    if (!number) return {};
    return static_cast<int>(*number);
}

}  // namespace

bool is_calendar_date(std::string_view text) {
    if (text.size() != 10 || text[4] != '-' || text[7] != '-') return false;
    const auto year = digits(text.substr(0, 4));
    const auto month = digits(text.substr(5, 2));
    const auto day = digits(text.substr(8, 2));
    if (!year || !month || !day) return false;
    return std::chrono::year_month_day(std::chrono::year(*year),
                                       std::chrono::month(static_cast<unsigned>(*month)),
                                       std::chrono::day(static_cast<unsigned>(*day)))
        .ok();
}

}  // namespace tcptune::rules

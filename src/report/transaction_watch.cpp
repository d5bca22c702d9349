// SPDX-License-Identifier: Apache-2.0
#include "report/numbers.hpp"
#include "report/text_layout.hpp"

#include <tcptune/base/text.hpp>
#include <tcptune/report/watch_report.hpp>

#include <algorithm>

#include <fmt/format.h>

namespace tcptune::report {
namespace {

std::string rate_or_mark(const std::optional<double>& rate) {
    return rate ? rate_text(*rate) : "?";
}

std::string fill_text(const std::optional<std::int64_t>& in_use,
                      const std::optional<std::int64_t>& usable) {
    if (!in_use) return "not seen";
    if (!usable || *usable <= 0) return with_thousands(*in_use);
    return fmt::format("{} of {} ({})", with_thousands(*in_use), with_thousands(*usable),
                       share_text(static_cast<double>(*in_use) / static_cast<double>(*usable)));
}

Ink ink_of(GuardVerdict verdict) {
    switch (verdict) {
        case GuardVerdict::holds:
            return Ink::good;
        case GuardVerdict::violated:
            return Ink::alarm;
        case GuardVerdict::violated_before:
        case GuardVerdict::not_judged:
            return Ink::caution;
    }
    return Ink::plain;
}

std::string_view guard_word(GuardVerdict verdict) {
    switch (verdict) {
        case GuardVerdict::holds:
            return "holds";
        case GuardVerdict::violated:
            return "violated";
        case GuardVerdict::violated_before:
            return "before too";
        case GuardVerdict::not_judged:
            return "not judged";
    }
    return "";
}

}  // namespace

std::string text_watch(const WatchReport& watch, const TextStyle& style) {
    Page page(style);
    page.heading(fmt::format("Counters, {} before and {} after the change",
                             span_text(watch.before_s), span_text(watch.after_s)));
    std::size_t names = 7;
    for (const WatchRate& rate : watch.rates)
        names = std::max(names, rate.counter.size());
    page.row(2, pad_right("counter", names) + pad_left("before", 12) + pad_left("after", 12),
             Ink::dim);
    for (const WatchRate& rate : watch.rates) {
        const bool moved = rate.before_per_s != rate.after_per_s;
        page.row(2,
                 pad_right(rate.counter, names) + pad_left(rate_or_mark(rate.before_per_s), 12) +
                     pad_left(rate_or_mark(rate.after_per_s), 12),
                 moved ? Ink::plain : Ink::dim);
    }
    if (!watch.fills.empty()) {
        page.heading("Ports in use");
        for (const WatchFill& fill : watch.fills) {
            page.paragraph(2, fill.destination);
            page.paragraph(
                4, fmt::format("{} -> {}", fill_text(fill.before_in_use, fill.before_usable),
                               fill_text(fill.after_in_use, fill.after_usable)));
        }
    }
    if (!watch.guards.empty()) page.heading("Guards");
    constexpr std::size_t column = 12;
    for (const WatchGuard& guard : watch.guards) {
        page.item(2, guard_word(guard.verdict), column, guard.id, ink_of(guard.verdict));
        if (guard.verdict == GuardVerdict::holds) continue;
        page.paragraph(2 + column, guard.text);
        for (const std::string& reading : guard.readings)
            page.paragraph(2 + column, reading, Ink::dim);
    }
    page.blank();
    page.paragraph(0, watch_verdict(watch), watch.violated() ? Ink::alarm : Ink::strong);
    return page.text();
}

}  // namespace tcptune::report

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <tcptune/report/style.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// What a look before and after a change has shown.
namespace tcptune::report {

/// A counter's rate in both windows; nothing where it could not be read.
struct WatchRate {
    std::string counter;  ///< "TcpExt.TWRecycled"
    std::optional<double> before_per_s;
    std::optional<double> after_per_s;
    bool operator==(const WatchRate&) const = default;
};

/// How full the ports towards one destination were.
struct WatchFill {
    std::string destination;  ///< "10.0.3.7:5432 from 10.0.0.9"
    std::optional<std::int64_t> before_in_use, before_usable;
    std::optional<std::int64_t> after_in_use, after_usable;
    bool operator==(const WatchFill&) const = default;
};

///  holds            as it should be
///  violated         by the change, as far as can be told: it is undone
///  violated_before  was so already before the change, which is not blamed
///  not_judged       a fact was missing: no pass, and no failure
enum class GuardVerdict { holds, violated, violated_before, not_judged };
[[nodiscard]] std::string_view to_string(GuardVerdict verdict);

struct WatchGuard {
    std::string id;  ///< "net.ipv4.tcp_tw_reuse/paws"
    std::string key;
    std::string text;
    GuardVerdict verdict = GuardVerdict::not_judged;
    std::vector<std::string> readings;  ///< "rate(counter.TcpExt.PAWSEstab) < 1: 0.2, yes"
    bool operator==(const WatchGuard&) const = default;
};

struct WatchReport {
    double before_s = 0;  ///< how long the counters were watched before the change
    double after_s = 0;
    std::vector<WatchRate> rates;
    std::vector<WatchFill> fills;
    std::vector<WatchGuard> guards;
    [[nodiscard]] bool violated() const;
    bool operator==(const WatchReport&) const = default;
};

/// The table of both windows, the destinations, the guards and one sentence.
[[nodiscard]] std::string text_watch(const WatchReport& watch, const TextStyle& style);
/// That sentence: "All 3 guards hold.", "1 guard is violated: ...", "2 guards were not judged."
[[nodiscard]] std::string watch_verdict(const WatchReport& watch);

}  // namespace tcptune::report

// SPDX-License-Identifier: Apache-2.0
#include <tcptune/report/watch_report.hpp>

#include <doctest/doctest.h>

using namespace tcptune;
using report::GuardVerdict;

namespace {

report::WatchGuard guard(const std::string& id, GuardVerdict verdict) {
    return {id,
            "net.ipv4.tcp_tw_reuse",
            "Segments are rejected by their timestamps.",
            verdict,
            {"rate(counter.TcpExt.PAWSEstab) < 1: 7.5 < 1"}};
}

report::WatchReport watch_with(std::vector<report::WatchGuard> guards) {
    report::WatchReport watch;
    watch.before_s = 10;
    watch.after_s = 60;
    watch.rates = {{"Tcp.ActiveOpens", 412.7, 415.2},
                   {"TcpExt.TWRecycled", 0.0, 33.0},
                   {"TcpExt.PAWSEstab", std::nullopt, 7.5}};
    watch.fills = {{"10.0.0.1 -> 10.0.3.7:5432", 24310, 28232, 9000, 64000},
                   {"10.0.0.1 -> 10.0.3.8:80", std::nullopt, std::nullopt, 12, std::nullopt}};
    watch.guards = std::move(guards);
    return watch;
}

}  // namespace

TEST_CASE("the table has both windows, the ports and the guards") {
    const report::WatchReport watch =
        watch_with({guard("a", GuardVerdict::holds), guard("b", GuardVerdict::violated)});
    CHECK(report::text_watch(watch, {}) ==
          "Counters, 10 s before and 60 s after the change\n"
          "  counter                before       after\n"
          "  Tcp.ActiveOpens         412/s       415/s\n"
          "  TcpExt.TWRecycled         0/s        33/s\n"
          "  TcpExt.PAWSEstab            ?       7.5/s\n"
          "\n"
          "Ports in use\n"
          "  10.0.0.1 -> 10.0.3.7:5432\n"
          "    24,310 of 28,232 (86 %) -> 9,000 of 64,000 (14 %)\n"
          "  10.0.0.1 -> 10.0.3.8:80\n"
          "    not seen -> 12\n"
          "\n"
          "Guards\n"
          "  holds       a\n"
          "  violated    b\n"
          "              Segments are rejected by their timestamps.\n"
          "              rate(counter.TcpExt.PAWSEstab) < 1: 7.5 < 1\n"
          "\n"
          "1 guard is violated. 1 guard holds.\n");
}

TEST_CASE("only a guard that the change violated fails it") {
    CHECK(watch_with({guard("a", GuardVerdict::violated)}).violated());
    CHECK_FALSE(watch_with({guard("a", GuardVerdict::violated_before),
                            guard("b", GuardVerdict::not_judged), guard("c", GuardVerdict::holds)})
                    .violated());
}

TEST_CASE("what was not judged is never called a pass") {
    CHECK(report::watch_verdict(watch_with({})) ==
          "No rule has a guard for these keys: nothing was judged.");
    CHECK(report::watch_verdict(watch_with(
              {guard("a", GuardVerdict::not_judged), guard("b", GuardVerdict::not_judged)})) ==
          "2 guards were not judged.");
    CHECK(report::watch_verdict(watch_with(
              {guard("a", GuardVerdict::violated_before), guard("b", GuardVerdict::holds)})) ==
          "1 guard holds. 1 guard was violated before the change too: not blamed on it.");
}

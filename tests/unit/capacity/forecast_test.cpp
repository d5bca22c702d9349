// SPDX-License-Identifier: Apache-2.0
#include <tcptune/capacity/forecast.hpp>

#include <limits>

#include <doctest/doctest.h>

namespace tcptune::capacity {
namespace {

using facts::Destination;
using facts::TcpState;

struct Sockets {
    std::uint32_t time_wait = 0;
    std::uint32_t established = 0;
    std::uint32_t even = 0;
    std::uint32_t last_1s = 0;
    std::uint32_t last_10s = 0;
};

Destination destination(const Sockets& sockets) {
    Destination result;
    result.states[static_cast<std::size_t>(TcpState::time_wait)] = sockets.time_wait;
    result.states[static_cast<std::size_t>(TcpState::established)] = sockets.established;
    result.even_ports = sockets.even;
    result.closed_last_1s = sockets.last_1s;
    result.closed_last_10s = sockets.last_10s;
    return result;
}

PortSettings settings_of(std::int64_t low, std::int64_t high, std::int64_t tw_reuse = 2) {
    PortSettings settings;
    settings.low = low;
    settings.high = high;
    settings.tw_reuse = tw_reuse;
    return settings;
}

TEST_CASE("a destination nobody connects to is free and stays free") {
    const Forecast result = forecast(destination({}), PortSettings{}, KernelModel{});
    CHECK(result.in_use == 0);
    CHECK(result.share == 0);
    CHECK(result.stage == Stage::free);
    CHECK(result.rate_per_s == 0);
    CHECK_FALSE(result.seconds_left);
    CHECK(result.ports_until_slow.value() == 14116);
}

TEST_CASE("sockets of every state hold a port") {
    Destination all;
    all.states.fill(2);
    all.even_ports = 18;
    const Forecast result = forecast(all, PortSettings{}, KernelModel{});
    CHECK(result.in_use == 18);
    CHECK(result.held == 18);
    CHECK(result.ports_until_slow.value() == 14098);
}

TEST_CASE("connect() is slow from the port that fills the preferred half, not before") {
    const auto stage = [](std::uint32_t even, std::uint32_t odd) {
        return forecast(destination({.established = even + odd, .even = even}), PortSettings{},
                        KernelModel{});
    };
    CHECK(stage(14115, 0).stage == Stage::free);
    CHECK(stage(14115, 0).ports_until_slow.value() == 1);
    CHECK(stage(14116, 0).stage == Stage::slow);
    CHECK(stage(14116, 0).ports_until_slow.value() == 0);
    CHECK(stage(14116, 14115).stage == Stage::slow);
    CHECK(stage(14116, 14116).stage == Stage::exhausted);
    CHECK(stage(14116, 14116).seconds_left.value() == 0);
}

TEST_CASE("connect() is slow already when only a few ports of the preferred half are left") {
    KernelModel model;
    model.slow_free_share = 0.0035;
    const auto with_even = [&](std::uint32_t even) {
        return forecast(destination({.established = even, .even = even}), PortSettings{}, model);
    };
    CHECK(with_even(14066).stage == Stage::free);
    CHECK(with_even(14066).ports_until_slow.value() == 1);
    CHECK(with_even(14067).stage == Stage::slow);
    CHECK(with_even(14113).stage == Stage::slow);
}

TEST_CASE("ports of the other parity do not make connect() slow") {
    const Destination odd_half = destination({.established = 14116, .even = 0});
    const Forecast result = forecast(odd_half, PortSettings{}, KernelModel{});
    CHECK(result.share == 0.5);
    CHECK(result.stage == Stage::free);
    CHECK(result.ports_until_slow.value() == 14116);
}

TEST_CASE("a wider range helps at once, most with the other parity") {
    const Destination now = destination({.established = 14126, .even = 14116});
    CHECK(forecast(now, PortSettings{}, KernelModel{}).stage == Stage::slow);
    const Forecast same = forecast(now, settings_of(1024, 65535), KernelModel{});
    CHECK(same.stage == Stage::free);
    CHECK(same.ports_until_slow.value() == 32256 - 14116);
    const Forecast other = forecast(now, settings_of(1025, 65535), KernelModel{});
    CHECK(other.ports_until_slow.value() == 32256 - 10);
}

TEST_CASE("the time left is that of the ports left at the rate of the last ten seconds") {
    const Forecast result =
        forecast(destination({.time_wait = 12000, .even = 12000, .last_1s = 600, .last_10s = 6000}),
                 PortSettings{}, KernelModel{});
    CHECK(result.rate_per_s == 600);
    CHECK(result.seconds_left.value() == doctest::Approx((28232 - 12000) / 600.0));
}

TEST_CASE("a rate whose TIME_WAITs fit into the range never exhausts it") {
    const Destination steady =
        destination({.time_wait = 24000, .even = 14116, .last_1s = 400, .last_10s = 4000});
    const Forecast result = forecast(steady, PortSettings{}, KernelModel{});
    CHECK(result.rate_per_s == 400);
    CHECK(result.stage == Stage::slow);
    CHECK_FALSE(result.seconds_left);
}

TEST_CASE("open connections take room from the TIME_WAITs") {
    const Destination steady = destination(
        {.time_wait = 20000, .established = 5000, .even = 14116, .last_1s = 400, .last_10s = 4000});
    const Forecast result = forecast(steady, PortSettings{}, KernelModel{});
    CHECK(result.seconds_left.value() == doctest::Approx((28232 - 25000) / 400.0));
}

TEST_CASE("TIME_WAITs older than ten seconds are no rate") {
    const Forecast result =
        forecast(destination({.time_wait = 20000, .even = 14116}), PortSettings{}, KernelModel{});
    CHECK(result.rate_per_s == 0);
    CHECK_FALSE(result.seconds_left);
}

TEST_CASE("traffic that began a moment ago is measured by its last second") {
    const Forecast result =
        forecast(destination({.time_wait = 3000, .even = 3000, .last_1s = 1000, .last_10s = 3000}),
                 PortSettings{}, KernelModel{});
    CHECK(result.rate_per_s == 1000);
    CHECK(result.seconds_left.value() == doctest::Approx(25.232));
}

TEST_CASE("where reuse acts, TIME_WAITs past the delay are not in the way") {
    const Destination busy =
        destination({.time_wait = 14116, .even = 14116, .last_1s = 2000, .last_10s = 14116});
    const Forecast before = forecast(busy, settings_of(32768, 60999, 0), KernelModel{});
    CHECK(before.stage == Stage::slow);
    CHECK(before.held == 14116);
    const Forecast after = forecast(busy, settings_of(32768, 60999, 1), KernelModel{});
    CHECK(after.in_use == 14116);
    CHECK(after.held == 2000);
    CHECK(after.share == 0.5);
    CHECK(after.stage == Stage::free);
    CHECK(after.ports_until_slow.value() == 12116);
    CHECK(after.rate_per_s == 2000);
    CHECK_FALSE(after.seconds_left);
}

TEST_CASE("a range full of old TIME_WAITs is exhausted without reuse and free with it") {
    const Destination full = destination({.time_wait = 28232, .even = 14116});
    CHECK(forecast(full, PortSettings{}, KernelModel{}).stage == Stage::exhausted);
    CHECK(forecast(full, settings_of(32768, 60999, 1), KernelModel{}).stage == Stage::free);
    Destination local = full;
    local.loopback = true;
    CHECK(forecast(local, PortSettings{}, KernelModel{}).stage == Stage::free);
}

TEST_CASE("reuse at its own limit: every port closed within the delay") {
    const PortSettings settings = settings_of(40000, 40099, 1);
    const Forecast full =
        forecast(destination({.time_wait = 100, .even = 50, .last_1s = 100, .last_10s = 100}),
                 settings, KernelModel{});
    CHECK(full.stage == Stage::exhausted);
    const Forecast most =
        forecast(destination({.time_wait = 100, .even = 50, .last_1s = 80, .last_10s = 100}),
                 settings, KernelModel{});
    CHECK(most.held == 80);
    CHECK(most.stage == Stage::slow);
    CHECK_FALSE(most.seconds_left);
}

TEST_CASE("a shorter delay makes more TIME_WAITs reusable, a longer one fewer") {
    PortSettings settings = settings_of(40000, 40099, 1);
    const Destination busy =
        destination({.time_wait = 90, .established = 3, .even = 50, .last_1s = 20, .last_10s = 65});
    const auto held = [&](double delay) {
        settings.reuse_delay_s = delay;
        return forecast(busy, settings, KernelModel{}).held;
    };
    CHECK(held(0.5) == 3 + 10);
    CHECK(held(1) == 3 + 20);
    CHECK(held(2) == 3 + 25);
    CHECK(held(10) == 3 + 65);
    CHECK(held(35) == 3 + 78);  // 77.5, rounded up
    CHECK(held(60) == 3 + 90);
}

TEST_CASE("where reuse acts the rate is that of the last second: older ones are taken over") {
    const Destination slower =
        destination({.time_wait = 90, .even = 50, .last_1s = 2, .last_10s = 65});
    CHECK(forecast(slower, settings_of(40000, 40099, 1), KernelModel{}).rate_per_s == 2);
    CHECK(forecast(slower, settings_of(40000, 40099, 0), KernelModel{}).rate_per_s == 6.5);
}

TEST_CASE("a kernel without a preferred half is free until it is exhausted") {
    KernelModel old;
    old.low_parity_first = false;
    const Forecast result =
        forecast(destination({.established = 28231, .even = 14116}), PortSettings{}, old);
    CHECK(result.stage == Stage::free);
    CHECK_FALSE(result.ports_until_slow);
}

TEST_CASE("nothing usable is exhausted with a share of one") {
    PortSettings settings;
    settings.reserved.set();
    const Forecast result = forecast(destination({}), settings, KernelModel{});
    CHECK(result.share == 1);
    CHECK(result.stage == Stage::exhausted);
    CHECK(result.seconds_left.value() == 0);
    CHECK_FALSE(result.ports_until_slow);
}

TEST_CASE("counts from a broken facts file stay finite and in order") {
    Destination broken;
    broken.states.fill(std::numeric_limits<std::uint32_t>::max());
    broken.even_ports = std::numeric_limits<std::uint32_t>::max();
    broken.closed_last_1s = std::numeric_limits<std::uint32_t>::max();
    const Forecast result = forecast(broken, PortSettings{}, KernelModel{});
    CHECK(result.in_use == 9 * std::int64_t{4294967295});
    CHECK(result.stage == Stage::exhausted);
    CHECK(result.rate_per_s == 0);

    const Forecast contradictory =
        forecast(destination({.time_wait = 5, .even = 900, .last_1s = 80, .last_10s = 70}),
                 PortSettings{}, KernelModel{});
    CHECK(contradictory.rate_per_s == 5);
    CHECK(contradictory.ports_until_slow.value() == 14111);
    const Forecast more_even_than_all = forecast(destination({.established = 5, .even = 900}),
                                                 settings_of(40001, 40100), KernelModel{});
    CHECK(more_even_than_all.ports_until_slow.value() == 50);
}

TEST_CASE("the stages have the names that reports print") {
    CHECK(to_string(Stage::free) == "free");
    CHECK(to_string(Stage::slow) == "slow");
    CHECK(to_string(Stage::exhausted) == "exhausted");
}

TEST_CASE("reuse that never took a port again is not counted on") {
    PortSettings settings = settings_of(32768, 34767, 1);
    settings.never_recycled = true;
    Destination full = destination({.time_wait = 2000, .even = 1000});
    full.time_wait_span_ms = 30000;
    const Forecast idle = forecast(full, settings, KernelModel{});
    CHECK(idle.reuse_idle);
    CHECK(idle.held == 2000);
    CHECK(idle.stage == Stage::exhausted);
    CHECK_FALSE(idle.ceiling.reuse);

    settings.never_recycled = false;
    CHECK_FALSE(forecast(full, settings, KernelModel{}).reuse_idle);
    CHECK(forecast(full, settings, KernelModel{}).stage == Stage::free);
}

TEST_CASE("a burst within the delay, and ports of the preferred half, prove nothing of reuse") {
    PortSettings settings = settings_of(32768, 34767, 1);
    settings.never_recycled = true;
    Destination burst = destination({.time_wait = 2000, .even = 1000});
    burst.time_wait_span_ms = 900;
    CHECK_FALSE(forecast(burst, settings, KernelModel{}).reuse_idle);
    Destination half = destination({.time_wait = 900, .even = 900});
    half.time_wait_span_ms = 30000;
    CHECK_FALSE(forecast(half, settings, KernelModel{}).reuse_idle);
    settings.tw_reuse = 0;
    burst.time_wait_span_ms = 30000;
    CHECK_FALSE(forecast(burst, settings, KernelModel{}).reuse_idle);
}

TEST_CASE("open connections that grow have a time left, from two looks") {
    Destination open = destination({.established = 1000, .even = 1000});
    CHECK_FALSE(forecast(open, settings_of(32768, 34767), KernelModel{}).seconds_left);
    open.growth_per_s = 50;
    const Forecast growing = forecast(open, settings_of(32768, 34767), KernelModel{});
    CHECK(growing.seconds_left.value() == doctest::Approx(20));
    for (const double growth : {-3.0, 0.0, 1e-300, std::numeric_limits<double>::quiet_NaN()}) {
        open.growth_per_s = growth;
        CHECK_FALSE(forecast(open, settings_of(32768, 34767), KernelModel{}).seconds_left);
    }
}

}  // namespace
}  // namespace tcptune::capacity

// SPDX-License-Identifier: Apache-2.0
#include <tcptune/capacity/forecast.hpp>

#include <limits>

#include <doctest/doctest.h>

namespace tcptune::capacity {
namespace {

PortSettings reusing() {
    PortSettings settings;
    settings.tw_reuse = 1;
    return settings;
}

TEST_CASE("kernel defaults sustain 470 connections a second and get slow above 235") {
    const Ceiling limit = ceiling(PortSettings{}, KernelModel{}, Usage{});
    CHECK_FALSE(limit.reuse);
    CHECK(limit.hold_s == 60);
    CHECK(limit.per_s.value() == doctest::Approx(470.53).epsilon(0.0001));
    CHECK(limit.slow_above_per_s.value() == doctest::Approx(235.27).epsilon(0.0001));
}

TEST_CASE("a timer that ends TIME_WAIT late lowers the limit, but not where reuse acts") {
    KernelModel model;
    model.time_wait_lag_s = 1.44;
    CHECK(ceiling(PortSettings{}, model, Usage{}).per_s.value() ==
          doctest::Approx(459.51).epsilon(0.0001));
    CHECK(ceiling(reusing(), model, Usage{}).per_s.value() == 28232);
}

TEST_CASE("tcp_tw_reuse = 1 makes the delay the time a port is held") {
    PortSettings settings = reusing();
    CHECK(ceiling(settings, KernelModel{}, Usage{}).per_s.value() == 28232);
    settings.reuse_delay_s = 0.5;
    const Ceiling limit = ceiling(settings, KernelModel{}, Usage{});
    CHECK(limit.reuse);
    CHECK(limit.hold_s == 0.5);
    CHECK(limit.per_s.value() == 56464);
    CHECK(limit.slow_above_per_s.value() == 28232);
}

TEST_CASE("a kernel whose clock ticks once in two seconds cannot reuse earlier") {
    KernelModel model;
    model.reuse_floor_s = 2;
    CHECK(ceiling(reusing(), model, Usage{}).hold_s == 2);
}

TEST_CASE("tcp_tw_reuse = 2 acts on loopback only") {
    Usage usage;
    CHECK_FALSE(reuse_acts(PortSettings{}, usage));
    usage.loopback = true;
    CHECK(reuse_acts(PortSettings{}, usage));
    PortSettings off;
    off.tw_reuse = 0;
    CHECK_FALSE(reuse_acts(off, usage));
}

TEST_CASE("reuse needs timestamps, a port chosen by connect() and a client that closes") {
    PortSettings settings = reusing();
    CHECK(reuse_acts(settings, Usage{}));
    CHECK_FALSE(reuse_acts(settings, Usage{.binds_first = true}));
    CHECK_FALSE(reuse_acts(settings, Usage{.client_closes = false}));
    settings.timestamps = false;
    CHECK_FALSE(reuse_acts(settings, Usage{}));
}

TEST_CASE("time spent connected is added to the time a port is held") {
    CHECK(ceiling(PortSettings{}, KernelModel{}, Usage{.lifetime_s = 60}).per_s.value() ==
          doctest::Approx(28232.0 / 120));
    CHECK(ceiling(reusing(), KernelModel{}, Usage{.lifetime_s = 3}).per_s.value() == 7058);
}

TEST_CASE("a server that closes first leaves the ports free: only the lifetime limits") {
    const Ceiling none = ceiling(PortSettings{}, KernelModel{}, Usage{.client_closes = false});
    CHECK_FALSE(none.per_s);
    CHECK_FALSE(none.slow_above_per_s);
    const Ceiling some =
        ceiling(PortSettings{}, KernelModel{}, Usage{.client_closes = false, .lifetime_s = 2});
    CHECK(some.per_s.value() == 14116);
}

TEST_CASE("every source address brings all ports once more") {
    const Ceiling limit = ceiling(PortSettings{}, KernelModel{}, Usage{.source_addresses = 3});
    CHECK(limit.per_s.value() == doctest::Approx(3 * 28232.0 / 60));
    CHECK(limit.slow_above_per_s.value() == doctest::Approx(3 * 14116.0 / 60));
    CHECK(ceiling(PortSettings{}, KernelModel{}, Usage{.source_addresses = -5}).per_s.value() ==
          doctest::Approx(28232.0 / 60));
}

TEST_CASE("a program that binds first is slow after the half that connect() likes least") {
    PortSettings settings = reusing();
    settings.low = 40000;
    settings.high = 40099;
    for (std::size_t port = 40001; port < 40041; port += 2)
        settings.reserved.set(port);
    const Ceiling limit = ceiling(settings, KernelModel{}, Usage{.binds_first = true});
    CHECK(limit.hold_s == 60);
    CHECK(limit.per_s.value() == doctest::Approx(80.0 / 60));
    CHECK(limit.slow_above_per_s.value() == doctest::Approx(30.0 / 60));
}

TEST_CASE("without a preferred half there is no rate at which connect() becomes slow") {
    KernelModel old;
    old.low_parity_first = false;
    CHECK(ceiling(PortSettings{}, old, Usage{}).per_s);
    CHECK_FALSE(ceiling(PortSettings{}, old, Usage{}).slow_above_per_s);

    PortSettings one_parity;
    for (std::size_t port = 0; port < 65536; port += 2)
        one_parity.reserved.set(port);
    CHECK_FALSE(ceiling(one_parity, KernelModel{}, Usage{}).slow_above_per_s);
    one_parity.reserved.flip();
    CHECK_FALSE(ceiling(one_parity, KernelModel{}, Usage{}).slow_above_per_s);
}

TEST_CASE("no usable port is a limit of zero, whoever closes") {
    PortSettings settings;
    settings.reserved.set();
    CHECK(ceiling(settings, KernelModel{}, Usage{}).per_s.value() == 0);
    CHECK(ceiling(settings, KernelModel{}, Usage{.client_closes = false}).per_s.value() == 0);
}

TEST_CASE("numbers that make no sense give a limit, not a crash or a NaN") {
    constexpr double nan = std::numeric_limits<double>::quiet_NaN();
    constexpr double infinity = std::numeric_limits<double>::infinity();
    CHECK(ceiling(PortSettings{}, KernelModel{}, Usage{.lifetime_s = nan}).per_s.value() ==
          doctest::Approx(470.53).epsilon(0.0001));
    CHECK(ceiling(PortSettings{}, KernelModel{}, Usage{.lifetime_s = infinity}).per_s.value() == 0);
    PortSettings settings = reusing();
    settings.reuse_delay_s = nan;
    CHECK_FALSE(ceiling(settings, KernelModel{}, Usage{}).per_s);
    KernelModel model;
    model.time_wait_s = -1;
    CHECK_FALSE(ceiling(PortSettings{}, model, Usage{}).per_s);
}

}  // namespace
}  // namespace tcptune::capacity

// SPDX-License-Identifier: Apache-2.0
#include <tcptune/capacity/port_budget.hpp>

#include <limits>
#include <vector>

#include <doctest/doctest.h>

namespace tcptune::capacity {
namespace {

PortSet ports(std::vector<std::int64_t> list) {
    return to_port_set(std::span<const std::int64_t>(list));
}

PortSettings range(std::int64_t low, std::int64_t high) {
    PortSettings settings;
    settings.low = low;
    settings.high = high;
    return settings;
}

TEST_CASE("the default range has 28232 ports, both ends inclusive, half of them even") {
    const PortBudget budget = port_budget(PortSettings{}, KernelModel{});
    CHECK(budget == PortBudget{.range = 28232,
                               .reserved = 0,
                               .bound = 0,
                               .usable = 28232,
                               .preferred = 14116,
                               .preferred_even = true});
}

TEST_CASE("reserved ports and bound ports inside the range are lost, outside they are not") {
    PortSettings settings = range(40000, 40099);
    settings.reserved = ports({39999, 40000, 40002, 40003, 40100});
    settings.bound = ports({22, 40001, 40099, 41000});
    const PortBudget budget = port_budget(settings, KernelModel{});
    CHECK(budget.reserved == 3);
    CHECK(budget.bound == 2);
    CHECK(budget.usable == 95);
    CHECK(budget.preferred == 48);
}

TEST_CASE("a listener on a reserved port is counted once, as reserved") {
    PortSettings settings = range(40000, 40099);
    settings.reserved = ports({40010, 40011});
    settings.bound = ports({40011, 40012});
    const PortBudget budget = port_budget(settings, KernelModel{});
    CHECK(budget.reserved == 2);
    CHECK(budget.bound == 1);
    CHECK(budget.usable == 97);
}

TEST_CASE("the preferred half has the parity of the start of the range") {
    const PortBudget odd = port_budget(range(40001, 40101), KernelModel{});
    CHECK_FALSE(odd.preferred_even);
    CHECK(odd.usable == 101);
    CHECK(odd.preferred == 51);

    PortSettings settings = range(40001, 40100);
    settings.bound = ports({40002, 40004, 40006});
    const PortBudget others_bound = port_budget(settings, KernelModel{});
    CHECK(others_bound.usable == 97);
    CHECK(others_bound.preferred == 50);
}

TEST_CASE("a kernel without a preference may take every usable port first") {
    KernelModel model;
    model.low_parity_first = false;
    CHECK(port_budget(range(40000, 40099), model).preferred == 100);
}

TEST_CASE("a range of one port has one port") {
    const PortBudget budget = port_budget(range(65535, 65535), KernelModel{});
    CHECK(budget.range == 1);
    CHECK(budget.preferred == 1);
    CHECK_FALSE(budget.preferred_even);
}

TEST_CASE("an upside down range and numbers that are no ports give no usable port") {
    CHECK(port_budget(range(60999, 32768), KernelModel{}).range == 0);
    CHECK(port_budget(range(-10, -1), KernelModel{}).range == 0);
    CHECK(port_budget(range(65536, 70000), KernelModel{}).range == 0);
    constexpr auto lowest = std::numeric_limits<std::int64_t>::min();
    constexpr auto highest = std::numeric_limits<std::int64_t>::max();
    CHECK(port_budget(range(lowest, highest), KernelModel{}).range == 65536);
    CHECK(port_budget(range(highest, lowest), KernelModel{}).range == 0);
}

TEST_CASE("everything reserved leaves nothing") {
    PortSettings settings = range(1024, 65535);
    settings.reserved.set();
    const PortBudget budget = port_budget(settings, KernelModel{});
    CHECK(budget.range == 64512);
    CHECK(budget.reserved == 64512);
    CHECK(budget.usable == 0);
    CHECK(budget.preferred == 0);
}

TEST_CASE("a port set keeps the ends and leaves out numbers that are no ports") {
    const PortSet set = ports({-1, 0, 65535, 65536, std::numeric_limits<std::int64_t>::max()});
    CHECK(set.count() == 2);
    CHECK(set.test(0));
    CHECK(set.test(65535));
    const std::vector<std::uint16_t> short_numbers = {80, 443, 80};
    CHECK(to_port_set(std::span<const std::uint16_t>(short_numbers)).count() == 2);
}

}  // namespace
}  // namespace tcptune::capacity

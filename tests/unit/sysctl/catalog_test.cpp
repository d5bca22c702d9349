// SPDX-License-Identifier: Apache-2.0
#include <tcptune/sysctl/catalog.hpp>

#include <doctest/doctest.h>

using namespace tcptune::sysctl;

TEST_CASE("the first declaration of a parameter stays") {
    ParameterCatalog catalog;
    Parameter first(*Key::parse("net.ipv4.tcp_tw_reuse"));
    first.summary = "first";
    Parameter second = first;
    second.summary = "second";
    CHECK(catalog.add(first));
    CHECK_FALSE(catalog.add(second));
    REQUIRE(catalog.find("net.ipv4.tcp_tw_reuse") != nullptr);
    CHECK(catalog.find("net.ipv4.tcp_tw_reuse")->summary == "first");
    CHECK(catalog.all().size() == 1);
}

TEST_CASE("what is not declared is not found") {
    CHECK(ParameterCatalog().find("net.ipv4.tcp_tw_reuse") == nullptr);
}

// SPDX-License-Identifier: Apache-2.0
#include "unit/facts/generator.hpp"

#include <tcptune/facts/ip_address.hpp>

#include <doctest/doctest.h>

namespace tcptune::facts {

namespace {

std::string normal(std::string_view text) {
    const auto address = parse_address(text);
    return address ? to_string(*address) : "none";
}

}  // namespace

TEST_CASE("addresses are read in every spelling and written in one") {
    struct Row {
        const char* text;
        const char* normal;
    };
    const Row rows[] = {
        {"10.0.3.7", "10.0.3.7"},
        {"255.255.255.255", "255.255.255.255"},
        {"::", "::"},
        {"::1", "::1"},
        {"0:0:0:0:0:0:0:1", "::1"},
        {"2001:DB8::1", "2001:db8::1"},
        {"2001:0db8:0:0:1:0:0:1", "2001:db8::1:0:0:1"},
        {"2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1"},
        {"1:0:0:2:0:0:0:3", "1:0:0:2::3"},
        {"fe80::", "fe80::"},
        {"1::2:3:4:5:6:7", "1:0:2:3:4:5:6:7"},
        {"64:ff9b::192.0.2.33", "64:ff9b::c000:221"},
        {"::ffff:192.0.2.33", "192.0.2.33"},
        {"::ffff:c000:221", "192.0.2.33"},
        {"0:0:0:0:0:ffff:127.0.0.1", "127.0.0.1"},
    };
    for (const Row& row : rows) {
        CAPTURE(row.text);
        CHECK(normal(row.text) == row.normal);
    }
}

TEST_CASE("what is no numeric address is not taken for one") {
    for (const char* text : {"",
                             "10.0.3",
                             "10.0.3.7.1",
                             "10.0.3.256",
                             "10.0.3.07",
                             "10.0.3.",
                             ".10.0.3",
                             "10.0.3.x",
                             "10.0.3.-1",
                             "10.0.3.+1",
                             " 10.0.3.7",
                             "host",
                             ":",
                             ":::",
                             "1:2:3:4:5:6:7",
                             "::1::",
                             "1:2:3:4:5:6:7:8:9",
                             "1:2:3:4:5:6:7:8::",
                             "::12345",
                             "fe80::1%eth0",
                             "::g",
                             "1.2.3.4::",
                             "::1.2.3.4:5",
                             "1:2:3:4:5:6:7:1.2.3.4",
                             ":1",
                             "1:"}) {
        CAPTURE(text);
        CHECK(normal(text) == "none");
    }
}

TEST_CASE("every address reads back from its text") {
    test::Generator random(7);
    for (int i = 0; i < 5000; ++i) {
        IpAddress address{random.chance(30) ? IpFamily::v4 : IpFamily::v6, {}};
        const std::size_t length = address.family == IpFamily::v4 ? 4 : 16;
        for (std::size_t j = 0; j < length; ++j)
            address.bytes[j] =
                random.chance(60) ? std::uint8_t{0} : static_cast<std::uint8_t>(random.bits());
        if (address.family == IpFamily::v6) address.bytes[0] = 0x20;  // not IPv4-mapped
        CAPTURE(to_string(address));
        CHECK(parse_address(to_string(address)) == address);
    }
}

}  // namespace tcptune::facts

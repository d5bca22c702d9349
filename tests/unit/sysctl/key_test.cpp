// SPDX-License-Identifier: Apache-2.0
#include <tcptune/sysctl/key.hpp>

#include <doctest/doctest.h>

using namespace tcptune::sysctl;

TEST_CASE("a dotted name of two or more plain components is a key") {
    const auto key = Key::parse("net.ipv4.tcp_tw_reuse");
    REQUIRE(key);
    CHECK(key->text() == "net.ipv4.tcp_tw_reuse");
    CHECK(key->path() == "net/ipv4/tcp_tw_reuse");
    CHECK(Key::parse("vm.swappiness"));
    CHECK(Key::parse("net.ipv4.conf.br-0.rp_filter"));
}

TEST_CASE("nothing that could leave /proc/sys or hide in a message is a key") {
    for (const char* text :
         {"", "net", ".net.ipv4", "net..ipv4", "net.ipv4.", "net/ipv4/x", "net.ipv4/x", "../etc.x",
          "net.IPv4.x", "net.ipv4.x y", "net.ipv4.*", "net.ipv4.x\n", "net.ipv4.\x1b",
          "n\xc3\xa4.x", "net.ipv4.x=1", "-net.ipv4.x.."}) {
        CAPTURE(text);
        CHECK_FALSE(Key::parse(text));
    }
    CHECK_FALSE(Key::parse(std::string_view("a.b\0c", 5)));
    CHECK(Key::parse("a." + std::string(126, 'b')));
    CHECK_FALSE(Key::parse("a." + std::string(127, 'b')));
}

TEST_CASE("in a configured name the first separator decides") {
    CHECK(Key::parse_configured("net.ipv4.tcp_tw_reuse")->text() == "net.ipv4.tcp_tw_reuse");
    CHECK(Key::parse_configured("net/ipv4/tcp_tw_reuse")->text() == "net.ipv4.tcp_tw_reuse");
    CHECK_FALSE(Key::parse_configured("net/ipv4.tcp_tw_reuse"));
    CHECK_FALSE(Key::parse_configured("net.ipv4/tcp_tw_reuse"));
    CHECK_FALSE(Key::parse_configured("net/ipv4/conf/eth0.100/rp_filter"));
    CHECK_FALSE(Key::parse_configured("net"));
    CHECK_FALSE(Key::parse_configured(""));
}

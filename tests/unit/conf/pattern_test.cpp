// SPDX-License-Identifier: Apache-2.0
#include "trees.hpp"

#include <string>

#include <doctest/doctest.h>

using namespace tcptune::conf;

namespace {

const std::string fin = "net.ipv4.tcp_fin_timeout";

/// Whether a line with that name sets `key`, as systemd-sysctl loads.
bool sets(const std::string& name, const std::string& key) {
    test::World world;
    world.keys = {key};
    world.initial = {{key, "7"}};
    const std::string text = name + " = 33\n";
    return world.key(test::tree_of({{"a.conf", text}}), key).systemd.value == "33";
}

bool matches(const std::string& pattern) {
    return sets(pattern, fin);
}

}  // namespace

// Each pattern was tried on systemd-sysctl 252 with the same outcome.
TEST_CASE("wildcards match inside one component") {
    CHECK(matches("net.ipv4.tcp_fin_*"));
    CHECK(matches("net.*.tcp_fin_timeout"));
    CHECK(matches("*.ipv4.tcp_fin_timeout"));
    CHECK(matches("net.ipv4.tcp_fin_t?meout"));
    CHECK(matches("net.ipv4.*_*_*"));
    CHECK(matches("net.ipv4.tcp_fin_timeout*"));
}

TEST_CASE("no wildcard matches a separator") {
    CHECK_FALSE(matches("net.*fin_timeout"));
    CHECK_FALSE(matches("net?ipv4?tcp_fin_timeout"));
    CHECK_FALSE(matches("net.ipv4[.]tcp_fin_timeout"));
    CHECK_FALSE(matches("*"));
    CHECK_FALSE(matches("net.ipv4.*.tcp_fin_timeout"));
}

TEST_CASE("brackets hold characters, ranges and classes, or all others") {
    for (const char* set : {"[i]", "[h-j]", "[!a]", "[^a]", "[[:alpha:]]", "[]i]", "[]-z]",
                            "[x[:lower:]]", "[\\i]"}) {
        CAPTURE(set);
        CHECK(matches("net.ipv4.tcp_fin_t" + std::string(set) + "meout"));
    }
    for (const char* set : {"[!i]", "[a-h]", "[z-a]", "[a-]", "[[:digit:]]", "[]", "[i"}) {
        CAPTURE(set);
        CHECK_FALSE(matches("net.ipv4.tcp_fin_t" + std::string(set) + "meout"));
    }
    CHECK(matches("net.ipv4.tcp_fin[-_]timeout"));
}

TEST_CASE("a backslash takes the meaning away") {
    CHECK(matches("net\\.ipv4.tcp_fin_*"));
    CHECK_FALSE(matches("net.ipv4.tcp_fin_\\*"));
}

TEST_CASE("braces stand for alternatives") {
    CHECK(matches("net.ipv4.tcp_{fin_timeout,tw_*}"));
    CHECK(matches("net.ipv4.tcp_fin_tim{e,}out*"));
    CHECK(matches("net.ipv4.tcp_fin_{t{ime,x},y}out*"));
    CHECK(matches("net.{ipv4.tcp_fin_timeout*,ipv6}"));
    CHECK(matches("net{.,x}.ipv4.tcp_fin_time*"));
    CHECK_FALSE(matches("net.ipv4.tcp_{tw,syn}*"));
    CHECK_FALSE(matches("net.ipv4.tcp_fin_{timeout*"));
}

TEST_CASE("patterns made to be slow are not") {
    std::string stars;
    for (int i = 0; i < 10000; ++i)
        stars += "*a";
    CHECK_FALSE(sets(stars, std::string(10000, 'a') + "b"));
    std::string braces;
    for (int i = 0; i < 100000; ++i)
        braces += "{a,b}";
    CHECK_FALSE(sets(braces, "ab"));
    CHECK_FALSE(sets(braces.substr(0, 1000), "ab"));
    CHECK_FALSE(sets(std::string(1000000, '{'), "ab"));
    CHECK_FALSE(sets(std::string(1000000, '['), "ab"));
}

TEST_CASE("a pattern without wildcards matches itself only") {
    CHECK(matches(fin));
    CHECK_FALSE(matches("net.ipv4.tcp_fin_timeou"));
    CHECK_FALSE(matches("net.ipv4"));
    CHECK_FALSE(matches(""));
}

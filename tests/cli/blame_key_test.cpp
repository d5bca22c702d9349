// SPDX-License-Identifier: Apache-2.0
#include "cli/blame_key.hpp"

#include <tcptune/base/error.hpp>

#include <string>
#include <vector>

#include <doctest/doctest.h>

using namespace tcptune;
using cli::blame_key;
using cli::similar_key;

namespace {

sysctl::ParameterCatalog blame_catalog() {
    sysctl::ParameterCatalog catalog;
    for (const char* key :
         {"net.ipv4.tcp_tw_reuse", "net.ipv4.tcp_fin_timeout", "net.ipv4.ip_forward",
          "net.ipv4.conf.all.forwarding", "net.ipv6.conf.all.forwarding"})
        (void)catalog.add(sysctl::Parameter(*sysctl::Key::parse(key)));
    return catalog;
}

/// The reason why the word is no key; "" when it is one.
std::string refusal(const std::string& word) {
    try {
        (void)blame_key(word, blame_catalog());
    } catch (const Error& error) {
        CHECK(error.code() == ErrorCode::usage);
        CHECK(error.object() == word);
        return error.reason();
    }
    return {};
}

}  // namespace

TEST_CASE("every way to write a key leads to its dotted name") {
    for (const char* word :
         {"net.ipv4.tcp_tw_reuse", "net/ipv4/tcp_tw_reuse", "/proc/sys/net/ipv4/tcp_tw_reuse",
          "/proc/sys/net.ipv4.tcp_tw_reuse", "tcp_tw_reuse"}) {
        CAPTURE(word);
        CHECK(blame_key(word, blame_catalog()) == "net.ipv4.tcp_tw_reuse");
    }
}

TEST_CASE("a key that tcptune has no rules for is taken when its name is whole") {
    CHECK(blame_key("kernel.sysrq", blame_catalog()) == "kernel.sysrq");
    CHECK(blame_key("kernel/sysrq", blame_catalog()) == "kernel.sysrq");
}

TEST_CASE("an interface with a dot in its name keeps it as a slash") {
    CHECK(blame_key("net/ipv4/conf/eth0.100/rp_filter", blame_catalog()) ==
          "net.ipv4.conf.eth0/100.rp_filter");
    CHECK(blame_key("/proc/sys/net/ipv4/conf/eth0.100/rp_filter", blame_catalog()) ==
          "net.ipv4.conf.eth0/100.rp_filter");
    CHECK(blame_key("net.ipv4.conf.eth0/100.rp_filter", blame_catalog()) ==
          "net.ipv4.conf.eth0/100.rp_filter");
}

TEST_CASE("a last part that two keys share is not guessed at") {
    CHECK(refusal("forwarding").starts_with("is no whole name of a sysctl"));
}

TEST_CASE("a slip in a short name is answered with the whole one that may be meant") {
    CHECK(refusal("tcp_tw_reus").find("(did you mean net.ipv4.tcp_tw_reuse?)") !=
          std::string::npos);
    CHECK(refusal("zzzzzzzzzz").find("did you mean") == std::string::npos);
}

TEST_CASE("what can be no name of one sysctl is refused") {
    const std::vector<std::string> words{"",
                                         ".",
                                         "/",
                                         "/proc/sys/",
                                         "net..x",
                                         ".net.x",
                                         "net.x.",
                                         "net.ipv4.*",
                                         "net.ipv4.tcp_[a-z]",
                                         "net.ipv4.tcp_tw_reuse=1",
                                         "net ipv4",
                                         "net.ipv4.x\n",
                                         "net.\x1b[31m",
                                         "net.\xc3\xa4",
                                         std::string("net.a\0b", 7),
                                         "-net.ipv4.tcp_tw_reuse ",
                                         "net." + std::string(255, 'x')};
    for (const std::string& word : words) {
        CAPTURE(word);
        CHECK_FALSE(refusal(word).empty());
    }
    CHECK(blame_key("net." + std::string(251, 'x'), blame_catalog()).size() == 255);
}

TEST_CASE("a similar key is one of the catalog's, a slip away") {
    CHECK(similar_key("net.ipv4.tcp_tw_reus", blame_catalog()) == "net.ipv4.tcp_tw_reuse");
    CHECK(similar_key("kernel.sysrq", blame_catalog()).empty());
    CHECK(similar_key("net.ipv4.x", {}).empty());
}

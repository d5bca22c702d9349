// SPDX-License-Identifier: Apache-2.0
#include <tcptune/conf/statements.hpp>

#include <doctest/doctest.h>

using namespace tcptune::conf;
using namespace std::string_view_literals;

namespace {

std::vector<Statement> both_ways(std::string_view text, Loader loader) {
    return parse(text, "f", loader);
}

}  // namespace

TEST_CASE("systemd ends a line at LF, CR and NUL, procps at LF alone") {
    const auto text = "a.b=1\rc.d=2\ne.f=3\0g.h=4\n"sv;
    const auto systemd = both_ways(text, Loader::systemd);
    REQUIRE(systemd.size() == 4);
    CHECK(systemd[1].name == "c.d");
    CHECK(systemd[1].line == 1);
    CHECK(systemd[3].name == "g.h");
    CHECK(systemd[3].line == 2);
    const auto procps = both_ways(text, Loader::procps);
    REQUIRE(procps.size() == 2);
    CHECK(procps[0].value == "1\rc.d=2");
    CHECK(procps[1].value == "3");
    CHECK(procps[1].line == 2);
}

TEST_CASE("the first separator of a name decides for both loaders") {
    for (const Loader loader : {Loader::systemd, Loader::procps}) {
        const auto said = both_ways(
            "net/ipv4/conf/eth0.100/x=1\nnet.ipv4.conf.eth0/100.x=1\n/a/b=1\n.a.b=1\na..b=1\n",
            loader);
        REQUIRE(said.size() == 5);
        CHECK(said[0].name == "net.ipv4.conf.eth0/100.x");
        CHECK(said[1].name == said[0].name);
        for (std::size_t at = 2; at < 5; ++at)
            CHECK(said[at].name == "a.b");
    }
}

TEST_CASE("procps keeps a blank behind the dash, takes two dashes off and finds no file at a.b.") {
    const auto procps = both_ways("- a.b=1\n--a.b=1\na.b.=1\n", Loader::procps);
    REQUIRE(procps.size() == 3);
    CHECK(procps[0].name == "a.b");
    CHECK(procps[0].unusable);
    CHECK_FALSE(procps[1].unusable);
    CHECK(procps[2].unusable);
    const auto systemd = both_ways("- a.b=1\n--a.b=1\na.b.=1\n", Loader::systemd);
    REQUIRE(systemd.size() == 3);
    CHECK_FALSE(systemd[0].unusable);
    CHECK(systemd[1].unusable);
    CHECK_FALSE(systemd[2].unusable);
}

TEST_CASE("a byte order mark makes the first name another one") {
    for (const Loader loader : {Loader::systemd, Loader::procps}) {
        const auto said = both_ways(
            "\xef\xbb\xbf"
            "a.b=1\nc.d=2\n",
            loader);
        REQUIRE(said.size() == 2);
        CHECK(said[0].name == "a.b");
        CHECK(said[0].unusable);
        CHECK_FALSE(said[1].unusable);
    }
}

TEST_CASE("systemd gives a file up at a line of a mebibyte") {
    const std::string just_short = "#" + std::string((1U << 20U) - 2, 'x') + "\na.b=1\n";
    CHECK(both_ways(just_short, Loader::systemd).size() == 1);
    const std::string too_long = "#" + std::string((1U << 20U) - 1, 'x') + "\na.b=1\n";
    CHECK(both_ways(too_long, Loader::systemd).empty());
    CHECK(both_ways(too_long, Loader::procps).size() == 1);
}

TEST_CASE("words of the kernel's command line are read as the kernel reads them") {
    const auto said = command_line_statements(
        "quiet sysctl.net.ipv4.a=1 \"sysctl.net/ipv4/b=1 2\" sysctl.c.d=\"3 4\" sysctl.none "
        "sysctlx.e=1 -- sysctl.late.one=1");
    REQUIRE(said.size() == 3);
    CHECK(said[0].name == "net.ipv4.a");
    CHECK(said[0].file == "/proc/cmdline");
    CHECK(said[1].value == "1 2");
    CHECK(said[2].value == "3 4");
}

TEST_CASE("a line without '=' is an exclusion with a dash and nothing without one") {
    for (const Loader loader : {Loader::systemd, Loader::procps}) {
        const auto said = both_ways("-a.b\nc.d\n# e.f=1\n;g.h=1\n", loader);
        REQUIRE(said.size() == 1);
        CHECK(said[0].exclusion);
        CHECK(said[0].name == "a.b");
    }
}

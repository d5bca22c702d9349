// SPDX-License-Identifier: Apache-2.0
#include <tcptune/sysctl/sysctl_conf.hpp>

#include <string>

#include <doctest/doctest.h>

using namespace tcptune::sysctl;

namespace {

/// "line: key=value" of every line, with '-' before the key and '!' instead of '=' for exclusions.
std::string seen(std::string_view text) {
    std::string result;
    for (const ConfLine& line : parse_conf(text)) {
        if (!result.empty()) result += "; ";
        result += std::to_string(line.line) + ": " + (line.ignore_errors ? "-" : "") + line.key +
                  (line.exclusion ? "!" : "=" + line.value);
    }
    return result;
}

}  // namespace

TEST_CASE("assignments are read with their line numbers; comments and empty lines are not") {
    CHECK(seen("# c\n\n; c\n a.b = 1 \n  # c\na.c=2") == "4: a.b=1; 6: a.c=2");
    CHECK(seen("").empty());
}

TEST_CASE("only the first equals sign separates, and what follows a value belongs to it") {
    CHECK(seen("a.b = = 1") == "1: a.b== 1");
    CHECK(seen("a.b = 1 # c") == "1: a.b=1 # c");
    CHECK(seen("a.b =") == "1: a.b=");
}

TEST_CASE("a line that is no assignment sets nothing") {
    CHECK(seen("a.b 1\nsysctl -p\n= 1\n-\n-= 1\n").empty());
}

TEST_CASE("a leading dash forgives errors, and without a value takes the key out") {
    CHECK(seen("-a.b = 1\n- a.c = 1\n-a.d\n") == "1: -a.b=1; 2: -a.c=1; 3: -a.d!");
}

TEST_CASE("the first separator of a name decides which one it is") {
    CHECK(seen("net/ipv4/k = 1") == "1: net.ipv4.k=1");
    CHECK(seen("net/ipv4/conf/eth0.100/k = 1") == "1: net.ipv4.conf.eth0/100.k=1");
    CHECK(seen("net.ipv4.conf.eth0/100.k = 1") == "1: net.ipv4.conf.eth0/100.k=1");
    CHECK(seen("net/ipv4.k = 1") == "1: net.ipv4/k=1");
}

TEST_CASE("separators that say nothing are dropped as the loader drops them") {
    for (const char* name : {"net//ipv4/./k/", "/net/ipv4/k", ".net.ipv4.k", "net..ipv4.k."}) {
        CAPTURE(name);
        CHECK(seen(std::string(name) + " = 1") == "1: net.ipv4.k=1");
    }
}

TEST_CASE("lines end as the loader ends them") {
    CHECK(seen("a.b = 1\r\na.c = 2\r\n") == "1: a.b=1; 2: a.c=2");
    CHECK(seen("# c\ra.b = 1") == "2: a.b=1");
    CHECK(seen(std::string_view("# c\0a.b = 1", 11)) == "2: a.b=1");
    CHECK(seen(std::string_view("\0\na.b = 1\n\0a.c = 2", 18)) == "3: a.b=1; 4: a.c=2");
    CHECK(seen("a.b = 1\n\r\n\ra.c = 2") == "1: a.b=1; 3: a.c=2");
}

TEST_CASE("a byte order mark spoils the first line") {
    CHECK(seen("\xEF\xBB\xBF"
               "a.b = 1\na.c = 2") ==
          "1: \xEF\xBB\xBF"
          "a.b=1; 2: a.c=2");
}

TEST_CASE("a line over one MiB ends the file") {
    const std::string text = "a.b = 1\n#" + std::string(std::size_t{1} << 20, 'x') + "\na.c = 2";
    CHECK(seen(text) == "1: a.b=1");
}

TEST_CASE("only stars, question marks and brackets make a glob") {
    CHECK(parse_conf("net.*.k = 1")[0].is_glob);
    CHECK(parse_conf("net.?.k = 1")[0].is_glob);
    CHECK(parse_conf("net.[i]pv4.k = 1")[0].is_glob);
    CHECK_FALSE(parse_conf("net.{ipv4,ipv6}.k = 1")[0].is_glob);
    CHECK_FALSE(parse_conf("net.ipv4.k = *")[0].is_glob);
}

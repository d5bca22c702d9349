// SPDX-License-Identifier: Apache-2.0
#include <tcptune/base/text.hpp>

#include <cstdint>
#include <limits>

#include <doctest/doctest.h>

using namespace tcptune;

using Pieces = std::vector<std::string_view>;

TEST_CASE("white space goes off the ends and stays inside") {
    CHECK(trim(" \t a b\r\n") == "a b");
    CHECK(trim(" \t\n").empty());
    CHECK(trim("").empty());
}

TEST_CASE("words are what stands between white space") {
    CHECK(split_words(" 32768\t60999\n") == Pieces{"32768", "60999"});
    CHECK(split_words("  ").empty());
}

TEST_CASE("splitting keeps empty pieces") {
    CHECK(split("a,,b,", ',') == Pieces{"a", "", "b", ""});
    CHECK(split("", ',') == Pieces{""});
}

TEST_CASE("an integer is read whole or not at all") {
    CHECK(parse_integer("0") == 0);
    CHECK(parse_integer("-5") == -5);
    CHECK(parse_integer("+5") == 5);
    CHECK(parse_integer("9223372036854775807") == std::numeric_limits<std::int64_t>::max());
    for (const char* text :
         {"", "+", "-", "+-5", "--5", " 5", "5 ", "0x10", "5.0", "1e3", "9223372036854775808"}) {
        CAPTURE(text);
        CHECK_FALSE(parse_integer(text));
    }
}

TEST_CASE("a real number is finite and read whole") {
    CHECK(parse_real("0.5") == 0.5);
    CHECK(parse_real("-2") == -2.0);
    for (const char* text : {"", "nan", "inf", "1e999", "0,5", "0.5 ", "abc"}) {
        CAPTURE(text);
        CHECK_FALSE(parse_real(text));
    }
}

TEST_CASE("parts are joined with the separator between them") {
    CHECK(join(std::vector<std::string>{"a", "b", "c"}, ", ") == "a, b, c");
    CHECK(join({}, ", ").empty());
}

TEST_CASE("a misspelt word leads to the nearest one, a strange word to none") {
    const std::vector<std::string> words{"summary", "severity", "scope", "since"};
    CHECK(nearest("sumary", words) == "summary");
    CHECK(nearest("severtiy", words) == "severity");
    CHECK(nearest("scope", words) == "scope");
    CHECK_FALSE(nearest("references", words));
    CHECK_FALSE(nearest("", words));
    CHECK_FALSE(nearest(std::string(1000000, 's'), words));
    CHECK_FALSE(nearest("scope", {}));
}

TEST_CASE("thousands are set off for people") {
    CHECK(with_thousands(0) == "0");
    CHECK(with_thousands(999) == "999");
    CHECK(with_thousands(28232) == "28,232");
    CHECK(with_thousands(-1000) == "-1,000");
    CHECK(with_thousands(-100) == "-100");
    CHECK(with_thousands(std::numeric_limits<std::int64_t>::min()) == "-9,223,372,036,854,775,808");
}

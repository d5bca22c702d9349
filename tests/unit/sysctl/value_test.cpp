// SPDX-License-Identifier: Apache-2.0
#include <tcptune/sysctl/value.hpp>

#include <limits>
#include <string>

#include <doctest/doctest.h>

using namespace tcptune::sysctl;

namespace {

std::optional<Value> ports(std::string_view text) {
    return parse_value(ValueType::port_set, text);
}

}  // namespace

TEST_CASE("a boolean is 0 or 1") {
    CHECK(parse_value(ValueType::boolean, "1\n") == Value(true));
    CHECK(parse_value(ValueType::boolean, "0") == Value(false));
    for (const char* text : {"", "2", "01", "true", "1 1", "+1"}) {
        CAPTURE(text);
        CHECK_FALSE(parse_value(ValueType::boolean, text));
    }
}

TEST_CASE("a number that the kernel would read as another one is not read") {
    for (const ValueType type : {ValueType::integer, ValueType::enumerated}) {
        CHECK(parse_value(type, " 60\n") == Value(std::int64_t{60}));
        CHECK(parse_value(type, "-5") == Value(std::int64_t{-5}));
        CHECK(parse_value(type, "0") == Value(std::int64_t{0}));
        for (const char* text : {"", "010", "-010", "00", "0x10", "15 # comment", "15 20", "25;",
                                 "+1", "1.0", "abc", "99999999999999999999"}) {
            CAPTURE(text);
            CHECK_FALSE(parse_value(type, text));
        }
    }
}

TEST_CASE("a list of numbers takes tabs or spaces, and one number is no list") {
    const Value range = List{32768, 60999};
    CHECK(parse_value(ValueType::integer_list, "32768\t60999\n") == range);
    CHECK(parse_value(ValueType::integer_list, "  32768   60999 ") == range);
    for (const char* text : {"", "1024", "1024-65535", "1024,65535", "1024 065535", "1024 x"}) {
        CAPTURE(text);
        CHECK_FALSE(parse_value(ValueType::integer_list, text));
    }
}

TEST_CASE("a port set is merged and sorted as the kernel reads it back") {
    CHECK(ports("8082,8081,8080") == Value(List{8080, 8081, 8082}));
    CHECK(ports("80-81,81-82\n") == Value(List{80, 81, 82}));
    CHECK(ports("8080,") == Value(List{8080}));
    CHECK(ports("\n") == Value(List{}));
    CHECK(ports("0,65535") == Value(List{0, 65535}));
    for (const char* text : {",", ",1", "1,,2", "1,2,,", "8080, 9000", "8080 9000", "9010-9000",
                             "65536", "-1", "1-", "1-2-3", "0--0", "010", "0x10", "a"}) {
        CAPTURE(text);
        CHECK_FALSE(ports(text));
    }
}

TEST_CASE("a very long port list costs no more than its length") {
    std::string text;
    for (int i = 0; i < 100000; ++i)
        text += "0-65535,";
    const auto all = ports(text);
    REQUIRE(all);
    CHECK(std::get<List>(*all).size() == 65536);
}

TEST_CASE("a name is one printable word") {
    CHECK(parse_value(ValueType::name, "cubic\n") == Value(std::string("cubic")));
    for (const char* text : {"", " ", "reno cubic", "a\x1b[2J", "n\xc3\xa4me"}) {
        CAPTURE(text);
        CHECK_FALSE(parse_value(ValueType::name, text));
    }
}

TEST_CASE("values are written as the kernel writes them, and with spaces for people") {
    CHECK(kernel_text(ValueType::boolean, true) == "1");
    CHECK(kernel_text(ValueType::integer, std::int64_t{-5}) == "-5");
    CHECK(kernel_text(ValueType::integer_list, List{32768, 60999}) == "32768\t60999");
    CHECK(display_text(ValueType::integer_list, List{32768, 60999}) == "32768 60999");
    CHECK(kernel_text(ValueType::port_set, List{22, 8080, 8081, 8090}) == "22,8080-8081,8090");
    CHECK(display_text(ValueType::port_set, List{22, 23}) == "22-23");
    CHECK(kernel_text(ValueType::port_set, List{}).empty());
    CHECK(kernel_text(ValueType::name, std::string("cubic")) == "cubic");
}

TEST_CASE("numbers that are no ports do not break the writing of a port set") {
    constexpr auto most = std::numeric_limits<std::int64_t>::max();
    CHECK(kernel_text(ValueType::port_set, List{most, 0}) == std::to_string(most) + ",0");
}

TEST_CASE("what the kernel reads back is what was written") {
    const std::pair<ValueType, Value> values[] = {
        {ValueType::boolean, false},
        {ValueType::integer, std::int64_t{-1}},
        {ValueType::enumerated, std::int64_t{2}},
        {ValueType::integer_list, List{4096, 131072, 6291456}},
        {ValueType::port_set, List{0, 1, 2, 22, 65534, 65535}},
        {ValueType::port_set, List{}},
        {ValueType::name, std::string("fq_codel")},
    };
    for (const auto& [type, value] : values) {
        CAPTURE(to_string(type));
        CHECK(parse_value(type, kernel_text(type, value)) == value);
    }
}

TEST_CASE("the words for types are read back") {
    for (const char* word : {"bool", "int", "enum", "int-list", "port-set", "name"}) {
        const auto type = parse_value_type(word);
        REQUIRE(type);
        CHECK(to_string(*type) == word);
    }
    CHECK_FALSE(parse_value_type("boolean"));
    CHECK_FALSE(parse_value_type(""));
}

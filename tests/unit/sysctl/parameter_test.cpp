// SPDX-License-Identifier: Apache-2.0
#include <tcptune/sysctl/parameter.hpp>

#include <string>

#include <doctest/doctest.h>

using namespace tcptune;
using namespace tcptune::sysctl;

namespace {

Parameter parameter(ValueType type) {
    Parameter result(*Key::parse("net.ipv4.some_key"));
    result.type = type;
    return result;
}

std::string complaint(const Parameter& about, const Value& value) {
    return check_value(about, value).value_or("");
}

const KernelVersion v4_17{4, 17, 0};
const KernelVersion v4_18{4, 18, 0};
const KernelVersion v6_18{6, 18, 0};

}  // namespace

TEST_CASE("a number outside the bounds is refused with the bound") {
    Parameter about = parameter(ValueType::integer);
    CHECK(complaint(about, std::int64_t{-5}).empty());
    about.min = 1;
    about.max = 60;
    CHECK(complaint(about, std::int64_t{1}).empty());
    CHECK(complaint(about, std::int64_t{60}).empty());
    CHECK(complaint(about, std::int64_t{0}) == "net.ipv4.some_key takes no less than 1, not 0");
    CHECK(complaint(about, std::int64_t{61}) == "net.ipv4.some_key takes no more than 60, not 61");
}

TEST_CASE("an enumerated parameter takes its members only and names them") {
    Parameter about = parameter(ValueType::enumerated);
    about.members = {
        {0, "off", {}}, {1, "on", {{}, v4_18}}, {1, "always", {v4_18, {}}}, {2, "", {}}};
    CHECK(complaint(about, std::int64_t{2}).empty());
    CHECK(complaint(about, std::int64_t{7}) == "net.ipv4.some_key takes 0, 1 or 2, not 7");
}

TEST_CASE("a list must have its count of numbers, each within the bounds") {
    Parameter about = parameter(ValueType::integer_list);
    about.length = 2;
    about.min = 1;
    about.max = 65535;
    CHECK(complaint(about, List{1024, 65535}).empty());
    CHECK(complaint(about, List{1024}) == "net.ipv4.some_key takes 2 numbers, not 1");
    CHECK(complaint(about, List{1, 2, 3}) == "net.ipv4.some_key takes 2 numbers, not 3");
    CHECK(complaint(about, List{1024, 70000}) ==
          "net.ipv4.some_key takes no more than 65535, not 70000");
}

TEST_CASE("a port set holds ports from 0 to 65535") {
    const Parameter about = parameter(ValueType::port_set);
    CHECK(complaint(about, List{}).empty());
    CHECK(complaint(about, List{0, 65535}).empty());
    CHECK_FALSE(complaint(about, List{-1}).empty());
    CHECK_FALSE(complaint(about, List{65536}).empty());
}

TEST_CASE("a name is one printable word of moderate length") {
    const Parameter about = parameter(ValueType::name);
    CHECK(complaint(about, std::string("cubic")).empty());
    CHECK_FALSE(complaint(about, std::string()).empty());
    CHECK_FALSE(complaint(about, std::string("a b")).empty());
    CHECK_FALSE(complaint(about, std::string("a\n")).empty());
    CHECK_FALSE(complaint(about, std::string(1000, 'a')).empty());
}

TEST_CASE("a value of another type is refused") {
    CHECK_FALSE(complaint(parameter(ValueType::boolean), std::int64_t{1}).empty());
    CHECK_FALSE(complaint(parameter(ValueType::integer), true).empty());
    CHECK_FALSE(complaint(parameter(ValueType::integer), List{1}).empty());
    CHECK_FALSE(complaint(parameter(ValueType::integer_list), std::int64_t{1}).empty());
    CHECK_FALSE(complaint(parameter(ValueType::port_set), std::string("22")).empty());
    CHECK_FALSE(complaint(parameter(ValueType::name), std::int64_t{1}).empty());
}

TEST_CASE("the default and the meaning of a value follow the kernel") {
    Parameter about = parameter(ValueType::enumerated);
    about.members = {{1, "on", {{}, v4_18}}, {1, "on for all destinations", {v4_18, {}}}};
    about.defaults = {{Value(std::int64_t{0}), "", {{}, v4_18}},
                      {Value(std::int64_t{2}), "", {v4_18, v6_18}},
                      {std::nullopt, "host.cpus", {v6_18, {}}}};
    CHECK(about.default_on(v4_17) == Value(std::int64_t{0}));
    CHECK(about.default_on(v4_18) == Value(std::int64_t{2}));
    CHECK_FALSE(about.default_on(v6_18));
    CHECK(about.meaning_of(std::int64_t{1}, v4_17) == "on");
    CHECK(about.meaning_of(std::int64_t{1}, v4_18) == "on for all destinations");
    CHECK(about.meaning_of(true, v4_17) == "on");
    CHECK(about.meaning_of(std::int64_t{2}, v4_18).empty());
    CHECK(about.meaning_of(std::string("1"), v4_18).empty());
}

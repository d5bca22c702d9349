// SPDX-License-Identifier: Apache-2.0
#include "unit/expr/support.hpp"

#include <limits>

namespace tcptune::expr::test {

namespace {

constexpr std::int64_t highest = std::numeric_limits<std::int64_t>::max();
constexpr std::int64_t lowest = std::numeric_limits<std::int64_t>::min();

}  // namespace

TEST_CASE("integers stay integers, and a division gives a real") {
    CHECK(value("7 - 10") == integer(-3));
    CHECK(value("7 * 6") == integer(42));
    CHECK(value("7 / 2") == FactValue{3.5});
    CHECK(value("6 / 2") == FactValue{3.0});
    CHECK(value("1 + 0.5") == FactValue{1.5});
    CHECK(value("2 * 0.5") == FactValue{1.0});
    CHECK(value("3 - 0.5") == FactValue{2.5});
    CHECK(value("-0.5") == FactValue{-0.5});
}

TEST_CASE("the remainder has the sign of the dividend") {
    CHECK(value("7 % 3") == integer(1));
    CHECK(value("-7 % 3") == integer(-1));
    CHECK(value("7 % -3") == integer(1));
    const Facts facts = {{"low", integer(lowest)}};
    CHECK(value("low % -1", facts) == integer(0));
    CHECK(value("low % 10", facts) == integer(-8));
    CHECK(reason(value("7 % 0.5")) == "a real number where an integer is needed");
}

TEST_CASE("an overflow is unknown, not a wrong number") {
    const Facts facts = {{"high", integer(highest)}, {"low", integer(lowest)}};
    CHECK(value("high + 0", facts) == integer(highest));
    CHECK(value("low - 0", facts) == integer(lowest));
    CHECK(value("-high - 1", facts) == integer(lowest));
    CHECK(value("high - 1 + 1", facts) == integer(highest));
    for (const char* text : {"high + 1", "low - 1", "high * 2", "low * -1", "-low", "abs(low)",
                             "high - low", "high * high"}) {
        CAPTURE(text);
        CHECK(reason(value(text, facts)) == "integer overflow");
    }
    const Facts reals = {{"big", FactValue{1e308}}};
    CHECK(reason(value("big * 10", reals)) == "number overflow");
    CHECK(reason(value("big + big", reals)) == "number overflow");
    CHECK(reason(value("big / 0.001", reals)) == "number overflow");
}

TEST_CASE("a division by zero is unknown") {
    CHECK(reason(value("1 / 0")) == "division by zero");
    CHECK(reason(value("1 / 0.0")) == "division by zero");
    CHECK(reason(value("0 / 0")) == "division by zero");
    CHECK(reason(value("1 % 0")) == "division by zero");
    CHECK(reason(value("1 / (2 - 2) > 5")) == "division by zero");
}

TEST_CASE("integers and reals compare exactly, also where a double has no room") {
    CHECK(value("1 == 1.0") == FactValue{true});
    CHECK(value("1 < 1.5") == FactValue{true});
    CHECK(value("-1 > -1.5") == FactValue{true});
    CHECK(value("2 >= 2.0") == FactValue{true});
    CHECK(value("2 != 2.5") == FactValue{true});
    // 2^53 + 1 has no double; a comparison in doubles would call these equal.
    CHECK(value("9007199254740993 == 9007199254740992.0") == FactValue{false});
    CHECK(value("9007199254740993 > 9007199254740992.0") == FactValue{true});
    CHECK(value("9007199254740992.0 < 9007199254740993") == FactValue{true});
    CHECK(value("9223372036854775807 < 9223372036854775808.0") == FactValue{true});
    CHECK(value("9223372036854775807 == 9223372036854775808.0") == FactValue{false});
    const Facts facts = {{"low", integer(lowest)}};
    CHECK(value("low == -9223372036854775808.0", facts) == FactValue{true});
    CHECK(value("low > -9223372036854780000.0", facts) == FactValue{true});
}

TEST_CASE("each comparison says what its sign says") {
    struct Row {
        const char* sign;
        bool below, same, above;
    };
    const Row rows[] = {{"==", false, true, false}, {"!=", true, false, true},
                        {"<", true, false, false},  {"<=", true, true, false},
                        {">", false, false, true},  {">=", false, true, true}};
    for (const Row& row : rows) {
        const std::string sign = std::string(" ") + row.sign + " ";
        CAPTURE(sign);
        CHECK(value("1" + sign + "2") == FactValue{row.below});
        CHECK(value("2" + sign + "2") == FactValue{row.same});
        CHECK(value("3" + sign + "2") == FactValue{row.above});
        CHECK(value("0.5" + sign + "1") == FactValue{row.below});
        CHECK(value("v4.9" + sign + "v4.12") == FactValue{row.below});
        CHECK(value("v4.12" + sign + "v4.12.0") == FactValue{row.same});
        CHECK(value("v6.1" + sign + "v5.19") == FactValue{row.above});
    }
}

TEST_CASE("texts, flags and lists are equal or not, and have no order") {
    const Facts facts = {{"l", List{1, 2}}, {"m", List{1, 2}}, {"n", List{2, 1}}};
    CHECK(value("'a' == 'a'") == FactValue{true});
    CHECK(value("'a' != 'b'") == FactValue{true});
    CHECK(value("true == false") == FactValue{false});
    CHECK(value("l == m", facts) == FactValue{true});
    CHECK(value("l != n", facts) == FactValue{true});
    CHECK(reason(value("'a' < 'b'")) == "text where a number or a version is needed");
    CHECK(reason(value("l < m", facts)) == "a list where a number or a version is needed");
    CHECK(reason(value("1 == 'a'")) == "text where a number is needed");
    CHECK(reason(value("'1' == 1")) == "values of different types cannot be compared");
}

}  // namespace tcptune::expr::test

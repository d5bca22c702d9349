// SPDX-License-Identifier: Apache-2.0
#include "unit/expr/support.hpp"

#include <limits>

namespace tcptune::expr::test {

namespace {

const Facts bounds = {
    {"x", AtMost{3}}, {"y", AtMost{5}}, {"two", integer(2)}, {"wide", AtMost{9007199254740992.0}}};
constexpr const char* undecided = "only an upper bound is known";

}  // namespace

TEST_CASE("a comparison with an upper bound is decided only where the bound decides") {
    struct Row {
        const char* text;
        int verdict;  ///< -1: unknown
    };
    // x is at most 3.
    const Row rows[] = {
        {"x > 5", 0},  {"x > 3", 0},   {"x > 2", -1}, {"x >= 5", 0},  {"x >= 3", -1},
        {"x < 5", 1},  {"x < 3", -1},  {"x < 2", -1}, {"x <= 3", 1},  {"x <= 2", -1},
        {"x == 4", 0}, {"x == 3", -1}, {"x != 4", 1}, {"x != 3", -1}, {"x < 3.5", 1},
        {"5 > x", 1},  {"3 > x", -1},  {"5 < x", 0},  {"3 < x", 0},   {"2 < x", -1},
        {"3 >= x", 1}, {"2 >= x", -1}, {"5 <= x", 0}, {"3 <= x", -1}, {"4 == x", 0},
        {"4 != x", 1}, {"3 == x", -1}, {"x < y", -1}, {"x == x", -1},
    };
    for (const Row& row : rows) {
        CAPTURE(row.text);
        const FactValue verdict = value(row.text, bounds);
        if (row.verdict < 0)
            CHECK(reason(verdict) == undecided);
        else
            CHECK(verdict == FactValue{row.verdict == 1});
    }
}

TEST_CASE("a bound survives what cannot turn it round") {
    CHECK(value("x + 2", bounds) == FactValue{AtMost{5}});
    CHECK(value("2 + x", bounds) == FactValue{AtMost{5}});
    CHECK(value("x + -10", bounds) == FactValue{AtMost{-7}});
    CHECK(value("x * 2", bounds) == FactValue{AtMost{6}});
    CHECK(value("0.5 * x", bounds) == FactValue{AtMost{1.5}});
    CHECK(value("x * 0", bounds) == FactValue{AtMost{0}});
    CHECK(value("x / 2", bounds) == FactValue{AtMost{1.5}});
    CHECK(value("x / 0.5 < 7", bounds) == FactValue{true});
}

TEST_CASE("a bound under anything else is unknown") {
    for (const char* text : {"x - 2", "2 - x", "x * -1", "-1 * x", "x / -2", "6 / x", "x + y",
                             "x * y", "x / y", "x % 2", "7 % x", "-x", "abs(x)", "floor(x)", "l[x]",
                             "range(1, x)", "clamp(1, x, 5)", "clamp(1, 0, x)"}) {
        CAPTURE(text);
        Facts facts = bounds;
        facts["l"] = List{1, 2, 3, 4};
        CHECK(reason(value(text, facts)) == undecided);
    }
    CHECK(reason(value("x / 0", bounds)) == "division by zero");
    CHECK(reason(value("x + 'a'", bounds)) == "text where a number is needed");
    CHECK(reason(value("x == 'a'", bounds)) == "text where a number is needed");
    CHECK(reason(value("v4.12 < x", bounds)) == "a version where a number is needed");
}

TEST_CASE("the smallest of a bound and a number is a bound, never above the number") {
    CHECK(value("min(x, 10)", bounds) == FactValue{AtMost{3}});
    CHECK(value("min(10, x)", bounds) == FactValue{AtMost{3}});
    CHECK(value("min(x, two)", bounds) == FactValue{AtMost{2}});
    CHECK(value("min(x, y)", bounds) == FactValue{AtMost{3}});
    CHECK(value("min(y, 10, x)", bounds) == FactValue{AtMost{3}});
}

TEST_CASE("the largest of a bound and a number above it is that number") {
    CHECK(value("max(x, 10)", bounds) == integer(10));
    CHECK(value("max(10, x)", bounds) == integer(10));
    CHECK(value("max(x, 3)", bounds) == integer(3));
    CHECK(value("max(x, two)", bounds) == FactValue{AtMost{3}});
    CHECK(value("max(x, y)", bounds) == FactValue{AtMost{5}});
    CHECK(value("clamp(x, 4, 9)", bounds) == integer(4));
    CHECK(value("clamp(x, 1, 9)", bounds) == FactValue{AtMost{3}});
    CHECK(value("clamp(x, 1, 2)", bounds) == FactValue{AtMost{2}});
}

TEST_CASE("a bound is never rounded to less than it was") {
    // 2^53 + 1 has no double: the bound must be the next double above, not the one below.
    const FactValue sum = value("wide + 9007199254740993", bounds);
    REQUIRE(std::holds_alternative<AtMost>(sum));
    CHECK(std::get<AtMost>(sum).value >= 18014398509481985.0);
    CHECK(value("min(max(wide, 9007199254740993), 1)", bounds) == integer(1));
    const FactValue least = value("min(y, 9007199254740993)", {{"y", AtMost{1e17}}});
    REQUIRE(std::holds_alternative<AtMost>(least));
    CHECK(std::get<AtMost>(least).value == 9007199254740994.0);
}

TEST_CASE("an infinite bound says nothing, and an overflowing one neither") {
    const Facts facts = {{"x", AtMost{std::numeric_limits<double>::infinity()}},
                         {"nan", FactValue{std::numeric_limits<double>::quiet_NaN()}},
                         {"big", AtMost{1e308}}};
    CHECK(reason(value("x > 5", facts)) == "not a finite number");
    CHECK(reason(value("nan == nan", facts)) == "not a finite number");
    CHECK(reason(value("big * 10", facts)) == "number overflow");
    CHECK(reason(value("big + 1 < 2", facts)) == undecided);
}

}  // namespace tcptune::expr::test

// SPDX-License-Identifier: Apache-2.0
#include <tcptune/facts/value.hpp>

#include <limits>

#include <doctest/doctest.h>

namespace tcptune::facts {

TEST_CASE("every value can be shown to a person") {
    CHECK(to_string(FactValue{std::int64_t{1}}) == "1");
    CHECK(to_string(FactValue{std::int64_t{-9007199254740993}}) == "-9007199254740993");
    CHECK(to_string(FactValue{true}) == "true");
    CHECK(to_string(FactValue{false}) == "false");
    CHECK(to_string(FactValue{std::string("cubic")}) == "cubic");
    CHECK(to_string(FactValue{List{32768, 60999}}) == "32768 60999");
    CHECK(to_string(FactValue{List{}}) == "none");
    CHECK(to_string(FactValue{KernelVersion{6, 18, 44}}) == "6.18.44");
    CHECK(to_string(FactValue{AtMost{412}}) == "at most 412");
    CHECK(to_string(FactValue{AtMost{0.0146}}) == "at most 0.015");
    CHECK(to_string(FactValue{Unknown{"permission denied: sock_diag"}}) ==
          "unknown (permission denied: sock_diag)");
    CHECK(to_string(FactValue{Unknown{}}) == "unknown");
}

TEST_CASE("a real number is shown with three decimals, and small ones do not become zero") {
    struct Row {
        double value;
        const char* text;
    };
    const Row rows[] = {
        {0.70842, "0.708"}, {0.5, "0.5"},       {2.0, "2"},
        {0.0, "0"},         {-0.0, "0"},        {28232.25, "28232.25"},
        {1e6, "1000000"},   {0.0004, "0.0004"}, {0.00012345, "0.000123"},
        {-1.5, "-1.5"},     {0.9999, "1"},      {100, "100"},
        {1e300, "1e+300"},
    };
    for (const Row& row : rows) {
        CAPTURE(row.value);
        CHECK(to_string(FactValue{row.value}) == row.text);
    }
    CHECK(to_string(FactValue{std::numeric_limits<double>::infinity()}) == "inf");
}

TEST_CASE("types have the names of the rule language") {
    CHECK(to_string(Type::boolean) == "boolean");
    CHECK(to_string(Type::integer) == "integer");
    CHECK(to_string(Type::real) == "real");
    CHECK(to_string(Type::text) == "text");
    CHECK(to_string(Type::version) == "version");
    CHECK(to_string(Type::list) == "list");
}

TEST_CASE("only Unknown is not known") {
    CHECK_FALSE(is_known(Unknown{"why"}));
    CHECK(is_known(false));
    CHECK(is_known(std::int64_t{0}));
    CHECK(is_known(AtMost{0}));
    CHECK(is_known(List{}));
}

}  // namespace tcptune::facts

// SPDX-License-Identifier: Apache-2.0
#include "report/numbers.hpp"

#include <limits>

#include <doctest/doctest.h>

using namespace tcptune::report;

TEST_CASE("a limit is rounded down because the next connection fails") {
    CHECK(rate_text(28232.0 / 60) == "470/s");
    CHECK(rate_text(28232) == "28,232/s");
    CHECK(rate_text(100.0 / 60) == "1.6/s");
    CHECK(rate_text(0) == "0/s");
    CHECK(limit_text(std::nullopt) == "no limit");
    CHECK(limit_change(28232.0 / 60, 28232.0) == "470/s -> 28,232/s");
    CHECK(limit_change(470.1, 470.9) == "470/s");
}

TEST_CASE("spans are said in the unit that a person would use") {
    CHECK(span_text(24.7) == "24 s");
    CHECK(span_text(119.9) == "119 s");
    CHECK(span_text(360) == "6 min");
    CHECK(span_text(3 * 3600.0) == "3 h");
    CHECK(span_text(86400 * 3.5) == "3 d");
}

TEST_CASE("a share is never rounded up to full") {
    CHECK(share_text(0.999) == "99 %");
    CHECK(share_text(1) == "100 %");
    CHECK(share_text(0.001) == "<1 %");
    CHECK(share_text(0) == "0 %");
}

TEST_CASE("numbers of a broken facts file do not break the report") {
    const double infinite = std::numeric_limits<double>::infinity();
    CHECK(rate_text(infinite) == "?");
    CHECK(rate_text(1e300) == "9,000,000,000,000,000/s");
    CHECK(span_text(-1) == "?");
    CHECK(share_text(std::numeric_limits<double>::quiet_NaN()) == "?");
    CHECK(bar(infinite, 4, false) == "####");
}

TEST_CASE("a bar shows a little as a little and not as nothing") {
    CHECK(bar(0, 4, false) == "....");
    CHECK(bar(0.01, 4, false) == "#...");
    CHECK(bar(0.5, 4, false) == "##..");
    CHECK(bar(0.5, 2, true) == "\u2588\u2591");
}

TEST_CASE("an empty value is said and a long one is cut") {
    CHECK(value_text("") == "(empty)");
    CHECK(value_text("32768 60999") == "32768 60999");
    CHECK(value_text(std::string(4000, '9')).size() < 160);
}

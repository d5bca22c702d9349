// SPDX-License-Identifier: Apache-2.0
#include "cli/time_span.hpp"

#include <string>

#include <doctest/doctest.h>

using tcptune::cli::parse_time_span;

TEST_CASE("spans are read as systemd.time(7) writes them") {
    CHECK(parse_time_span("5") == 5);
    CHECK(parse_time_span("0") == 0);
    CHECK(parse_time_span("500ms").value_or(0) == doctest::Approx(0.5));
    CHECK(parse_time_span("1.5s") == 1.5);
    CHECK(parse_time_span("2min") == 120);
    CHECK(parse_time_span("1min 30s") == 90);
    CHECK(parse_time_span("1h30min") == 5400);
    CHECK(parse_time_span(" 2 seconds ") == 2);
    CHECK(parse_time_span("1d") == 86400);
}

TEST_CASE("what is no span is nothing and not zero") {
    for (const char* text : {"", " ", "s", "-1", "+1", "1 2x", "soon", "1e5", "0x10", "1..5", "1,5",
                             "2d", "99999999999999999999", "nan", "inf", "5 S"}) {
        CAPTURE(text);
        CHECK_FALSE(parse_time_span(text).has_value());
    }
    CHECK_FALSE(parse_time_span(std::string(100000, '9')).has_value());
}

// SPDX-License-Identifier: Apache-2.0
#include "rules/expression_scope.hpp"

#include <doctest/doctest.h>

namespace tcptune::rules {
namespace {

/// The column of byte `offset` of `text`, whose first character stands at `column` of `line`.
std::uint32_t column_of(const std::string& line, std::uint32_t column, const std::string& text,
                        std::size_t offset) {
    const LocatedText located{text, {"f", 1, column}};
    return place_in_string(located, offset, line).column;
}

TEST_CASE("an offset in a plain string is added to its column") {
    CHECK(column_of("expr = \"a + b\"", 9, "a + b", 0) == 9);
    CHECK(column_of("expr = \"a + b\"", 9, "a + b", 4) == 13);
    CHECK(column_of("expr = 'a + b'", 9, "a + b", 5) == 14);
}

TEST_CASE("escapes count as they are written") {
    CHECK(column_of(R"(expr = "\"x\" + b")", 9, "\"x\" + b", 1) == 11);
    CHECK(column_of(R"(expr = "\"x\" + b")", 9, "\"x\" + b", 6) == 17);
    CHECK(column_of(R"(expr = "\u0041 + b")", 9, "A + b", 4) == 18);
    CHECK(column_of(R"(expr = "\u00fc + b")", 9, "\xC3\xBC + b", 5) == 18);
    CHECK(column_of(R"(expr = "\U0001F600 + b")", 9, "\xF0\x9F\x98\x80 + b", 7) == 22);
    // Nothing is escaped in a literal string.
    CHECK(column_of(R"(expr = '\u0041 + b')", 9, R"(\u0041 + b)", 9) == 18);
}

TEST_CASE("columns count characters, also before the string") {
    CHECK(column_of("\"\xC3\xBC\" = \"\xC3\xBC + b\"", 8, "\xC3\xBC + b", 5) == 12);
}

TEST_CASE("a place in a text of several lines is that of its beginning") {
    CHECK(column_of("expr = \"\"\"a +", 11, "a +\nb", 4) == 11);
    CHECK(column_of("expr = \"\"\"a +", 11, "a +\nb", 2) == 13);
}

TEST_CASE("an offset behind the line's end stays on the line") {
    CHECK(column_of("x", 1, "abcdef", 5) == 2);
    CHECK(column_of("", 7, "abcdef", 5) == 7);
}

}  // namespace
}  // namespace tcptune::rules

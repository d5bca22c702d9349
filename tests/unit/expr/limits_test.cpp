// SPDX-License-Identifier: Apache-2.0
#include "unit/expr/support.hpp"

namespace tcptune::expr::test {

namespace {

std::string repeated(std::string_view piece, std::size_t times) {
    std::string text;
    while (times-- > 0)
        text += piece;
    return text;
}

/// `count` times `before`, then `middle`, then `count` times `after`.
std::string nested(std::string_view before, std::string_view middle, std::string_view after,
                   std::size_t count) {
    return repeated(before, count) + std::string(middle) + repeated(after, count);
}

}  // namespace

TEST_CASE("sixty-four levels are taken and one more is refused, whatever nests") {
    struct Shape {
        std::string_view before, middle, after;
    };
    const Shape shapes[] = {
        {"(", "1", ")"},   {"-", "1", ""},        {"abs(", "1", ")"},
        {"a[", "1", "]"},  {"", "a", "[0]"},      {"", "1", " + 1"},
        {"", "1", " * 1"}, {"min(1, ", "2", ")"}, {"1 - (", "1", ")"},
    };
    for (const Shape& shape : shapes) {
        CAPTURE(shape.before);
        CAPTURE(shape.after);
        ExpressionError error;
        CHECK(parse(nested(shape.before, shape.middle, shape.after, 63), error));
        CHECK_FALSE(parse(nested(shape.before, shape.middle, shape.after, 64), error));
        CHECK(error.code == "TT305");
        CHECK(error.message == "the expression is nested deeper than 64");
    }
}

TEST_CASE("the deepest expression can be checked and evaluated") {
    CHECK(value(nested("-(", "1", ")", 31)) == integer(-1));
    CHECK(value(nested("", "1", " + 1", 63)) == integer(64));
    CHECK(type(nested("", "1", " + 1", 63)) == Type::integer);
}

TEST_CASE("a text of 4096 bytes is taken and a longer one is refused unread") {
    ExpressionError error;
    CHECK(parse("1" + std::string(4095, ' '), error));
    CHECK_FALSE(parse("1" + std::string(4096, ' '), error));
    CHECK(error.code == "TT305");
    CHECK(error.offset == 4096);
    CHECK_FALSE(parse(std::string(100'000'000, '('), error));
    CHECK(error.code == "TT305");
}

TEST_CASE("four thousand open brackets are refused at the sixty-fifth") {
    CHECK(syntax_error(std::string(4096, '(')).offset == 64);
    CHECK(syntax_error(std::string(4096, '-')).offset == 64);
    CHECK(syntax_error(std::string(4096, '[')).offset == 0);
}

TEST_CASE("numbers that do not fit are refused where they stand") {
    CHECK(value("9223372036854775807") == integer(9223372036854775807));
    CHECK(syntax_error("1 + 9223372036854775808").offset == 4);
    CHECK(syntax_error("9223372036854775808").message == "the number is too large");
    CHECK(value("8388607GiB * 1024") == integer(8388607LL << 40));
    CHECK(syntax_error("8589934592GiB").message == "the number is too large");
    CHECK(syntax_error(std::string(400, '9') + ".0").message == "the number is too large");
    CHECK(syntax_error(std::string(4000, '9')).code == "TT301");
}

TEST_CASE("a message stays short whatever it quotes") {
    const ExpressionError error = syntax_error("1 " + std::string(4000, 'x'));
    CHECK(error.offset == 2);
    CHECK(error.message.size() < 120);
    CHECK(type_error(std::string(4000, 'x')).message.size() < 120);
    CHECK(type_error(std::string(4000, 'x') + "(1)").message.size() < 120);
}

}  // namespace tcptune::expr::test

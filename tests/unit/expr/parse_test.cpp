// SPDX-License-Identifier: Apache-2.0
#include "unit/expr/support.hpp"

namespace tcptune::expr::test {

TEST_CASE("multiplication binds tighter than addition, and addition than comparison") {
    CHECK(value("2 + 3 * 4") == integer(14));
    CHECK(value("(2 + 3) * 4") == integer(20));
    CHECK(value("10 - 4 - 3") == integer(3));
    CHECK(value("2 * 7 % 4") == integer(2));
    CHECK(value("1 + 1 == 2") == FactValue{true});
    CHECK(value("-2 * 3 < 1 - 6") == FactValue{true});
    CHECK(value("- -2 + 1") == integer(3));
    CHECK(value("100 / 10 / 5") == FactValue{2.0});
}

TEST_CASE("the operator of the whole expression is the one that binds least") {
    CHECK(parsed("1 + 2 * 3").root.op == Op::add);
    CHECK(parsed("1 + 2 >= 3 % 2").root.op == Op::greater_equal);
    CHECK(parsed("-a[1]").root.op == Op::negate);
    CHECK(parsed("a[1][0]").root.op == Op::index);
    CHECK(parsed("max(1, 2)").root.op == Op::call);
    CHECK(parsed("(a)").root.op == Op::name);
}

TEST_CASE("every node knows the bytes that it was read from") {
    const Expression expression = parsed(" (a + b) * count_in( l, 1 , 2 ) > x[0]");
    const auto text_of = [&expression](const Node& node) {
        return expression.text.substr(node.begin, node.end - node.begin);
    };
    const Node& product = expression.root.children.at(0);
    CHECK(text_of(expression.root) == "(a + b) * count_in( l, 1 , 2 ) > x[0]");
    CHECK(text_of(product) == "(a + b) * count_in( l, 1 , 2 )");
    CHECK(text_of(product.children.at(0)) == "(a + b)");
    CHECK(text_of(product.children.at(0).children.at(1)) == "b");
    CHECK(text_of(product.children.at(1)) == "count_in( l, 1 , 2 )");
    CHECK(text_of(product.children.at(1).children.at(2)) == "2");
    CHECK(text_of(expression.root.children.at(1)) == "x[0]");
}

TEST_CASE("numbers are decimal, with a fraction or a size") {
    CHECK(value("65535") == integer(65535));
    CHECK(value("0.25") == FactValue{0.25});
    CHECK(value("4KiB") == integer(4096));
    CHECK(value("16 MiB") == integer(16777216));
    CHECK(value("2GiB") == integer(2147483648));
    CHECK(value("1.5 KiB") == FactValue{1536.0});
    CHECK(syntax_error("0x10").offset == 1);
    CHECK(syntax_error("1e6").offset == 1);
    CHECK(syntax_error("4KB").offset == 1);
    CHECK(syntax_error("4KiBs").offset == 1);
    CHECK(syntax_error("1. + 2").message == "a digit must follow the decimal point");
    CHECK(syntax_error(".5").code == "TT301");
}

TEST_CASE("kernel versions, texts and flags are literals") {
    CHECK(value("v4.12") == FactValue{KernelVersion{4, 12, 0}});
    CHECK(value("v6.18.44") == FactValue{KernelVersion{6, 18, 44}});
    CHECK(value("'cubic'") == FactValue{std::string("cubic")});
    CHECK(value("\"it's\"") == FactValue{std::string("it's")});
    CHECK(value("''") == FactValue{std::string()});
    CHECK(value("true") == FactValue{true});
    CHECK(value("false") == FactValue{false});
    CHECK(syntax_error("v6").message == "not a kernel version");
    CHECK(syntax_error("a == v4.12x").offset == 5);
    CHECK(syntax_error("v4.99999999999").offset == 0);
    CHECK(syntax_error("1 == 'open").offset == 5);
    CHECK(syntax_error("'a\"").message == "the closing quote is missing");
}

TEST_CASE("a minus sign between letters belongs to the name, with spaces it subtracts") {
    const Facts facts = {{"fs.file-max", integer(5)},
                         {"file", integer(7)},
                         {"max", integer(2)},
                         {"x1-a", integer(11)}};
    CHECK(value("fs.file-max", facts) == integer(5));
    CHECK(value("x1-a", facts) == integer(11));
    CHECK(value("file - max", facts) == integer(5));
    CHECK(value("file -max", facts) == integer(5));
    CHECK(value("file-2", facts) == integer(5));
    CHECK(value("9-max", facts) == integer(7));
    CHECK(value("(file)-max", facts) == integer(5));
    CHECK(names_in(parsed("a_-b")) == std::set<std::string>{"a_", "b"});
    CHECK(names_in(parsed("a-_b")) == std::set<std::string>{"_b", "a"});
    CHECK(names_in(parsed("fs.file-max - file-max")) ==
          std::set<std::string>{"file-max", "fs.file-max"});
}

TEST_CASE("a word after a dot may begin with a digit, and a name does not end in a dot") {
    CHECK(names_in(parsed("sysctl.net.6lo.x")) == std::set<std::string>{"sysctl.net.6lo.x"});
    CHECK(syntax_error("kernel.").offset == 6);
    CHECK(syntax_error("kernel..version").offset == 6);
    CHECK(names_in(parsed("value2 + v + variable")) ==
          std::set<std::string>{"v", "value2", "variable"});
}

TEST_CASE("what is wrong in the text is said with its place") {
    const auto says = [](std::string_view text, std::uint32_t offset, std::string_view message) {
        CAPTURE(text);
        const ExpressionError error = syntax_error(text);
        CHECK(error.code == "TT301");
        CHECK(error.offset == offset);
        CHECK(error.message == message);
    };
    says("", 0, "the expression is empty");
    says("   ", 3, "the expression is empty");
    says("1 +", 3, "a value is missing before the end");
    says("1 + * 2", 4, "a value is missing before '*'");
    says("(1 + 2", 6, "')' is missing before the end");
    says("max(1, 2", 8, "',' or ')' is missing before the end");
    says("max(1,)", 6, "a value is missing before ')'");
    says("a[1", 3, "']' is missing before the end");
    says("a[]", 2, "a value is missing before ']'");
    says("1 2", 2, "an operator is missing before '2'");
    says("a 'b'", 2, "an operator is missing before a text in quotes");
    says("a < b < c", 6, "comparisons cannot be chained");
    says("max(a < b, 1)", 6, "',' or ')' is missing before '<'");
    says("a\n== 1", 1, "an expression is one line");
    says("a == \x01", 5, "unexpected byte 0x01");
    says("a \xc3\xa9", 2, "unexpected byte 0xc3");
    says("a ? b", 2, "unexpected character '?'");
    says(std::string_view("a\0b", 3), 1, "unexpected byte 0x00");
}

TEST_CASE("the habits of other languages get a hint") {
    CHECK(syntax_error("a = 1").hint == "equality is written ==");
    CHECK(syntax_error("a && b").hint ==
          "there is no and, or, not: write one line each into all, any or none");
    CHECK(syntax_error("!a").offset == 0);
    CHECK(syntax_error("a > 1 and b > 1").message == "there is no 'and' in expressions");
    CHECK(syntax_error("a > 1 or b > 1").offset == 6);
    CHECK(syntax_error("1 < a <= 2").hint == "write two lines: a < b and b < c");
}

TEST_CASE("names_in lists facts, evidence and counters, each once, and no functions") {
    CHECK(names_in(parsed("rate(counter.TcpExt.TW) > threshold.x * evidence.y + evidence.y")) ==
          std::set<std::string>{"counter.TcpExt.TW", "evidence.y", "threshold.x"});
    CHECK(names_in(parsed("has(config.net.ipv4.tcp_tw_reuse)")) ==
          std::set<std::string>{"config.net.ipv4.tcp_tw_reuse"});
    CHECK(names_in(parsed("value[0] < 1")) == std::set<std::string>{"value"});
    CHECK(names_in(parsed("1 == 1")).empty());
}

}  // namespace tcptune::expr::test

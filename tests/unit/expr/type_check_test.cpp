// SPDX-License-Identifier: Apache-2.0
#include "unit/expr/support.hpp"

namespace tcptune::expr::test {

TEST_CASE("the type of an expression follows from its parts") {
    struct Row {
        const char* text;
        Type type;
    };
    const Row rows[] = {
        {"1", Type::integer},
        {"1.5", Type::real},
        {"v4.12", Type::version},
        {"'a'", Type::text},
        {"true", Type::boolean},
        {"host.cpus", Type::integer},
        {"host.cpus + 1", Type::integer},
        {"host.cpus + 1.0", Type::real},
        {"host.cpus / 2", Type::real},
        {"host.cpus % 2", Type::integer},
        {"-port.busiest_share", Type::real},
        {"socket.tcp.listen_ports[0]", Type::integer},
        {"host.cpus > 1", Type::boolean},
        {"kernel.version < v6.0", Type::boolean},
        {"kernel.release == 'x'", Type::boolean},
        {"netns.initial != true", Type::boolean},
        {"socket.tcp.listen_ports == range(1, 2)", Type::boolean},
        {"port.busiest_share >= host.cpus", Type::boolean},
        {"min(1, 2)", Type::integer},
        {"max(1, 2, 0.5)", Type::real},
        {"clamp(host.cpus, 1, 4)", Type::integer},
        {"clamp(host.cpus, 1, 4.5)", Type::real},
        {"floor(port.busiest_share)", Type::integer},
        {"abs(-1.5)", Type::real},
        {"abs(-1)", Type::integer},
        {"count_in(socket.tcp.listen_ports, 1, 2.5)", Type::integer},
        {"size(socket.tcp.listen_ports)", Type::integer},
        {"contains(socket.tcp.listen_ports, 80)", Type::boolean},
        {"union(range(1, 2), within(socket.tcp.listen_ports, 1, 2))", Type::list},
        {"without(socket.tcp.listen_ports, range(1, 2))", Type::list},
        {"rate(counter.TcpExt.TW)", Type::real},
        {"delta(counter.TcpExt.TW)", Type::integer},
        {"has(counter.TcpExt.TW)", Type::boolean},
        {"has(kernel.release)", Type::boolean},
        {"(1 < 2) == true", Type::boolean},
        {"sysctl.fs.file-max - 1", Type::integer},
    };
    for (const Row& row : rows) {
        CAPTURE(row.text);
        CHECK(type(row.text) == row.type);
    }
}

TEST_CASE("a wrong type is an error at the operand") {
    const auto says = [](std::string_view text, std::uint32_t offset, std::string_view message) {
        CAPTURE(text);
        const ExpressionError error = type_error(text);
        CHECK(error.code == "TT302");
        CHECK(error.offset == offset);
        CHECK(error.message == message);
    };
    says("1 + 'a'", 4, "'+' takes numbers, not a text");
    says("true * 2", 0, "'*' takes numbers, not a boolean");
    says("1 - socket.tcp.listen_ports", 4, "'-' takes numbers, not a list");
    says("-kernel.version", 1, "'-' takes numbers, not a version");
    says("7 % 2.5", 4, "'%' takes integers, not a real");
    says("2.5 % 7", 0, "'%' takes integers, not a real");
    says("7 / 2 % 2", 0, "'%' takes integers, not a real");
    says("host.cpus == 'a'", 13, "an integer cannot be compared with a text");
    says("kernel.version == 6", 18, "a version cannot be compared with an integer");
    says("kernel.version == '6.1'", 18, "a version cannot be compared with a text");
    says("'a' < 'b'", 0, "'<' compares numbers and versions, not a text");
    says("netns.initial >= true", 0, "'>=' compares numbers and versions, not a boolean");
    says("host.cpus[0]", 0, "only a list has members, and this is an integer");
    says("socket.tcp.listen_ports[1.5]", 24, "an index is an integer, not a real");
    says("max(1, 'a')", 7, "max() takes a number here, not a text");
    says("max(1, 2, true)", 10, "max() takes a number here, not a boolean");
    says("size(1)", 5, "size() takes a list here, not an integer");
    says("count_in(socket.tcp.listen_ports, 1)", 0, "count_in() takes 3 arguments, not 2");
    says("max(1)", 0, "max() takes at least 2 arguments, not 1");
    says("floor()", 0, "floor() takes 1 argument, not 0");
    says("has(1)", 4, "has() takes the name of a fact");
    says("has(host.cpus + 1)", 4, "has() takes the name of a fact");
    says("rate(host.cpus)", 5, "rate() takes the name of a counter");
    says("delta(1)", 6, "delta() takes the name of a counter");
}

TEST_CASE("a counter outside of rate, delta and has is refused with the remedy") {
    for (const char* text : {"counter.TcpExt.TW > 5", "5 + counter.TcpExt.TW",
                             "max(1, counter.TcpExt.TW)", "counter.TcpExt.TW"}) {
        CAPTURE(text);
        const ExpressionError error = type_error(text);
        CHECK(error.code == "TT302");
        CHECK(error.hint == "use rate() or delta()");
    }
    CHECK(type_error("5 + counter.TcpExt.TW").offset == 4);
}

TEST_CASE("a misspelt name gets a suggestion") {
    const ExpressionError error = type_error("1 < host.cpu");
    CHECK(error.code == "TT303");
    CHECK(error.offset == 4);
    CHECK(error.message == "unknown name host.cpu");
    CHECK(error.hint == "did you mean host.cpus?");
    CHECK(type_error("rate(counter.TcpExt.TX)").hint == "did you mean counter.TcpExt.TW?");
    CHECK(type_error("rate(counter.TcpExt.TX)").code == "TT303");
    CHECK(type_error("has(kernel.relaese)").hint == "did you mean kernel.release?");
    CHECK(type_error("cubic").hint == "text stands in quotes");
    CHECK(type_error("max > 1").hint == "a function's arguments stand in parentheses: max(...)");
    CHECK(type_error("some.fact-other.thing").hint ==
          "a '-' before a letter belongs to the name: subtraction is written with spaces");
    CHECK(type_error("nothing.like.it.at.all").hint.empty());
}

TEST_CASE("a misspelt function gets a suggestion, or the list") {
    const ExpressionError error = type_error("1 + flor(2.5)");
    CHECK(error.code == "TT304");
    CHECK(error.offset == 4);
    CHECK(error.message == "unknown function flor()");
    CHECK(error.hint == "did you mean floor()?");
    CHECK(type_error("exponential(2)").hint.find("abs, clamp, contains") != std::string::npos);
}

TEST_CASE("errors deep inside are found, and the first one is told") {
    CHECK(type_error("max(1, min(2, floor('a')))").offset == 20);
    CHECK(type_error("nosuch.a + nosuch.b").offset == 0);
    CHECK(type_error("-(1 + (2 * 'a'))").offset == 11);
}

TEST_CASE("without a schema every name is unknown") {
    Expression expression = parsed("host.cpus > 1");
    ExpressionError error;
    CHECK_FALSE(type_check(expression, Names{}, error));
    CHECK(error.code == "TT303");
}

}  // namespace tcptune::expr::test

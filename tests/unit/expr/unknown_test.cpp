// SPDX-License-Identifier: Apache-2.0
#include "unit/expr/support.hpp"

namespace tcptune::expr::test {

namespace {

const Facts facts = {{"a", Unknown{"socket.tcp.listen_ports: permission denied"}},
                     {"b", Unknown{"no such file"}},
                     {"x", AtMost{3}},
                     {"l", List{1, 2, 3}},
                     {"zero", integer(0)}};
constexpr const char* denied = "socket.tcp.listen_ports: permission denied";

}  // namespace

TEST_CASE("unknown goes through every operator and keeps its reason") {
    for (const char* text :
         {"a",     "-a",     "a + 1",  "1 + a",  "a - 1", "a * 0",  "0 * a", "a / 2",  "2 / a",
          "a % 2", "a == 1", "1 == a", "a != 1", "a < 1", "1 <= a", "a > 1", "a >= 1", "a == a",
          "a[0]",  "l[a]",   "x > a",  "a < x",  "x + a", "(a)",    "- -a"}) {
        CAPTURE(text);
        CHECK(reason(value(text, facts)) == denied);
    }
}

TEST_CASE("unknown goes through every function of values") {
    for (const char* text :
         {"min(a, 1)",         "min(1, a)",         "max(1, 2, a)",      "clamp(a, 1, 2)",
          "clamp(1, a, 2)",    "clamp(1, 0, a)",    "floor(a)",          "abs(a)",
          "count_in(a, 1, 2)", "count_in(l, a, 2)", "count_in(l, 1, a)", "size(a)",
          "contains(a, 1)",    "contains(l, a)",    "union(a, l)",       "union(l, a)",
          "within(a, 1, 2)",   "within(l, 1, a)",   "without(a, l)",     "without(l, a)",
          "range(a, 1)",       "range(1, a)",       "min(x, a)",         "max(a, x)"}) {
        CAPTURE(text);
        CHECK(reason(value(text, facts)) == denied);
    }
}

TEST_CASE("of several unknown operands the first one's reason is kept") {
    CHECK(reason(value("a + b", facts)) == denied);
    CHECK(reason(value("b + a", facts)) == "no such file");
    CHECK(reason(value("b < a", facts)) == "no such file");
    CHECK(reason(value("max(1, b, a)", facts)) == "no such file");
    CHECK(reason(value("count_in(l, b, a)", facts)) == "no such file");
    CHECK(reason(value("1 / zero + a", facts)) == "division by zero");
    CHECK(reason(value("b[a]", facts)) == "no such file");
}

TEST_CASE("only has() sees that a fact is unknown") {
    CHECK(value("has(a)", facts) == FactValue{false});
    CHECK(value("has(missing)", facts) == FactValue{false});
    CHECK(value("has(l)", facts) == FactValue{true});
    CHECK(value("has(zero)", facts) == FactValue{true});
    CHECK(value("has(x)", facts) == FactValue{true});
    CHECK(value("has(a) == false", facts) == FactValue{true});
}

TEST_CASE("a fact of an unexpected type is unknown, not a crash") {
    const Facts odd = {
        {"n", std::string("text")}, {"f", true}, {"v", KernelVersion{6, 1, 0}}, {"l", List{1}}};
    CHECK(reason(value("n + 1", odd)) == "text where a number is needed");
    CHECK(reason(value("1 < n", odd)) == "text where a number is needed");
    CHECK(reason(value("f == 1", odd)) == "values of different types cannot be compared");
    CHECK(reason(value("1 == f", odd)) == "true or false where a number is needed");
    CHECK(reason(value("-v", odd)) == "a version where a number is needed");
    CHECK(reason(value("n[0]", odd)) == "text where a list is needed");
    CHECK(reason(value("l[n]", odd)) == "text where an integer is needed");
    CHECK(reason(value("size(f)", odd)) == "true or false where a list is needed");
    CHECK(reason(value("union(l, v)", odd)) == "a version where a list is needed");
    CHECK(reason(value("max(1, l)", odd)) == "a list where a number is needed");
    CHECK(reason(value("clamp(1, n, 2)", odd)) == "text where a number is needed");
    CHECK(reason(value("v > 1", odd)) == "values of different types cannot be compared");
}

TEST_CASE("a tree that was never type-checked evaluates to unknown") {
    for (const char* text : {"nosuch(1)", "max(1)", "max()", "size(l, l)", "rate(1)", "rate()"}) {
        CAPTURE(text);
        CHECK_FALSE(facts::is_known(value(text, facts)));
    }
    CHECK_FALSE(facts::is_known(value("has(1)")));
    CHECK_FALSE(facts::is_known(evaluate(parsed("a"), Environment{})));
    CHECK_FALSE(facts::is_known(evaluate(parsed("delta(a)"), Environment{})));
}

}  // namespace tcptune::expr::test

// SPDX-License-Identifier: Apache-2.0
#include "unit/expr/support.hpp"

#include <algorithm>

namespace tcptune::expr::test {

namespace {

const Facts lists = {
    {"l", List{22, 443, 8080, 8080, 11211}}, {"m", List{9000, 443, 1}}, {"none", List{}}};

FactValue list(List members) {
    return members;
}

}  // namespace

TEST_CASE("min and max keep the number that they choose") {
    CHECK(value("min(3, 1, 2)") == integer(1));
    CHECK(value("max(3, 1, 2)") == integer(3));
    CHECK(value("max(1.5, 1)") == FactValue{1.5});
    CHECK(value("min(1.5, 1)") == integer(1));
    CHECK(value("max(9007199254740993, 9007199254740992.0)") == integer(9007199254740993));
    CHECK(value("min(9007199254740993, 9007199254740992.0)") == FactValue{9007199254740992.0});
}

TEST_CASE("clamp moves a number into its bounds, and refuses bounds that are reversed") {
    CHECK(value("clamp(5, 1, 10)") == integer(5));
    CHECK(value("clamp(0, 1, 10)") == integer(1));
    CHECK(value("clamp(11, 1, 10)") == integer(10));
    CHECK(value("clamp(0.5, 0.75, 1)") == FactValue{0.75});
    CHECK(value("clamp(5, 3, 3)") == integer(3));
    CHECK(reason(value("clamp(5, 10, 1)")) == "clamp() with low above high");
}

TEST_CASE("floor goes towards minus infinity and gives an integer") {
    CHECK(value("floor(2.9)") == integer(2));
    CHECK(value("floor(-2.1)") == integer(-3));
    CHECK(value("floor(7)") == integer(7));
    CHECK(value("floor(131072 / 2)") == integer(65536));
    CHECK(reason(value("floor(1000000000 * 1000000000.0 * 1000)")) == "integer overflow");
    CHECK(reason(value("floor('a')")) == "text where a number is needed");
}

TEST_CASE("abs takes the sign away") {
    CHECK(value("abs(-3)") == integer(3));
    CHECK(value("abs(3)") == integer(3));
    CHECK(value("abs(-0.5)") == FactValue{0.5});
    CHECK(reason(value("abs(true)")) == "true or false where a number is needed");
}

TEST_CASE("count_in and within take both ends") {
    CHECK(value("count_in(l, 22, 443)", lists) == integer(2));
    CHECK(value("count_in(l, 8080, 8080)", lists) == integer(2));
    CHECK(value("count_in(l, 23, 442)", lists) == integer(0));
    CHECK(value("count_in(l, 443, 22)", lists) == integer(0));
    CHECK(value("count_in(l, 22.5, 443.5)", lists) == integer(1));
    CHECK(value("count_in(none, 0, 65535)", lists) == integer(0));
    CHECK(value("within(l, 443, 8080)", lists) == list({443, 8080, 8080}));
    CHECK(value("within(m, 1, 443)", lists) == list({443, 1}));
    CHECK(value("within(none, 1, 2)", lists) == list({}));
}

TEST_CASE("size, contains and an index look into a list") {
    CHECK(value("size(l)", lists) == integer(5));
    CHECK(value("size(none)", lists) == integer(0));
    CHECK(value("contains(l, 443)", lists) == FactValue{true});
    CHECK(value("contains(l, 443.0)", lists) == FactValue{true});
    CHECK(value("contains(l, 444)", lists) == FactValue{false});
    CHECK(value("contains(none, 0)", lists) == FactValue{false});
    CHECK(value("l[0]", lists) == integer(22));
    CHECK(value("l[size(l) - 1]", lists) == integer(11211));
    CHECK(reason(value("l[5]", lists)) == "index 5 is outside of a list of 5");
    CHECK(reason(value("l[-1]", lists)) == "index -1 is outside of a list of 5");
    CHECK(reason(value("none[0]", lists)) == "index 0 is outside of a list of 0");
    CHECK(reason(value("l[0.5]", lists)) == "a real number where an integer is needed");
}

TEST_CASE("union sorts and has each member once, without keeps order") {
    CHECK(value("union(l, m)", lists) == list({1, 22, 443, 8080, 9000, 11211}));
    CHECK(value("union(none, none)", lists) == list({}));
    CHECK(value("union(l, none)", lists) == list({22, 443, 8080, 11211}));
    CHECK(value("without(m, l)", lists) == list({9000, 1}));
    CHECK(value("without(l, m)", lists) == list({22, 8080, 8080, 11211}));
    CHECK(value("without(l, none)", lists) == list({22, 443, 8080, 8080, 11211}));
    CHECK(value("without(l, l)", lists) == list({}));
    CHECK(value("size(without(range(1, 10), range(3, 4)))") == integer(8));
}

TEST_CASE("range has at most 65536 members") {
    CHECK(value("range(3, 5)") == list({3, 4, 5}));
    CHECK(value("range(3, 3)") == list({3}));
    CHECK(value("range(5, 3)") == list({}));
    CHECK(value("range(3.0, 4)") == list({3, 4}));
    CHECK(value("size(range(0, 65535))") == integer(65536));
    CHECK(reason(value("range(0, 65536)")) == "range() of more than 65536 members");
    CHECK(reason(value("range(-9223372036854775807, 9223372036854775807)")) ==
          "range() of more than 65536 members");
    CHECK(value("range(9223372036854775806, 9223372036854775807)") ==
          list({9223372036854775806, 9223372036854775807}));
    CHECK(reason(value("range(0.5, 3)")) == "a fraction where a whole number is needed");
    CHECK(reason(value("union(range(0, 65535), range(1, 65536))")) ==
          "union() of more than 65536 members");
}

TEST_CASE("rate divides a counter's increase by the window, delta does not") {
    const Facts counters = {{"counter.TcpExt.TW", integer(250)}};
    CHECK(value("rate(counter.TcpExt.TW)", counters) == FactValue{25.0});
    CHECK(value("delta(counter.TcpExt.TW)", counters) == integer(250));
    CHECK(value("rate(counter.TcpExt.TW) > 24.9", counters) == FactValue{true});
    CHECK(reason(value("rate(counter.Tcp.OutSegs)", counters)) == "no counter counter.Tcp.OutSegs");
}

TEST_CASE("a rate over a window without length is unknown") {
    for (const double length : {0.0, -1.0}) {
        const Environment environment{{}, [length](std::string_view, double& seconds) -> FactValue {
                                          seconds = length;
                                          return std::int64_t{5};
                                      }};
        CHECK(reason(evaluate(parsed("rate(counter.a.b)"), environment)) ==
              "the window has no length");
        CHECK(evaluate(parsed("delta(counter.a.b)"), environment) == integer(5));
    }
}

TEST_CASE("the table of functions is complete and in order") {
    std::vector<std::string_view> listed;
    for (const FunctionInfo& info : functions()) {
        listed.push_back(info.name);
        CAPTURE(info.name);
        CHECK(info.signature.substr(0, info.name.size() + 1) == std::string(info.name) + "(");
        CHECK_FALSE(info.meaning.empty());
    }
    CHECK(listed == std::vector<std::string_view>{"abs", "clamp", "contains", "count_in", "delta",
                                                  "floor", "has", "max", "min", "range", "rate",
                                                  "size", "union", "within", "without"});
    CHECK(std::ranges::is_sorted(listed));
}

}  // namespace tcptune::expr::test

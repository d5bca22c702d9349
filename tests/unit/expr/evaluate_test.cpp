// SPDX-License-Identifier: Apache-2.0
#include "unit/expr/support.hpp"

namespace tcptune::expr::test {

namespace {

std::string written(const Trace& trace) {
    std::string text;
    for (const TraceEntry& entry : trace)
        text += entry.text + " = " + facts::to_string(entry.value) + "; ";
    return text;
}

const Facts proxy = {
    {"sysctl.net.ipv4.ip_local_port_range", List{32768, 60999}},
    {"socket.tcp.time_wait_total", integer(20000)},
    {"threshold.pressure", FactValue{0.5}},
    {"kernel.version", KernelVersion{6, 1, 0}},
    {"counter.TcpExt.TWRecycled", integer(120)},
    {"config.net.ipv4.tcp_tw_reuse", Unknown{"no file sets it"}},
};

}  // namespace

TEST_CASE("a rule's line over the facts of a busy proxy") {
    CHECK(value("socket.tcp.time_wait_total / (sysctl.net.ipv4.ip_local_port_range[1] - "
                "sysctl.net.ipv4.ip_local_port_range[0] + 1) > threshold.pressure",
                proxy) == FactValue{true});
    CHECK(value("kernel.version >= v4.12", proxy) == FactValue{true});
    CHECK(value("count_in(range(32768, 60999), 60000, 70000) == 1000", proxy) == FactValue{true});
}

TEST_CASE("the trace names every fact once, in order of appearance") {
    Trace trace;
    (void)value(
        "socket.tcp.time_wait_total / (sysctl.net.ipv4.ip_local_port_range[1] - "
        "sysctl.net.ipv4.ip_local_port_range[0] + 1) > threshold.pressure",
        proxy, &trace);
    CHECK(written(trace) ==
          "socket.tcp.time_wait_total = 20000; sysctl.net.ipv4.ip_local_port_range = 32768 60999; "
          "threshold.pressure = 0.5; ");
}

TEST_CASE("the trace shows calls of rate and delta, and what has() asked for") {
    Trace trace;
    (void)value(
        "rate( counter.TcpExt.TWRecycled ) + delta(counter.TcpExt.TWRecycled) + "
        "rate(counter.TcpExt.TWRecycled)",
        proxy, &trace);
    CHECK(written(trace) ==
          "rate(counter.TcpExt.TWRecycled) = 12; delta(counter.TcpExt.TWRecycled) = 120; ");
    trace.clear();
    CHECK(value("has(config.net.ipv4.tcp_tw_reuse)", proxy, &trace) == FactValue{false});
    CHECK(written(trace) == "config.net.ipv4.tcp_tw_reuse = unknown (no file sets it); ");
}

TEST_CASE("names after an unknown one are looked at and traced as well") {
    Trace trace;
    CHECK_FALSE(facts::is_known(value("missing + 1 > threshold.pressure", proxy, &trace)));
    CHECK(written(trace) == "missing = unknown (not known: missing); threshold.pressure = 0.5; ");
}

TEST_CASE("a trace goes on where it is, so that several lines can share one") {
    Trace trace;
    (void)value("threshold.pressure > 1", proxy, &trace);
    (void)value("threshold.pressure > 2", proxy, &trace);
    CHECK(trace.size() == 1);
}

TEST_CASE("a part of an expression can be evaluated as one of its own") {
    const Expression whole = parsed("1 + 2 > 4 - 2");
    const Expression left{whole.text, whole.root.children.at(0), {}};
    const Expression right{whole.text, whole.root.children.at(1), {}};
    CHECK(evaluate(left, Environment{}) == integer(3));
    CHECK(evaluate(right, Environment{}) == integer(2));
}

}  // namespace tcptune::expr::test

// SPDX-License-Identifier: Apache-2.0
#include <tcptune/facts/fact_schema.hpp>

#include <algorithm>
#include <string>

#include <doctest/doctest.h>

namespace tcptune::facts {

namespace {

const FactSchema& schema() {
    static const FactSchema result(
        {{"net.ipv4.tcp_tw_reuse", Type::integer}, {"net.ipv4.ip_local_port_range", Type::list}});
    return result;
}

}  // namespace

TEST_CASE("fixed facts have the types that rules rely on") {
    struct Row {
        const char* name;
        Type type;
    };
    const Row rows[] = {
        {"kernel.version", Type::version},
        {"kernel.release", Type::text},
        {"host.memory_bytes", Type::integer},
        {"netns.initial", Type::boolean},
        {"socket.method", Type::text},
        {"socket.tcp.listen_ports", Type::list},
        {"socket.tcp.time_wait_total", Type::integer},
        {"socket.udp.ports", Type::list},
        {"port.busiest_in_use", Type::integer},
        {"port.busiest_share", Type::real},
        {"port.rate_per_s", Type::real},
        {"port.slow", Type::integer},
        {"workload.nat_gateway", Type::boolean},
        {"workload.node_ports", Type::list},
        {"conntrack.count", Type::integer},
        {"file.open", Type::integer},
    };
    for (const Row& row : rows) {
        CAPTURE(row.name);
        CHECK(schema().type_of(row.name) == row.type);
    }
}

TEST_CASE("parameters can be asked for as they run and as they are configured") {
    CHECK(schema().type_of("sysctl.net.ipv4.tcp_tw_reuse") == Type::integer);
    CHECK(schema().type_of("config.net.ipv4.tcp_tw_reuse") == Type::integer);
    CHECK(schema().type_of("sysctl.net.ipv4.ip_local_port_range") == Type::list);
    CHECK(schema().type_of("sysctl.net.ipv4.tcp_fin_timeout") == std::nullopt);
    CHECK(schema().type_of("net.ipv4.tcp_tw_reuse") == std::nullopt);
    CHECK(schema().type_of("") == std::nullopt);
    CHECK(schema().type_of("threshold.pressure") == std::nullopt);
}

TEST_CASE("counters are known by group and name") {
    CHECK(schema().is_counter("counter.TcpExt.TWRecycled"));
    CHECK(schema().is_counter("counter.Tcp.OutSegs"));
    CHECK(schema().is_counter("counter.softnet.dropped"));
    CHECK(schema().is_counter("counter.conntrack.early_drop"));
    CHECK_FALSE(schema().is_counter("counter.TcpExt.Nonsense"));
    CHECK_FALSE(schema().is_counter("TcpExt.TWRecycled"));
    CHECK_FALSE(schema().is_counter("counter."));
    CHECK_FALSE(schema().is_counter("host.cpus"));
    CHECK(schema().type_of("counter.TcpExt.TW") == Type::integer);
    CHECK(known_counters().size() == 37);
}

TEST_CASE("names lists everything in order, for suggestions") {
    const auto& names = schema().names();
    CHECK(std::ranges::is_sorted(names));
    CHECK(names.size() == fixed_facts().size() + known_counters().size() + 4);
    CHECK(std::ranges::count(names, "config.net.ipv4.ip_local_port_range") == 1);
    CHECK(std::ranges::count(names, "counter.TcpExt.ListenDrops") == 1);
}

TEST_CASE("every fixed fact says where it comes from and what it means") {
    CHECK(fixed_facts().size() == 52);
    CHECK(std::ranges::is_sorted(fixed_facts(), {}, &FactInfo::name));
    for (const FactInfo& info : fixed_facts()) {
        CAPTURE(info.name);
        CHECK_FALSE(info.source.empty());
        REQUIRE_FALSE(info.meaning.empty());
        CHECK(info.meaning.back() == '.');
    }
}

}  // namespace tcptune::facts

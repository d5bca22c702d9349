// SPDX-License-Identifier: Apache-2.0
#include "probe/proc_text.hpp"

#include <string>

#include <doctest/doctest.h>

using namespace tcptune::probe;

TEST_CASE("netstat and snmp are pairs of lines, and only known counters are taken") {
    CounterMap counters;
    CHECK(
        add_table_counters("TcpExt: SyncookiesSent TW Nonsense TWRecycled\n"
                           "TcpExt: 1 22 333 4444\n"
                           "IpExt: InNoRoutes\n"
                           "IpExt: 9\n",
                           counters));
    CHECK(add_table_counters("Tcp: RtoAlgorithm MaxConn ActiveOpens EstabResets\nTcp: 1 -1 77 -3\n",
                             counters));
    CHECK(counters == CounterMap{{"Tcp.ActiveOpens", 77},
                                 {"TcpExt.SyncookiesSent", 1},
                                 {"TcpExt.TW", 22},
                                 {"TcpExt.TWRecycled", 4444}});
}

TEST_CASE("a table that is cut off or mixed up gives what is sure") {
    CounterMap counters;
    CHECK(add_table_counters("TcpExt: TW TWRecycled\nTcpExt: 5\n", counters));
    CHECK(counters == CounterMap{{"TcpExt.TW", 5}});
    counters.clear();
    CHECK_FALSE(add_table_counters("", counters));
    CHECK_FALSE(add_table_counters("TcpExt: TW\n", counters));
    CHECK_FALSE(add_table_counters("TcpExt: TW\nTcp: 5\n", counters));
    CHECK_FALSE(add_table_counters(": TW\n: 5\n", counters));
    CHECK(counters.empty());
    CHECK(
        add_table_counters("TcpExt: TW TWRecycled TWKilled\n"
                           "TcpExt: x 99999999999999999999 3\n",
                           counters));
    CHECK(counters == CounterMap{{"TcpExt.TWKilled", 3}});
}

TEST_CASE("softnet rows are hexadecimal and summed over processors") {
    CounterMap counters;
    CHECK(
        add_softnet_counters("0000000f 0000000a 00000001 00000000\n"
                             "00000217 00000010 00000002 00000000\n",
                             counters));
    CHECK(counters == CounterMap{{"softnet.dropped", 26}, {"softnet.time_squeeze", 3}});
    counters.clear();
    CHECK_FALSE(add_softnet_counters("", counters));
    CHECK_FALSE(add_softnet_counters("1 2\n", counters));
    CHECK_FALSE(add_softnet_counters("1 2 zz\n", counters));
    CHECK_FALSE(add_softnet_counters("1 -2 3\n", counters));
    CHECK(counters.empty());
}

TEST_CASE("conntrack columns are found by their names, which differ between kernels") {
    CounterMap counters;
    CHECK(add_conntrack_counters(
        "entries  searched found new insert insert_failed drop early_drop icmp_error\n"
        "00000010  00000000 00000000 00000000 00000000 0000000b 00000001 00000000 00000000\n"
        "00000010  00000000 00000000 00000000 00000000 00000001 00000002 00000003 00000000\n",
        counters));
    CHECK(counters == CounterMap{{"conntrack.drop", 3},
                                 {"conntrack.early_drop", 3},
                                 {"conntrack.insert_failed", 12}});
    counters.clear();
    CHECK_FALSE(add_conntrack_counters("entries drop\n", counters));
    CHECK_FALSE(add_conntrack_counters("entries drop\n1 x\n", counters));
    CHECK(counters.empty());
}

TEST_CASE("sockstat's TCP line is read by names") {
    const auto stat = parse_sockstat(
        "sockets: used 321\n"
        "TCP: inuse 27 orphan 1 tw 28232 alloc 40 mem 152\n"
        "UDP: inuse 3 mem 0\n");
    REQUIRE(stat);
    CHECK(*stat == SockStat{27, 1, 28232, 40, 152});
    CHECK_FALSE(parse_sockstat("TCP6: inuse 27 orphan 1 tw 2 alloc 40 mem 152\n"));
    CHECK_FALSE(parse_sockstat("TCP: inuse 27 orphan 1 tw 2 alloc 40\n"));
    CHECK_FALSE(parse_sockstat("TCP: inuse 27 orphan 1 tw x alloc 40 mem 1\n"));
    CHECK_FALSE(parse_sockstat("TCP: inuse 27 orphan -1 tw 2 alloc 40 mem 1\n"));
    CHECK_FALSE(parse_sockstat(""));
    CHECK(parse_sockstat6("TCP6: inuse 5\nUDP6: inuse 9\n") == 5);
    CHECK_FALSE(parse_sockstat6("UDP6: inuse 9\n"));
}

TEST_CASE("memory, processors and open files") {
    CHECK(parse_memory_total("MemTotal:       24684084 kB\nMemFree: 1 kB\n") == 25276502016);
    CHECK_FALSE(parse_memory_total("MemTotal: 9223372036854775807 kB\n"));
    CHECK_FALSE(parse_memory_total("MemTotal: 5 MB\n"));
    CHECK_FALSE(parse_memory_total("MemFree: 5 kB\n"));

    CHECK(parse_cpu_list("0-1\n") == 2);
    CHECK(parse_cpu_list("0\n") == 1);
    CHECK(parse_cpu_list("0-3,8,10-11\n") == 7);
    CHECK_FALSE(parse_cpu_list(""));
    CHECK_FALSE(parse_cpu_list("3-0"));
    CHECK_FALSE(parse_cpu_list("0-99999999999"));
    CHECK_FALSE(parse_cpu_list("-1"));

    CHECK(parse_open_files("1093\t0\t9223372036854775807\n") == 1093);
    // Kernels before 2.6 kept freed handles in the first number.
    CHECK(parse_open_files("1000\t300\t2000\n") == 700);
    CHECK_FALSE(parse_open_files("1093\n"));
    CHECK_FALSE(parse_open_files("1 2 3\n"));
}

TEST_CASE("a megabyte in one line is not taken for a table") {
    const std::string long_line = "TcpExt: " + std::string(1000000, 'x') + '\n';
    CounterMap counters;
    CHECK_FALSE(add_table_counters(long_line + long_line, counters));
    CHECK_FALSE(add_softnet_counters(std::string(1000000, '1'), counters));
    CHECK_FALSE(parse_sockstat("TCP: " + std::string(1000000, ' ') + "inuse 1"));
}

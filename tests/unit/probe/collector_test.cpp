// SPDX-License-Identifier: Apache-2.0
#include "unit/host/tree.hpp"
#include "unit/probe/catalog.hpp"

#include <tcptune/probe/collector.hpp>

#include <algorithm>
#include <string>

#include <doctest/doctest.h>

using namespace tcptune;
using facts::FactValue;

namespace {

void write_host(const unit::Tree& files) {
    files.write("/proc/sys/kernel/osrelease", "6.1.0-50-amd64\n");
    files.write("/proc/sys/kernel/hostname", "proxy1\n");
    files.write("/proc/sys/fs/file-nr", "1093\t0\t9223372036854775807\n");
    files.write("/proc/sys/net/core/somaxconn", "4096\n");
    files.write("/proc/sys/net/core/netdev_max_backlog", "1000\n");
    files.write("/proc/sys/net/ipv4/tcp_tw_reuse", "2\n");
    files.write("/proc/meminfo", "MemTotal: 2048 kB\n");
    files.write("/sys/devices/system/cpu/online", "0-3\n");
    // As on a real system, where /proc/net is a link to the process's own.
    files.link("/proc/net", "self/net");
    files.link("/proc/self", "812");
    files.write("/proc/812/net/netstat", "TcpExt: TW TWRecycled\nTcpExt: 100 5\n");
    files.write("/proc/812/net/snmp", "Tcp: ActiveOpens\nTcp: 1000\n");
    files.write("/proc/812/net/sockstat", "TCP: inuse 5 orphan 1 tw 30 alloc 9 mem 4\n");
    files.write("/proc/812/net/sockstat6", "TCP6: inuse 2\n");
}

facts::FactSet collected(const unit::Tree& files, probe::CollectOptions options = {}) {
    options.root = files.root();
    options.live = false;
    return probe::collect(unit::small_catalog(), options);
}

std::string text(const facts::FactSet& facts, const char* name) {
    return facts::to_string(facts.get(name));
}

facts::SourceStatus status_of(const facts::FactSet& facts, const std::string& name) {
    const auto found = std::find_if(facts.sources.begin(), facts.sources.end(),
                                    [&](const facts::Source& s) { return s.name == name; });
    REQUIRE(found != facts.sources.end());
    return found->status;
}

}  // namespace

TEST_CASE("a directory tree becomes the facts of its host") {
    const unit::Tree files;
    write_host(files);
    const facts::FactSet facts = collected(files);
    CHECK(facts.host.hostname == "proxy1");
    CHECK(text(facts, "kernel.release") == "6.1.0-50-amd64");
    CHECK(facts.get("kernel.version") == FactValue(KernelVersion{6, 1, 0}));
    CHECK(facts.get("host.memory_bytes") == FactValue(std::int64_t{2048} * 1024));
    CHECK(facts.get("host.cpus") == FactValue(std::int64_t{4}));
    CHECK(facts.get("netns.initial") == FactValue(true));
    CHECK(facts.get("file.open") == FactValue(std::int64_t{1093}));
    CHECK(facts.get("socket.tcp.time_wait_total") == FactValue(std::int64_t{30}));
    CHECK(facts.get("socket.tcp.inuse") == FactValue(std::int64_t{7}));
    CHECK(facts.get("socket.tcp.alloc") == FactValue(std::int64_t{9}));
    CHECK(facts.get("socket.tcp.orphans") == FactValue(std::int64_t{1}));
    CHECK(facts.get("socket.tcp.mem_pages") == FactValue(std::int64_t{4}));
    CHECK(facts.get("sysctl.net.ipv4.tcp_tw_reuse") == FactValue(std::int64_t{2}));
    CHECK(facts.counters.at("TcpExt.TW") == facts::CounterReading{100, std::nullopt});
    CHECK(facts.counters.at("Tcp.ActiveOpens").first == 1000);
    CHECK(facts.window_s == 0);
}

TEST_CASE("the kernel of this machine is not asked about another root") {
    const unit::Tree files;
    write_host(files);
    const facts::FactSet facts = collected(files);
    CHECK(facts.host.netns.empty());
    CHECK(facts.sockets.method == facts::SocketMethod::none);
    CHECK(text(facts, "socket.method") == "none");
    const std::string reason = "unknown (the socket table is only looked at on the running system)";
    for (const char* name :
         {"socket.tcp.time_wait_outbound", "socket.tcp.fin_wait2", "socket.tcp.bound_only",
          "socket.tcp.listen_ports", "socket.udp.ports"}) {
        CAPTURE(name);
        CHECK(text(facts, name) == reason);
    }
}

TEST_CASE("a window gives every counter a second reading and the time that really passed") {
    const unit::Tree files;
    write_host(files);
    probe::CollectOptions options;
    options.window_s = 10;
    double asked = 0;
    options.wait = [&](double seconds) {
        asked = seconds;
        files.write("/proc/812/net/netstat", "TcpExt: TW TWRecycled\nTcpExt: 160 5\n");
        return 10.5;
    };
    const facts::FactSet facts = collected(files, options);
    CHECK(asked == 10);
    CHECK(facts.window_s == 10.5);
    CHECK(facts.counters.at("TcpExt.TW") == facts::CounterReading{100, 160});
    CHECK(facts.counters.at("TcpExt.TWRecycled") == facts::CounterReading{5, 5});
    CHECK(facts.counters.at("Tcp.ActiveOpens") == facts::CounterReading{1000, 1000});
}

TEST_CASE("sources that are absent or malformed are named, and their facts are unknown") {
    const unit::Tree files;
    write_host(files);
    files.write("/proc/812/net/sockstat", "nonsense\n");
    files.write("/proc/812/net/snmp", "nonsense\n");
    files.write("/proc/meminfo", "nonsense\n");
    const facts::FactSet facts = collected(files);
    CHECK(status_of(facts, "/proc/net/sockstat") == facts::SourceStatus::malformed);
    CHECK(status_of(facts, "/proc/net/snmp") == facts::SourceStatus::malformed);
    CHECK(status_of(facts, "/proc/net/stat/nf_conntrack") == facts::SourceStatus::absent);
    CHECK(status_of(facts, "/proc/net/netstat") == facts::SourceStatus::ok);
    CHECK(text(facts, "socket.tcp.time_wait_total") ==
          "unknown (cannot be read: /proc/net/sockstat)");
    CHECK(text(facts, "host.memory_bytes") == "unknown (unexpected text: /proc/meminfo)");
    CHECK(text(facts, "conntrack.count") == "unknown (connection tracking is not loaded)");
    CHECK(facts.counters.count("Tcp.ActiveOpens") == 0);
}

TEST_CASE("an empty root gives no fact and no failure") {
    const unit::Tree files;
    const facts::FactSet facts = collected(files);
    for (const auto& [name, value] : facts.values) {
        CAPTURE(name);
        if (name != "socket.method") CHECK_FALSE(facts::is_known(value));
    }
    CHECK(facts.counters.empty());
    CHECK(facts.configured.empty());
    CHECK(text(facts, "kernel.version") == "unknown (cannot be read: /proc/sys/kernel/osrelease)");
}

// SPDX-License-Identifier: Apache-2.0
#include "unit/host/tree.hpp"
#include "unit/probe/catalog.hpp"

#include <tcptune/probe/sysctl_probe.hpp>

#include <string>

#include <doctest/doctest.h>

using namespace tcptune;
using facts::FactValue;

namespace {

facts::FactSet probed(const unit::Tree& files) {
    facts::FactSet facts;
    probe::probe_sysctls(host::RootedFileTree(files.root()), unit::small_catalog(), facts);
    return facts;
}

std::string text(const facts::FactSet& facts, const std::string& key) {
    return facts::to_string(facts.get("sysctl.net.ipv4." + key));
}

}  // namespace

TEST_CASE("each key is read as its parameter's type") {
    const unit::Tree files;
    const std::string ipv4 = "/proc/sys/net/ipv4/";
    files.write(ipv4 + "tcp_tw_reuse", "2\n");
    files.write(ipv4 + "tcp_fin_timeout", "60\n");
    files.write(ipv4 + "tcp_abort_on_overflow", "0\n");
    files.write(ipv4 + "ip_local_port_range", "32768\t60999\n");
    files.write(ipv4 + "ip_local_reserved_ports", "22,8080-8082\n");
    files.write(ipv4 + "tcp_congestion_control", "cubic\n");
    const facts::FactSet facts = probed(files);
    CHECK(facts.get("sysctl.net.ipv4.tcp_tw_reuse") == FactValue(std::int64_t{2}));
    CHECK(facts.get("sysctl.net.ipv4.tcp_fin_timeout") == FactValue(std::int64_t{60}));
    CHECK(facts.get("sysctl.net.ipv4.tcp_abort_on_overflow") == FactValue(false));
    CHECK(facts.get("sysctl.net.ipv4.ip_local_port_range") == FactValue(facts::List{32768, 60999}));
    CHECK(facts.get("sysctl.net.ipv4.ip_local_reserved_ports") ==
          FactValue(facts::List{22, 8080, 8081, 8082}));
    CHECK(facts.get("sysctl.net.ipv4.tcp_congestion_control") == FactValue(std::string("cubic")));
    REQUIRE(facts.sources.size() == 1);
    CHECK(facts.sources[0].name == "/proc/sys");
    CHECK(facts.sources[0].status == facts::SourceStatus::ok);
}

TEST_CASE("a key that is not there is unknown, not zero") {
    const unit::Tree files;
    const facts::FactSet facts = probed(files);
    CHECK(text(facts, "tcp_tw_reuse") ==
          "unknown (no such file: this kernel or this network namespace has no such key)");
    REQUIRE(facts.sources.size() == 1);
    CHECK(facts.sources[0].status == facts::SourceStatus::absent);
}

TEST_CASE("a text of another type is unknown and shown, safely and shortly") {
    const unit::Tree files;
    files.write("/proc/sys/net/ipv4/tcp_fin_timeout", "sixty\x1b[2J\n");
    files.write("/proc/sys/net/ipv4/tcp_tw_reuse", std::string(500, '9'));
    const facts::FactSet facts = probed(files);
    CHECK(text(facts, "tcp_fin_timeout") == "unknown (unexpected text: \"sixty\\x1b[2J\")");
    CHECK(text(facts, "tcp_tw_reuse") ==
          "unknown (unexpected text: \"" + std::string(60, '9') + "...\")");
}

TEST_CASE("an empty list of reserved ports is known and empty") {
    const unit::Tree files;
    files.write("/proc/sys/net/ipv4/ip_local_reserved_ports", "\n");
    CHECK(probed(files).get("sysctl.net.ipv4.ip_local_reserved_ports") == FactValue(facts::List{}));
}

// SPDX-License-Identifier: Apache-2.0
#include "unit/host/tree.hpp"
#include "unit/probe/catalog.hpp"

#include <tcptune/probe/sysctl_probe.hpp>

#include <string>
#include <vector>

#include <doctest/doctest.h>
#include <unistd.h>

using namespace tcptune;
using facts::FactValue;

namespace {

facts::FactSet probed(const unit::Tree& files) {
    facts::FactSet facts;
    probe::probe_sysctl_configuration(host::RootedFileTree(files.root()), unit::small_catalog(),
                                      facts);
    return facts;
}

FactValue configured(const facts::FactSet& facts, const std::string& key) {
    return facts.get("config.net.ipv4." + key);
}

/// "file:line value winner" of each line about a key.
std::vector<std::string> lines(const facts::FactSet& facts) {
    std::vector<std::string> all;
    for (const facts::ConfiguredValue& line : facts.configured)
        all.push_back(line.file + ":" + std::to_string(line.line) + " " + line.value +
                      (line.winner ? " wins" : ""));
    return all;
}

}  // namespace

TEST_CASE("files are loaded by name over all directories and the last line wins") {
    const unit::Tree files;
    files.write("/usr/lib/sysctl.d/50-vendor.conf", "net.ipv4.tcp_fin_timeout = 30\n");
    files.write("/etc/sysctl.d/10-early.conf", "# note\nnet.ipv4.tcp_fin_timeout = 15\n");
    files.write("/run/sysctl.d/99-late.conf", "net/ipv4/tcp_fin_timeout=20\n");
    files.write("/etc/sysctl.d/README", "net.ipv4.tcp_fin_timeout = 1\n");
    const facts::FactSet facts = probed(files);
    CHECK(configured(facts, "tcp_fin_timeout") == FactValue(std::int64_t{20}));
    CHECK(lines(facts) == std::vector<std::string>{"/etc/sysctl.d/10-early.conf:2 15",
                                                   "/usr/lib/sysctl.d/50-vendor.conf:1 30",
                                                   "/run/sysctl.d/99-late.conf:1 20 wins"});
    REQUIRE(facts.boot_winner("net.ipv4.tcp_fin_timeout") != nullptr);
    CHECK(facts.boot_winner("net.ipv4.tcp_fin_timeout")->file == "/run/sysctl.d/99-late.conf");
    CHECK(facts::to_string(configured(facts, "tcp_tw_reuse")) ==
          "unknown (no configuration file sets it)");
}

TEST_CASE("a name in /etc hides the same name below, and a mask hides it altogether") {
    const unit::Tree files;
    files.write("/usr/lib/sysctl.d/50-a.conf", "net.ipv4.tcp_fin_timeout = 30\n");
    files.write("/etc/sysctl.d/50-a.conf", "net.ipv4.tcp_tw_reuse = 1\n");
    files.write("/usr/lib/sysctl.d/60-b.conf", "net.ipv4.ip_local_port_range = 1024 65535\n");
    files.link("/etc/sysctl.d/60-b.conf", "/dev/null");
    files.write("/usr/lib/sysctl.d/70-c.conf", "net.ipv4.tcp_abort_on_overflow = 1\n");
    files.write("/run/sysctl.d/70-c.conf", "");
    const facts::FactSet facts = probed(files);
    CHECK(lines(facts) == std::vector<std::string>{"/etc/sysctl.d/50-a.conf:1 1 wins"});
    CHECK(configured(facts, "tcp_tw_reuse") == FactValue(std::int64_t{1}));
    CHECK_FALSE(facts::is_known(configured(facts, "ip_local_port_range")));
    CHECK_FALSE(facts::is_known(configured(facts, "tcp_abort_on_overflow")));
}

TEST_CASE("/etc/sysctl.conf counts where a link leads to it") {
    const unit::Tree files;
    files.write("/etc/sysctl.conf", "net.ipv4.tcp_tw_reuse=1\n");
    files.write("/etc/sysctl.d/50-a.conf", "net.ipv4.tcp_tw_reuse=0\n");
    const facts::FactSet without = probed(files);
    CHECK(lines(without) ==
          std::vector<std::string>{"/etc/sysctl.d/50-a.conf:1 0 wins", "/etc/sysctl.conf:1 1"});
    CHECK(configured(without, "tcp_tw_reuse") == FactValue(std::int64_t{0}));

    files.link("/etc/sysctl.d/99-sysctl.conf", "../sysctl.conf");
    const facts::FactSet with = probed(files);
    // procps reads the file once more, by its own name.
    CHECK(lines(with) == std::vector<std::string>{"/etc/sysctl.d/50-a.conf:1 0",
                                                  "/etc/sysctl.d/99-sysctl.conf:1 1 wins",
                                                  "/etc/sysctl.conf:1 1"});
    CHECK(with.configured.back().procps_only);
    CHECK(configured(with, "tcp_tw_reuse") == FactValue(std::int64_t{1}));
}

TEST_CASE("a configured text of another type is unknown and still listed") {
    const unit::Tree files;
    files.write("/etc/sysctl.d/a.conf", "net.ipv4.tcp_fin_timeout = 15 seconds\n");
    const facts::FactSet facts = probed(files);
    CHECK(facts::to_string(configured(facts, "tcp_fin_timeout")) ==
          "unknown (unexpected text: \"15 seconds\")");
    CHECK(lines(facts) == std::vector<std::string>{"/etc/sysctl.d/a.conf:1 15 seconds wins"});
}

TEST_CASE("a merged /lib does not count twice") {
    const unit::Tree files;
    files.write("/usr/lib/sysctl.d/50-a.conf", "net.ipv4.tcp_fin_timeout = 30\n");
    files.link("/lib", "usr/lib");
    CHECK(lines(probed(files)) ==
          std::vector<std::string>{"/usr/lib/sysctl.d/50-a.conf:1 30 wins"});
}

TEST_CASE("beside a file that cannot be read a line is known but does not win") {
    const unit::Tree files;
    files.write("/etc/sysctl.d/10-a.conf", "net.ipv4.tcp_fin_timeout = 30\n");
    files.write("/etc/sysctl.d/20-b.conf", "net.ipv4.tcp_fin_timeout = 20\n");
    files.write("/etc/sysctl.d/90-odd.conf", "");
    facts::FactSet facts;
    probe::probe_sysctl_configuration(unit::DenyingTree(files, {"/etc/sysctl.d/90-odd.conf"}),
                                      unit::small_catalog(), facts);
    CHECK(configured(facts, "tcp_fin_timeout") == FactValue(std::int64_t{20}));
    CHECK(lines(facts) ==
          std::vector<std::string>{"/etc/sysctl.d/10-a.conf:1 30", "/etc/sysctl.d/20-b.conf:1 20"});
    CHECK(facts.boot_winner("net.ipv4.tcp_fin_timeout") == nullptr);
    CHECK(facts::to_string(configured(facts, "tcp_tw_reuse")) ==
          "unknown (a configuration file cannot be read: /etc/sysctl.d/90-odd.conf)");
    CHECK(facts.sources.back().name == "/etc/sysctl.d/90-odd.conf");
    CHECK(facts.sources.back().status == facts::SourceStatus::denied);
}

TEST_CASE("a file that cannot be read and comes before the winner changes nothing") {
    const unit::Tree files;
    files.write("/etc/sysctl.d/10-odd.conf", "");
    files.write("/etc/sysctl.d/20-b.conf", "net.ipv4.tcp_fin_timeout = 20\n");
    facts::FactSet facts;
    probe::probe_sysctl_configuration(unit::DenyingTree(files, {"/etc/sysctl.d/10-odd.conf"}),
                                      unit::small_catalog(), facts);
    CHECK(lines(facts) == std::vector<std::string>{"/etc/sysctl.d/20-b.conf:1 20 wins"});
}

TEST_CASE("links in a circle and directories set nothing, for the loaders and for us") {
    const unit::Tree files;
    files.link("/etc/sysctl.d/50-loop.conf", "50-loop.conf");
    files.directory("/etc/sysctl.d/60-odd.conf");
    const facts::FactSet facts = probed(files);
    CHECK(facts::to_string(configured(facts, "tcp_tw_reuse")) ==
          "unknown (no configuration file sets it)");
}

TEST_CASE("a pattern and an exclusion are listed with what they are") {
    const unit::Tree files;
    files.write("/etc/sysctl.d/10-a.conf", "net.ipv4.tcp_fin_* = 30\n-net.ipv4.tcp_tw_reuse\n");
    const facts::FactSet facts = probed(files);
    REQUIRE(facts.configured.size() == 2);
    CHECK(facts.configured[0].name == "net.ipv4.tcp_fin_*");
    CHECK(facts.configured[0].winner);
    CHECK(facts.configured[1].exclusion);
    CHECK_FALSE(facts.configured[1].winner);
}

TEST_CASE("what ufw sets once it is on is listed as coming later") {
    const unit::Tree files;
    files.write("/etc/ufw/ufw.conf", "ENABLED=yes\n");
    files.write("/etc/default/ufw", "IPT_SYSCTL=/etc/ufw/sysctl.conf\n");
    files.write("/etc/ufw/sysctl.conf", "net/ipv4/tcp_tw_reuse=0\n");
    const facts::FactSet facts = probed(files);
    REQUIRE(facts.configured.size() == 1);
    CHECK(facts.configured[0].late == "ufw");
    CHECK_FALSE(facts.configured[0].winner);
}

TEST_CASE("a directory that cannot be listed may hold a file that sets any key") {
    const unit::Tree files;
    files.write("/etc/sysctl.d/10-a.conf", "net.ipv4.tcp_fin_timeout = 30\n");
    files.directory("/run/sysctl.d");
    facts::FactSet facts;
    probe::probe_sysctl_configuration(unit::DenyingTree(files, {"/run/sysctl.d"}),
                                      unit::small_catalog(), facts);
    CHECK(configured(facts, "tcp_fin_timeout") == FactValue(std::int64_t{30}));
    CHECK(lines(facts) == std::vector<std::string>{"/etc/sysctl.d/10-a.conf:1 30"});
    CHECK(facts::to_string(configured(facts, "tcp_tw_reuse")) ==
          "unknown (a configuration file cannot be read: /run/sysctl.d)");
    REQUIRE_FALSE(facts.sources.empty());
    CHECK(facts.sources.back().name == "/run/sysctl.d");
    CHECK(facts.sources.back().status == facts::SourceStatus::denied);
}

TEST_CASE("without any configuration nothing is set and nothing is wrong") {
    const unit::Tree files;
    const facts::FactSet facts = probed(files);
    CHECK(facts.configured.empty());
    CHECK(facts.sources.empty());
    CHECK(facts::to_string(configured(facts, "tcp_tw_reuse")) ==
          "unknown (no configuration file sets it)");
}

// SPDX-License-Identifier: Apache-2.0
#include "hosts.hpp"

#include <tcptune/plan/boot_conflicts.hpp>

#include <doctest/doctest.h>

using namespace tcptune;
using conf::Loader;

namespace {

constexpr const char* reuse = "net.ipv4.tcp_tw_reuse";

plan::BootOutlook outlook(const std::vector<facts::ConfiguredValue>& lines,
                          Loader loader = Loader::systemd) {
    static const sysctl::ParameterCatalog catalog = hosts::shipped_rules().catalog();
    facts::FactSet facts = hosts::idle();
    facts.configured = lines;
    return plan::boot_outlook(plan::Planned{{reuse, std::int64_t{1}}}, facts, catalog, loader);
}

}  // namespace

TEST_CASE("a later file that says otherwise wins at boot, with the line to delete") {
    const plan::BootOutlook later =
        outlook({{reuse, "2", "/etc/sysctl.d/99-sysctl.conf", 12, true}});
    REQUIRE(later.conflicts.size() == 1);
    const plan::BootConflict& found = later.conflicts[0];
    CHECK(found.conflict.key == reuse);
    CHECK(found.conflict.file == "/etc/sysctl.d/99-sysctl.conf");
    CHECK(found.conflict.line == 12);
    CHECK(found.conflict.value == "2");
    CHECK(found.conflict.text ==
          "would win over 90-tcptune.conf at the next boot; change or delete this line first");
    CHECK(
        found.mend ==
        "line 12 of /etc/sysctl.d/99-sysctl.conf, which sets net.ipv4.tcp_tw_reuse = 2, has to go");
    CHECK(later.unknown.empty());
}

TEST_CASE("earlier files, the drop-in itself and the same value are no conflict") {
    for (const facts::ConfiguredValue& line :
         {facts::ConfiguredValue{reuse, "2", "/usr/lib/sysctl.d/10-x.conf", 1, true},
          facts::ConfiguredValue{reuse, "2", "/etc/sysctl.d/90-tcptune.conf", 1, true},
          facts::ConfiguredValue{reuse, "1", "/etc/sysctl.d/99-x.conf", 1, true},
          facts::ConfiguredValue{"net.ipv4.tcp_fin_timeout", "5", "/etc/sysctl.d/99-x.conf", 1,
                                 true}}) {
        INFO(line.file);
        CHECK(outlook({line}).conflicts.empty());
    }
}

TEST_CASE("sysctl.conf counts where procps loads it, and only through a link otherwise") {
    const std::vector<facts::ConfiguredValue> lines = {{reuse, "0", "/etc/sysctl.conf", 7, false}};
    CHECK(outlook(lines, Loader::systemd).conflicts.empty());
    const auto procps = outlook(lines, Loader::procps);
    REQUIRE(procps.conflicts.size() == 1);
    CHECK(procps.conflicts[0].conflict.file == "/etc/sysctl.conf");
    CHECK(procps.conflicts[0].mend ==
          "line 7 of /etc/sysctl.conf, which sets net.ipv4.tcp_tw_reuse = 0, has to go");
    // What it says comes last: it also settles what a file before it says.
    CHECK(outlook({{reuse, "2", "/etc/sysctl.d/99-x.conf", 1, true},
                   {reuse, "1", "/etc/sysctl.conf", 7, false}},
                  Loader::procps)
              .conflicts.empty());
}

TEST_CASE("a later exclusion keeps systemd from setting the key, and is nothing to procps") {
    const facts::ConfiguredValue line{reuse, "",   "/etc/sysctl.d/99-x.conf", 2, false, "",
                                      true,  false};
    const auto found = outlook({line});
    REQUIRE(found.conflicts.size() == 1);
    CHECK(found.conflicts[0].mend ==
          "line 2 of /etc/sysctl.d/99-x.conf, which keeps net.ipv4.tcp_tw_reuse from being set, "
          "has to go");
    CHECK(outlook({line}, Loader::procps).conflicts.empty());
}

TEST_CASE("a later pattern does not win over the key's own line") {
    const facts::ConfiguredValue line{
        reuse, "0", "/etc/sysctl.d/99-x.conf", 2, true, "net.ipv4.tcp_tw_*", false, false};
    CHECK(outlook({line}).conflicts.empty());
    CHECK(outlook({line}, Loader::procps).conflicts.empty());
}

TEST_CASE("all lines that would win are named, the one that decides first") {
    const facts::ConfiguredValue first{reuse, "0", "/etc/sysctl.d/95-a.conf", 1, false};
    const facts::ConfiguredValue agrees{reuse, "1", "/etc/sysctl.d/96-b.conf", 2, false};
    const facts::ConfiguredValue last{reuse, "2", "/etc/sysctl.d/97-c.conf", 3, true};
    const auto found = outlook({first, last});
    REQUIRE(found.conflicts.size() == 2);
    CHECK(found.conflicts[0].conflict.file == "/etc/sysctl.d/97-c.conf");
    CHECK(found.conflicts[1].conflict.file == "/etc/sysctl.d/95-a.conf");
    // Without the last one the wanted value is set already: the first is in nobody's way.
    const auto one = outlook({first, agrees, last});
    REQUIRE(one.conflicts.size() == 1);
    CHECK(one.conflicts[0].conflict.file == "/etc/sysctl.d/97-c.conf");
}

TEST_CASE("a program that sets the key after the loaders is in the way of the drop-in") {
    facts::ConfiguredValue late{reuse, "0", "/etc/ufw/sysctl.conf", 5, false};
    late.late = "ufw";
    for (const Loader loader : {Loader::systemd, Loader::procps}) {
        const auto found = outlook({late}, loader);
        REQUIRE(found.conflicts.size() == 1);
        CHECK(found.conflicts[0].late);
        CHECK(found.conflicts[0].conflict.text ==
              "ufw sets it after 90-tcptune.conf was read at the next boot");
    }
    late.value = "1";
    CHECK(outlook({late}).conflicts.empty());
}

TEST_CASE("a file that cannot be read is said, unless it is read before the drop-in") {
    static const sysctl::ParameterCatalog catalog = hosts::shipped_rules().catalog();
    facts::FactSet facts = hosts::idle();
    const auto unknown = [&](const char* path) {
        facts.sources = {{path, facts::SourceStatus::denied, "permission denied"}};
        return plan::boot_outlook(plan::Planned{{reuse, std::int64_t{1}}}, facts, catalog,
                                  Loader::systemd)
            .unknown;
    };
    REQUIRE(unknown("/etc/sysctl.d/99-secret.conf").size() == 1);
    CHECK(unknown("/etc/sysctl.d/99-secret.conf")[0] ==
          "/etc/sysctl.d/99-secret.conf cannot be read (permission denied): whether a line there "
          "wins at the next boot is not known");
    CHECK(unknown("/run/sysctl.d").size() == 1);
    CHECK(unknown("/etc/sysctl.d/10-early.conf").empty());
    CHECK(unknown("/proc/net/tcp").empty());
}

TEST_CASE("a plan's own steps are looked at, what is no value of a key is passed over") {
    static const sysctl::ParameterCatalog catalog = hosts::shipped_rules().catalog();
    facts::FactSet facts = hosts::idle();
    facts.configured = {{reuse, "0", "/etc/sysctl.d/99-x.conf", 1, true}};
    plan::SavedPlan plan;
    plan.changes.resize(2);
    plan.changes[0].key = reuse;
    plan.changes[0].after_runtime = "1";
    plan.changes[1].key = "net.ipv4.tcp_fin_timeout";
    plan.changes[1].after_runtime = "many";
    CHECK(plan::boot_outlook(plan, facts, catalog, Loader::systemd).conflicts.size() == 1);
}

// SPDX-License-Identifier: Apache-2.0
#include "hosts.hpp"

#include <tcptune/plan/staleness.hpp>

#include <doctest/doctest.h>

using namespace tcptune;

namespace {

constexpr const char* reuse = "net.ipv4.tcp_tw_reuse";

/// tcp_tw_reuse: 2 -> 1.
plan::SavedPlan saved() {
    return plan::saved_from(hosts::plan_for(hosts::shipped_rules(), hosts::churning(20000)));
}

plan::Staleness compare(const facts::FactSet& now, const plan::SavedPlan& plan = saved()) {
    static const sysctl::ParameterCatalog catalog = hosts::shipped_rules().catalog();
    return plan::compare_with_host(plan, now, catalog);
}

facts::FactSet running(std::int64_t value) {
    facts::FactSet facts = hosts::churning(20000);
    facts.values["sysctl." + std::string(reuse)] = value;
    return facts;
}

plan::Difference only(const plan::Staleness& staleness) {
    REQUIRE(staleness.differences.size() == 1);
    CHECK(staleness.is_stale());
    return staleness.differences[0];
}

}  // namespace

TEST_CASE("a plan fits the host that it was made on, and other traffic does not matter") {
    CHECK(!compare(hosts::churning(20000)).is_stale());
    const plan::Staleness later = compare(hosts::churning(3));
    CHECK(later.differences.empty());
    CHECK(later.already_set.empty());
}

TEST_CASE("another host name alone is no other host") {
    facts::FactSet now = hosts::churning(20000);
    now.host.hostname = "renamed";
    CHECK(!compare(now).is_stale());
}

TEST_CASE("another boot id is another boot of the same host, or another host") {
    facts::FactSet now = hosts::churning(20000);
    now.host.boot_id = "99999999-2222-3333-4444-555555555555";
    const plan::Difference boot = only(compare(now));
    CHECK(boot.aspect == plan::Aspect::boot);
    CHECK(boot.expected == "11111111-2222-3333-4444-555555555555");
    CHECK(boot.found == now.host.boot_id);
    CHECK(boot.sentence.starts_with("this host was booted since the plan was made"));
    now.host.hostname = "db7";
    const plan::Difference host = only(compare(now));
    CHECK(host.aspect == plan::Aspect::host);
    CHECK(host.sentence.starts_with("the plan is for host web1, this is db7"));
}

TEST_CASE("another network namespace and another kernel are both said") {
    facts::FactSet now = hosts::churning(20000);
    now.host.netns = "cookie:9";
    now.host.kernel_release = "6.18.45";
    const plan::Staleness stale = compare(now);
    REQUIRE(stale.differences.size() == 2);
    CHECK(stale.differences[0].aspect == plan::Aspect::netns);
    CHECK(stale.differences[0].sentence ==
          "network namespace: the plan is for cookie:1, this is cookie:9");
    CHECK(stale.differences[1].aspect == plan::Aspect::kernel);
    CHECK(stale.differences[1].expected == "6.18.44");
    CHECK(stale.differences[1].found == "6.18.45");
}

TEST_CASE("what is not known on either side does not pass") {
    facts::FactSet now = hosts::churning(20000);
    now.host.netns.clear();
    CHECK(only(compare(now)).sentence == "the network namespace of this host cannot be read");
    plan::SavedPlan plan = saved();
    plan.host.boot_id.clear();
    CHECK(only(compare(hosts::churning(20000), plan)).sentence ==
          "the plan does not say which boot id it is for");
    now = hosts::churning(20000);
    now.values["sysctl." + std::string(reuse)] = facts::Unknown{"permission denied"};
    CHECK(only(compare(now)).sentence ==
          "net.ipv4.tcp_tw_reuse: the plan was made over 2, but it cannot be read now (permission "
          "denied)");
    plan = saved();
    plan.changes[0].key = "net.ipv4.no_such_key";
    CHECK(only(compare(hosts::churning(20000), plan)).aspect == plan::Aspect::running);
}

TEST_CASE("a running value that somebody else changed is a difference") {
    const plan::Difference difference = only(compare(running(0)));
    CHECK(difference.aspect == plan::Aspect::running);
    CHECK(difference.key == reuse);
    CHECK(difference.expected == "2");
    CHECK(difference.found == "0");
    CHECK(difference.sentence == "net.ipv4.tcp_tw_reuse: the plan was made over 2, but 0 runs now");
}

TEST_CASE("a key that runs as wanted is already set, unless anything else differs") {
    plan::Staleness fits = compare(running(1));
    CHECK(!fits.is_stale());
    REQUIRE(fits.already_set.size() == 1);
    CHECK(fits.already_set[0] == plan::AlreadySet{reuse, false});

    facts::FactSet other = running(1);
    other.host.boot_id = "99999999-2222-3333-4444-555555555555";
    const plan::Staleness stale = compare(other);
    CHECK(only(stale).aspect == plan::Aspect::boot);
    CHECK(stale.already_set.empty());
}

TEST_CASE("applying the same plan again finds its value and its file: nothing is stale") {
    facts::FactSet now = running(1);
    now.configured = {{reuse, "1", "/etc/sysctl.d/90-tcptune.conf", 4, true}};
    const plan::Staleness again = compare(now);
    CHECK(!again.is_stale());
    REQUIRE(again.already_set.size() == 1);
    CHECK(again.already_set[0] == plan::AlreadySet{reuse, true});
}

TEST_CASE("a line that sets the key at boot and was not there is a difference") {
    facts::FactSet now = hosts::churning(20000);
    now.configured = {{reuse, "0", "/etc/sysctl.d/70-x.conf", 4, true}};
    plan::Difference difference = only(compare(now));
    CHECK(difference.aspect == plan::Aspect::configured);
    CHECK(difference.expected == "");
    CHECK(difference.found == "0");
    CHECK(difference.sentence ==
          "net.ipv4.tcp_tw_reuse: no file set it when the plan was made, "
          "now /etc/sysctl.d/70-x.conf:4 sets 0");
    // The wanted value, but it does not run: somebody is at work here.
    now.configured[0].value = "1";
    CHECK(only(compare(now)).aspect == plan::Aspect::configured);

    // A line that would have won over the plan is gone, as the plan asked for.
    plan::SavedPlan plan = saved();
    plan.changes[0].before_configured = "0";
    now.configured.clear();
    CHECK(!compare(now, plan).is_stale());
    // It set what the plan wants: without it the boot is another one than the plan knows.
    plan.changes[0].before_configured = plan.changes[0].after_runtime;
    difference = only(compare(now, plan));
    CHECK(difference.sentence ==
          "net.ipv4.tcp_tw_reuse: files set 1 when the plan was made, now no file sets it");
}

TEST_CASE("the same configured value in other white space or in another file is the same") {
    const auto busy = [](const char* value, const char* file) {
        facts::FactSet facts = hosts::busy(25000);
        facts.configured = {{"net.ipv4.ip_local_port_range", value, file, 3, true}};
        return facts;
    };
    const plan::SavedPlan plan = plan::saved_from(
        hosts::plan_for(hosts::shipped_rules(), busy("32768\t61000", "/etc/sysctl.d/1.conf")));
    CHECK(!compare(busy("32768   61000", "/etc/sysctl.d/2.conf"), plan).is_stale());
    CHECK(compare(busy("32768 61001", "/etc/sysctl.d/1.conf"), plan).is_stale());
}

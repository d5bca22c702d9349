// SPDX-License-Identifier: Apache-2.0
#include "trees.hpp"

#include <doctest/doctest.h>

using namespace tcptune::conf;
using namespace tcptune::conf::test;

namespace {

constexpr std::string_view etc = "/etc/sysctl.d";

}  // namespace

TEST_CASE("the file whose name sorts last decides, and the earlier line is overwritten") {
    const auto found =
        World().key(tree_of({{"50-b.conf", "net.ipv4.aaa=2\n"}, {"10-a.conf", "net.ipv4.aaa=1\n"}}),
                    "net.ipv4.aaa");
    CHECK(found.systemd.value == "2");
    CHECK(found.procps.value == "2");
    REQUIRE(found.systemd.claims.size() == 2);
    CHECK(found.systemd.claims[0].statement.file == "/etc/sysctl.d/10-a.conf");
    CHECK(found.systemd.claims[0].fate == Fate::overwritten);
    CHECK(found.systemd.claims[0].why == "/etc/sysctl.d/50-b.conf:1 sets it later");
    CHECK(found.systemd.winner()->line == 1);
    CHECK_FALSE(found.disagree());
}

TEST_CASE("procps reads /etc/sysctl.conf at the end, systemd only through a link") {
    BootTree tree = tree_of({{"zz.conf", "net.ipv4.aaa=1\n"}});
    tree.main = file("/etc", "sysctl.conf", "net.ipv4.aaa=9\n");
    const World world;
    auto found = world.key(tree, "net.ipv4.aaa");
    CHECK(found.systemd.value == "1");
    CHECK(found.procps.value == "9");
    CHECK(found.disagree());
    CHECK(found.systemd.claims.back().fate == Fate::not_read);
    tree.entries.push_back(file(etc, "zzz.conf", "net.ipv4.aaa=9\n"));
    tree.entries.back().real_path = "/etc/sysctl.conf";
    CHECK(world.key(tree, "net.ipv4.aaa").systemd.value == "9");
}

TEST_CASE("of equal names the heavier directory hides the others, links to nothing too") {
    BootTree tree;
    tree.entries.push_back(file("/usr/lib/sysctl.d", "50-x.conf", "net.ipv4.aaa=3\n"));
    tree.entries.push_back(file("/run/sysctl.d", "50-x.conf", "net.ipv4.aaa=2\n"));
    const World world;
    auto found = world.key(tree, "net.ipv4.aaa");
    CHECK(found.systemd.value == "2");
    CHECK(found.systemd.claims.back().fate == Fate::masked);
    CHECK(found.systemd.claims.back().why == "/run/sysctl.d/50-x.conf hides it");
    tree.entries.push_back(entry(etc, "50-x.conf", EntryStatus::dangling));
    found = world.key(tree, "net.ipv4.aaa");
    CHECK(found.systemd.value == "7");
    CHECK_FALSE(found.systemd.set);
}

TEST_CASE("hidden files are procps's alone") {
    const auto found = World().key(tree_of({{".x.conf", "net.ipv4.aaa=1\n"}}), "net.ipv4.aaa");
    CHECK(found.systemd.value == "7");
    CHECK(found.procps.value == "1");
}

TEST_CASE("what is said of a key by name keeps patterns away, wherever it stands") {
    const auto found = World().key(
        tree_of({{"a.conf", "net.ipv4.aaa=1\n"}, {"b.conf", "net.ipv4.a*=2\n"}}), "net.ipv4.aaa");
    for (const Outcome* const outcome : {&found.systemd, &found.procps}) {
        CHECK(outcome->value == "1");
        CHECK(outcome->claims[1].fate == Fate::explicit_elsewhere);
    }
}

TEST_CASE("an exclusion takes an earlier line back for systemd, and not for procps") {
    const auto found =
        World().key(tree_of({{"a.conf", "net.ipv4.aaa=1\n-net.ipv4.aaa\n"}}), "net.ipv4.aaa");
    CHECK(found.systemd.value == "7");
    CHECK(found.systemd.claims[0].fate == Fate::excluded);
    CHECK(found.procps.value == "1");
}

TEST_CASE("a pattern with the same value again keeps its place for systemd") {
    const auto same = tree_of({{"a.conf", "net.ipv4.aa*=1\nnet.ipv4.a*a=2\nnet.ipv4.aa*=1\n"}});
    const auto changed = tree_of({{"a.conf", "net.ipv4.aa*=3\nnet.ipv4.a*a=2\nnet.ipv4.aa*=1\n"}});
    const World world;
    CHECK(world.key(same, "net.ipv4.aaa").systemd.value == "2");
    CHECK(world.key(changed, "net.ipv4.aaa").systemd.value == "1");
    CHECK(world.key(same, "net.ipv4.aaa").procps.value == "1");
}

TEST_CASE("braces are systemd's") {
    const auto found = World().key(tree_of({{"a.conf", "net.ipv4.{aa?,zz}=1\n"}}), "net.ipv4.aab");
    CHECK(found.systemd.value == "1");
    CHECK(found.procps.value == "7");
}

TEST_CASE("a doubled separator in an exclusion is another spelling to procps") {
    const auto found =
        World().key(tree_of({{"a.conf", "-net//ipv4/aaa\nnet.ipv4.aa*=1\n"}}), "net.ipv4.aaa");
    CHECK(found.systemd.value == "7");
    CHECK(found.procps.value == "1");
}

TEST_CASE("a file called *.conf makes procps read its neighbours") {
    const auto found = World().key(
        tree_of({{"*.conf", "net.ipv4.aaa=1\n"}, {"a.conf", "net.ipv4.bbb=1\n"}}), "net.ipv4.bbb");
    CHECK(found.systemd.claims.size() == 1);
    CHECK(found.procps.claims.size() == 2);
}

TEST_CASE("a file that cannot be read leaves the value unknown only when it comes later") {
    BootTree tree = tree_of({{"50.conf", "net.ipv4.aaa=1\n"}});
    tree.entries.push_back(entry(etc, "10.conf", EntryStatus::unreadable));
    const World world;
    CHECK(world.key(tree, "net.ipv4.aaa").systemd.value == "1");
    CHECK(world.key(tree, "net.ipv4.aaa").procps.value == "1");
    tree.entries.back().name = "90.conf";
    const auto found = world.key(tree, "net.ipv4.aaa");
    CHECK_FALSE(found.systemd.value);
    CHECK(found.systemd.unknown == "/etc/sysctl.d/90.conf may set it: permission denied");
    CHECK_FALSE(found.procps.value);
}

TEST_CASE("a pattern is not certain while a file that may name the key cannot be read") {
    BootTree tree = tree_of({{"50.conf", "net.ipv4.aa*=1\n"}});
    tree.entries.push_back(entry(etc, "10.conf", EntryStatus::unreadable));
    CHECK_FALSE(World().key(tree, "net.ipv4.aaa").systemd.value);
}

TEST_CASE("a directory that cannot be listed leaves everything unknown") {
    BootTree tree = tree_of({{"50.conf", "net.ipv4.aaa=1\n"}});
    tree.unreadable.push_back({"/run/sysctl.d", "permission denied", true});
    CHECK(World().key(tree, "net.ipv4.aaa").systemd.unknown ==
          "/run/sysctl.d cannot be listed: permission denied");
}

TEST_CASE("the kernel's words come first and every file comes after them") {
    BootTree tree = tree_of({{"a.conf", "net.ipv4.aaa=1\n"}});
    tree.command_line = "sysctl.net.ipv4.aaa=5 sysctl.net.ipv4.bbb=6";
    const World world;
    CHECK(world.key(tree, "net.ipv4.aaa").systemd.value == "1");
    CHECK(world.key(tree, "net.ipv4.aaa").systemd.claims.size() == 2);
    CHECK(world.key(tree, "net.ipv4.bbb").procps.value == "6");
}

TEST_CASE("the credential is systemd's last file") {
    BootTree tree = tree_of({{"zz.conf", "net.ipv4.aaa=1\n"}});
    tree.credential = file("/run/credentials/@system", "sysctl.extra", "net.ipv4.aaa=4\n");
    const auto found = World().key(tree, "net.ipv4.aaa");
    CHECK(found.systemd.value == "4");
    CHECK(found.procps.value == "1");
}

TEST_CASE("a late writer comes after the loader, and files that it loads again after it") {
    BootTree tree = tree_of({{"a.conf", "net.ipv4.aaa=1\n"}});
    tree.late.push_back({"x", "/etc/x", "late", "net.ipv4.aaa=5\nnet.ipv4.bbb=6\n", false});
    const World world;
    CHECK(world.key(tree, "net.ipv4.aaa").late->value == "5");
    CHECK(world.key(tree, "net.ipv4.aaa").systemd.value == "1");
    CHECK_FALSE(world.key(tree, "net.ipv4.aab").late);
    tree.late[0].reapplies_files = true;
    const auto again = world.key(tree, "net.ipv4.aaa");
    CHECK(again.late->value == "1");
    CHECK(again.late->claims[0].fate == Fate::overwritten);
    CHECK(world.key(tree, "net.ipv4.bbb").late->value == "6");
    const auto all = forecast(tree, world.ground());
    CHECK(all.at("net.ipv4.bbb").systemd.value == "7");
}

TEST_CASE("two names of one switch decide over each other") {
    World world;
    world.keys.insert(world.keys.end(), {"net.ipv4.ip_forward", "net.ipv4.conf.all.forwarding"});
    const auto found =
        world.key(tree_of({{"a.conf", "net.ipv4.ip_forward=0\nnet.ipv4.conf.all.forwarding=1\n"}}),
                  "net.ipv4.ip_forward");
    CHECK(found.systemd.value == "1");
    CHECK(found.systemd.winner()->line == 2);
}

TEST_CASE("a default for new interfaces makes an interface without a line uncertain") {
    World world;
    world.keys = {"net.ipv4.conf.default.x", "net.ipv4.conf.eth0.x", "net.ipv4.conf.eth1.x"};
    world.initial = {{"net.ipv4.conf.eth0.x", "0"}, {"net.ipv4.conf.eth1.x", "0"}};
    const BootTree tree = tree_of(
        {{"a.conf", "net.ipv4.conf.eth0.x=2\nnet.ipv4.conf.default.x=1\n-net.ipv4.conf.eth1.x\n"}});
    CHECK(world.key(tree, "net.ipv4.conf.eth0.x").systemd.value == "2");
    CHECK(world.key(tree, "net.ipv4.conf.eth0.x").notes.size() == 1);
    CHECK_FALSE(world.key(tree, "net.ipv4.conf.eth1.x").systemd.value);
}

TEST_CASE("deciding() follows each loader") {
    const std::vector<Statement> statements = parse("a.b=1\na.*=2\n-a.b\n", "f", Loader::procps);
    CHECK(deciding(statements, Loader::procps) == std::optional<std::size_t>(0));
    CHECK_FALSE(deciding(statements, Loader::systemd));
}

TEST_CASE("braces that name a key twice are one line about it") {
    const auto found =
        World().key(tree_of({{"a.conf", "net.ipv4.{aaa,aa?,aa*}=1\n"}}), "net.ipv4.aaa");
    CHECK(found.systemd.value == "1");
    REQUIRE(found.systemd.claims.size() == 1);
    CHECK(found.systemd.claims[0].fate == Fate::wins);
}

TEST_CASE("a key that nobody sets keeps its value, and one that is not there has a reason") {
    const World world;
    const BootTree tree = tree_of({{"a.conf", "net.ipv4.aaa=1\n"}});
    CHECK(world.key(tree, "net.ipv4.bbb").systemd.value == "7");
    CHECK(world.key(tree, "net.ipv4.nobody").systemd.unknown == "this kernel has no such key now");
}

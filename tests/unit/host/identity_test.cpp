// SPDX-License-Identifier: Apache-2.0
#include "unit/host/tree.hpp"

#include <tcptune/host/identity.hpp>

#include <doctest/doctest.h>

using namespace tcptune;
using host::RootedFileTree;

TEST_CASE("who the host is comes from its files") {
    const unit::Tree files;
    files.write("/proc/sys/kernel/hostname", "proxy1\n");
    files.write("/proc/sys/kernel/osrelease", "4.18.0-553.el8_10.x86_64\n");
    files.write("/proc/sys/kernel/random/boot_id", "dfcfaf69-8fde-42cd-8088-78846e091a01\n");
    const RootedFileTree tree(files.root());
    const host::Identity identity = host::read_identity(tree, false);
    CHECK(identity.hostname == "proxy1");
    CHECK(identity.kernel_release == "4.18.0-553.el8_10.x86_64");
    CHECK(identity.boot_id == "dfcfaf69-8fde-42cd-8088-78846e091a01");
    CHECK(identity.netns.empty());
    CHECK_FALSE(identity.netns_initial);
}

TEST_CASE("the first namespace is told by what only it has") {
    const unit::Tree files;
    const RootedFileTree tree(files.root());
    CHECK_FALSE(host::is_initial_namespace(tree));

    files.write("/proc/sys/net/core/somaxconn", "4096\n");
    CHECK(host::is_initial_namespace(tree) == false);

    files.write("/proc/sys/net/core/netdev_max_backlog", "1000\n");
    CHECK(host::is_initial_namespace(tree) == true);

    files.write("/proc/sys/net/ipv4/tcp_ehash_entries", "262144\n");
    CHECK(host::is_initial_namespace(tree) == true);

    files.write("/proc/sys/net/ipv4/tcp_ehash_entries", "-262144\n");
    CHECK(host::is_initial_namespace(tree) == false);
}

TEST_CASE("a namespace with a hash table of its own is still not the first one") {
    const unit::Tree files;
    files.write("/proc/sys/net/core/somaxconn", "4096\n");
    files.write("/proc/sys/net/ipv4/tcp_ehash_entries", "1024\n");
    CHECK(host::is_initial_namespace(RootedFileTree(files.root())) == false);
}

TEST_CASE("other namespaces are counted once each") {
    const unit::Tree files;
    files.link("/proc/self/ns/net", "net:[1]");
    files.link("/proc/10/ns/net", "net:[1]");
    files.link("/proc/11/ns/net", "net:[2]");
    files.link("/proc/12/ns/net", "net:[2]");
    files.link("/proc/13/ns/net", "net:[3]");
    files.link("/proc/net/ns/net", "net:[9]");
    files.directory("/proc/14");
    CHECK(host::count_other_namespaces(RootedFileTree(files.root())) == 2);
    const unit::Tree empty;
    CHECK_FALSE(host::count_other_namespaces(RootedFileTree(empty.root())));
}

TEST_CASE("no other namespace seen is not none where some processes are denied") {
    const unit::Tree files;
    files.link("/proc/self/ns/net", "net:[1]");
    files.link("/proc/10/ns/net", "net:[1]");
    files.link("/proc/11/ns/net", "net:[2]");
    files.link("/proc/12/ns/net", "net:[1]");
    CHECK(host::count_other_namespaces(unit::DenyingTree(files, {"/proc/10/ns/net"})) == 1);
    CHECK_FALSE(host::count_other_namespaces(unit::DenyingTree(files, {"/proc/11/ns/net"})));
    CHECK_FALSE(host::count_other_namespaces(
        unit::DenyingTree(files, {"/proc/10/ns/net", "/proc/11/ns/net"})));
    const unit::Tree alone;
    alone.link("/proc/self/ns/net", "net:[1]");
    alone.link("/proc/10/ns/net", "net:[1]");
    CHECK(host::count_other_namespaces(RootedFileTree(alone.root())) == 0);
}

TEST_CASE("the running namespace has an identity that stays") {
    const std::string id = host::namespace_id();
    const bool cookie = id.rfind("cookie:", 0) == 0;
    const bool inode = id.rfind("inode:", 0) == 0;
    CHECK((cookie || inode));
    CHECK(host::namespace_id() == id);
}

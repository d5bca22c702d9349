// SPDX-License-Identifier: Apache-2.0
#include "unit/host/tree.hpp"

#include <tcptune/base/error.hpp>
#include <tcptune/host/file_tree.hpp>

#include <string>
#include <sys/stat.h>
#include <vector>

#include <doctest/doctest.h>
#include <fcntl.h>
#include <unistd.h>

using namespace tcptune;
using host::FileStatus;
using host::FileText;
using host::RootedFileTree;

TEST_CASE("a file is read whole, with the place where it lies") {
    const unit::Tree files;
    files.write("/proc/net/snmp", "Tcp: a\nTcp: 1\n");
    files.write("/etc/empty", "");
    const std::string large(300000, 'x');
    files.write("/etc/large", large);
    const RootedFileTree tree(files.root());
    const FileText snmp = tree.read("/proc/net/snmp");
    CHECK(snmp.status == FileStatus::ok);
    CHECK(snmp.text == "Tcp: a\nTcp: 1\n");
    CHECK(snmp.path == "/proc/net/snmp");
    CHECK(snmp.reason.empty());
    CHECK(tree.read("/etc/empty").ok());
    CHECK(tree.read("/etc/empty").text.empty());
    CHECK(tree.read("/etc/large").text == large);
    // The same through the one-read way of sysctls.
    files.write("/proc/sys/net/ipv4/ip_local_reserved_ports", large);
    CHECK(tree.read("/proc/sys/net/ipv4/ip_local_reserved_ports").text == large);
    for (const std::size_t size : {4095U, 4096U, 4097U}) {
        CAPTURE(size);
        files.write("/proc/sys/edge", std::string(size, 'y'));
        CHECK(tree.read("/proc/sys/edge").text.size() == size);
    }
}

TEST_CASE("what is not there is absent, what is too large is not read") {
    const unit::Tree files;
    files.write("/etc/file", "1");
    files.write("/etc/huge", std::string(host::max_file_bytes + 1, 'x'));
    files.write("/proc/sys/huge", std::string(host::max_file_bytes + 1, 'x'));
    const RootedFileTree tree(files.root());
    CHECK(tree.read("/etc/none").status == FileStatus::absent);
    CHECK(tree.read("/etc/none").reason == "no such file");
    CHECK(tree.read("/none/none").status == FileStatus::absent);
    CHECK(tree.read("/etc/file/none").status == FileStatus::absent);
    // Twice, because the second read takes the short way through the open directory.
    CHECK(tree.read("/etc/file").ok());
    CHECK(tree.read("/etc/none").status == FileStatus::absent);
    CHECK(tree.read("/etc/none").path == "/etc/none");
    CHECK(tree.read("/etc/huge").status == FileStatus::malformed);
    CHECK(tree.read("/etc/huge").reason == "larger than 1 MiB");
    CHECK(tree.read("/proc/sys/huge").status == FileStatus::malformed);
}

TEST_CASE("only regular files are read") {
    const unit::Tree files;
    files.directory("/etc/sysctl.d");
    REQUIRE(::mkfifo((files.root() + "/etc/pipe").c_str(), 0600) == 0);
    const RootedFileTree tree(files.root());
    // Nobody writes into the pipe: an open without care would wait for ever.
    CHECK(tree.read("/etc/pipe").status == FileStatus::malformed);
    CHECK(tree.read("/etc/pipe").reason == "not a regular file");
    CHECK(tree.read("/etc/sysctl.d").status == FileStatus::malformed);
    CHECK(tree.read("/").status == FileStatus::malformed);
    CHECK(tree.read("").status == FileStatus::malformed);
}

TEST_CASE("permission denied is told apart from absent") {
    if (::geteuid() == 0) {
        MESSAGE("skipped: root may read everything");
        return;
    }
    const unit::Tree files;
    files.write("/etc/secret", "1");
    files.forbid("/etc/secret");
    const RootedFileTree tree(files.root());
    CHECK(tree.read("/etc/secret").status == FileStatus::denied);
    CHECK(tree.read("/etc/secret").reason == "permission denied");
}

TEST_CASE("links are followed inside the root") {
    const unit::Tree files;
    files.write("/etc/sysctl.conf", "a = 1\n");
    files.link("/etc/sysctl.d/99-sysctl.conf", "../sysctl.conf");
    files.link("/etc/sysctl.d/98-absolute.conf", "/etc/sysctl.conf");
    files.link("/etc/sysctl.d/97-twice.conf", "98-absolute.conf");
    files.write("/usr/lib/sysctl.d/50.conf", "b = 2\n");
    files.link("/lib", "usr/lib");
    const RootedFileTree tree(files.root());
    for (const char* name : {"99-sysctl.conf", "98-absolute.conf", "97-twice.conf"}) {
        CAPTURE(name);
        const FileText file = tree.read(std::string("/etc/sysctl.d/") + name);
        CHECK(file.text == "a = 1\n");
        CHECK(file.path == "/etc/sysctl.conf");
    }
    CHECK(tree.read("/lib/sysctl.d/50.conf").text == "b = 2\n");
    CHECK(tree.read("/lib/sysctl.d/50.conf").path == "/usr/lib/sysctl.d/50.conf");
    CHECK(tree.list("/lib/sysctl.d").names == std::vector<std::string>{"50.conf"});
    CHECK(tree.read("/etc/../etc/./sysctl.conf").text == "a = 1\n");
}

TEST_CASE("nothing outside of the root can be reached") {
    const unit::Tree outside;
    outside.write("/secret", "outside");
    const unit::Tree files;
    files.directory("/etc");
    files.link("/etc/up", "../../../../../../../.." + outside.root() + "/secret");
    files.link("/etc/absolute", outside.root() + "/secret");
    files.link("/etc/directory", outside.root());
    const RootedFileTree tree(files.root());
    CHECK(tree.read("/etc/up").status == FileStatus::absent);
    CHECK(tree.read("/etc/absolute").status == FileStatus::absent);
    CHECK(tree.read("/etc/directory/secret").status == FileStatus::absent);
    CHECK(tree.read("/../../" + outside.root() + "/secret").status == FileStatus::absent);
    CHECK(tree.list("/etc/directory").status == FileStatus::absent);
}

TEST_CASE("a link to /dev/null is masked, whether the tree has devices or not") {
    const unit::Tree files;
    files.link("/etc/sysctl.d/10.conf", "/dev/null");
    files.link("/etc/sysctl.d/20.conf", "../../dev/null");
    files.link("/etc/sysctl.d/30.conf", "10.conf");
    files.link("/etc/sysctl.d/40.conf", "/dev/zero");
    const RootedFileTree tree(files.root());
    for (const char* name : {"10.conf", "20.conf", "30.conf"}) {
        CAPTURE(name);
        CHECK(tree.read(std::string("/etc/sysctl.d/") + name).status == FileStatus::masked);
    }
    CHECK(tree.read("/etc/sysctl.d/40.conf").status == FileStatus::absent);
}

TEST_CASE("links in a circle end") {
    const unit::Tree files;
    files.link("/etc/a", "b");
    files.link("/etc/b", "a");
    files.link("/etc/down", "down/down");
    const RootedFileTree tree(files.root());
    CHECK(tree.read("/etc/a").status == FileStatus::malformed);
    CHECK(tree.read("/etc/a").reason == "links in a circle");
    CHECK(tree.read("/etc/a/x").status == FileStatus::malformed);
    CHECK(tree.read("/etc/down").status == FileStatus::malformed);
    CHECK(tree.list("/etc/a").status == FileStatus::malformed);
    std::string deep;
    for (int i = 0; i < 2000; ++i)
        deep += "/d";
    CHECK_FALSE(tree.read(deep).ok());
}

TEST_CASE("a directory is listed in byte order") {
    const unit::Tree files;
    for (const char* name : {"b.conf", "a.conf", "Z.conf", ".hidden"})
        files.write(std::string("/etc/sysctl.d/") + name, "");
    const RootedFileTree tree(files.root());
    const host::Listing listing = tree.list("/etc/sysctl.d");
    CHECK(listing.ok());
    CHECK(listing.names == std::vector<std::string>{".hidden", "Z.conf", "a.conf", "b.conf"});
    CHECK(tree.list("/etc/none").status == FileStatus::absent);
    CHECK(tree.list("/etc/sysctl.d/a.conf").status == FileStatus::absent);
}

TEST_CASE("the text of a link is read without following it") {
    const unit::Tree files;
    files.link("/proc/7/ns/net", "net:[4026531840]");
    files.write("/proc/7/stat", "");
    const RootedFileTree tree(files.root());
    CHECK(tree.read_link("/proc/7/ns/net").text == "net:[4026531840]");
    CHECK(tree.read_link("/proc/7/stat").status == FileStatus::malformed);
    CHECK(tree.read_link("/proc/8/ns/net").status == FileStatus::absent);
}

TEST_CASE("a root that is not there is an error that names it") {
    try {
        const RootedFileTree tree("/no/such/root");
        FAIL("no error");
    } catch (const SystemError& error) {
        CHECK(error.code() == ErrorCode::no_input);
        CHECK(error.object() == "/no/such/root");
        CHECK(error.error_number() == ENOENT);
    }
}

// SPDX-License-Identifier: Apache-2.0
#include <tcptune/sysctl/boot_order.hpp>

#include <string>
#include <vector>

#include <doctest/doctest.h>

using namespace tcptune::sysctl;

namespace {

const std::string fin = "net.ipv4.tcp_fin_timeout";
using Texts = std::vector<std::string>;

std::vector<Assignment> assignments(const Texts& texts) {
    std::vector<ConfFile> files;
    for (const std::string& text : texts)
        files.push_back({std::to_string(files.size() + 1) + ".conf", text});
    const std::vector<std::string> keys{fin};
    return boot_assignments(files, keys);
}

/// "value (file:line)" of the line that decides over tcp_fin_timeout, or "none".
std::string winner(const Texts& texts) {
    std::string found = "none";
    for (const Assignment& assignment : assignments(texts)) {
        if (!assignment.winner) continue;
        CHECK(found == "none");
        found =
            assignment.value + " (" + assignment.file + ":" + std::to_string(assignment.line) + ")";
    }
    return found;
}

}  // namespace

// Each case was tried on systemd-sysctl 252 with the same outcome.
TEST_CASE("the last line about a key decides, in whichever spelling") {
    CHECK(winner({fin + " = 30\n", "# c\nnet/ipv4/tcp_fin_timeout = 40\n"}) == "40 (2.conf:2)");
    CHECK(winner({fin + " = 30\n" + fin + " = 20\n"}) == "20 (1.conf:2)");
    CHECK(winner({fin + " = 30\n" + fin + " =\n"}) == " (1.conf:2)");
    CHECK(winner({"net.ipv4.tcp_tw_reuse = 1\n"}) == "none");
    CHECK(winner({}) == "none");
}

TEST_CASE("a line by name beats every glob, also a later one") {
    CHECK(winner({fin + " = 34\n", "net.ipv4.tcp_fin_* = 33\n"}) == "34 (1.conf:1)");
    CHECK(winner({"net.ipv4.tcp_fin_* = 33\n", fin + " = 34\n"}) == "34 (2.conf:1)");
}

TEST_CASE("without a line by name the last matching glob decides") {
    CHECK(winner({"net.ipv4.tcp_f* = 1\n", "net.ipv4.tcp_fin_* = 2\nnet.ipv4.tcp_s* = 3\n"}) ==
          "2 (2.conf:1)");
    CHECK(winner({"net.ipv4.tcp_fin_* = 33\nnet.ipv4.tcp_f*t = 34\nnet.ipv4.tcp_fin_* = 35\n"}) ==
          "35 (1.conf:3)");
}

TEST_CASE("a glob repeated with the same value keeps its earlier place") {
    CHECK(winner({"net.ipv4.tcp_fin_* = 33\nnet.ipv4.tcp_f*t = 34\nnet.ipv4.tcp_fin_* = 33\n"}) ==
          "34 (1.conf:2)");
}

TEST_CASE("an exclusion keeps globs away before and after it") {
    CHECK(winner({"net.ipv4.tcp_fin_* = 33\n", "-" + fin + "\n"}) == "none");
    CHECK(winner({"-" + fin + "\n", "net.ipv4.tcp_fin_* = 33\n"}) == "none");
}

TEST_CASE("an exclusion undoes a line by name before it and is undone by one after it") {
    CHECK(winner({fin + " = 31\n", "-" + fin + "\n"}) == "none");
    CHECK(winner({"-" + fin + "\n", fin + " = 32\n"}) == "32 (2.conf:1)");
}

TEST_CASE("an excluded glob undoes that glob as written and no other") {
    CHECK(winner({"net.ipv4.tcp_fin_* = 33\n", "-net.ipv4.tcp_fin_*\n"}) == "none");
    CHECK(winner({"net.ipv4.tcp_fin_* = 33\n", "-net.ipv4.tcp_fin_t*\n"}) == "33 (1.conf:1)");
    CHECK(winner({"-net.ipv4.tcp_fin_*\n", "net.ipv4.tcp_fin_* = 33\n"}) == "33 (2.conf:1)");
    CHECK(winner({fin + " = 31\n", "-net.ipv4.tcp_fin_*\n"}) == "31 (1.conf:1)");
}

TEST_CASE("the lines that lose are listed too, in the order in which they are read") {
    const auto all = assignments({fin + " = 1\nnet.ipv4.tcp_fin_* = 2\n", "-" + fin + " = 3\n"});
    REQUIRE(all.size() == 3);
    CHECK(all[0].value == "1");
    CHECK(all[1].value == "2");
    CHECK(all[2].value == "3");
    CHECK(all[2].winner);
    CHECK(all[0].key == fin);
}

TEST_CASE("the answer follows the order of the keys asked for") {
    const std::vector<ConfFile> files{{"a.conf", "a.b = 1\na.c = 2\n"}};
    const std::vector<std::string> keys{"a.c", "a.d", "a.b"};
    const auto all = boot_assignments(files, keys);
    REQUIRE(all.size() == 2);
    CHECK(all[0].key == "a.c");
    CHECK(all[1].key == "a.b");
}

TEST_CASE("files are loaded by name, whichever directory they are in") {
    const std::vector<std::string> directories{"/etc/sysctl.d", "/run/sysctl.d",
                                               "/usr/lib/sysctl.d"};
    const std::vector<ConfEntry> entries{
        {"/usr/lib/sysctl.d", "90-z.conf"}, {"/etc/sysctl.d", "10-a.conf"},
        {"/etc/sysctl.d", "9-b.conf"},      {"/etc/sysctl.d", "a.conf"},
        {"/run/sysctl.d", "Z.conf"},
    };
    CHECK(load_order(directories, entries) ==
          std::vector<std::string>{"/etc/sysctl.d/10-a.conf", "/etc/sysctl.d/9-b.conf",
                                   "/usr/lib/sysctl.d/90-z.conf", "/run/sysctl.d/Z.conf",
                                   "/etc/sysctl.d/a.conf"});
}

TEST_CASE("of files with one name the first directory's is loaded, or masks the others") {
    const std::vector<std::string> directories{"/etc/sysctl.d", "/run/sysctl.d",
                                               "/usr/lib/sysctl.d"};
    const std::vector<ConfEntry> entries{
        {"/usr/lib/sysctl.d", "a.conf"}, {"/run/sysctl.d", "a.conf"},
        {"/usr/lib/sysctl.d", "b.conf"}, {"/etc/sysctl.d", "b.conf", true},
        {"/etc/sysctl.d", "c.conf"},     {"/usr/lib/sysctl.d", "c.conf", true},
    };
    CHECK(load_order(directories, entries) ==
          std::vector<std::string>{"/run/sysctl.d/a.conf", "/etc/sysctl.d/c.conf"});
}

TEST_CASE("files that the loader does not look at are left out") {
    const std::vector<std::string> directories{"/etc/sysctl.d"};
    const std::vector<ConfEntry> entries{
        {"/etc/sysctl.d", "README.sysctl"}, {"/etc/sysctl.d", "a.conf~"},
        {"/etc/sysctl.d", "a.CONF"},        {"/etc/sysctl.d", ".a.conf"},
        {"/etc/sysctl.d", "a.conf.bak"},    {"/opt/sysctl.d", "a.conf"},
    };
    CHECK(load_order(directories, entries).empty());
}

// SPDX-License-Identifier: Apache-2.0
#include <tcptune/lint/fix.hpp>

#include <string>
#include <vector>

#include <doctest/doctest.h>

using namespace tcptune::lint;

namespace {

Finding removal(std::uint32_t line, std::string rule = "lint/removed-key") {
    Finding finding;
    finding.line = line;
    finding.rule_id = std::move(rule);
    finding.fix.kind = Fix::Kind::remove;
    return finding;
}

Finding replacement(std::uint32_t line, std::string text) {
    Finding finding;
    finding.line = line;
    finding.rule_id = "lint/unknown-key";
    finding.fix = {.kind = Fix::Kind::replace, .replacement = std::move(text)};
    return finding;
}

std::string with(std::string_view text, const std::vector<Finding>& findings) {
    return fixed(text, findings);
}

}  // namespace

TEST_CASE("a removed line stays as a comment that names the rule") {
    CHECK(with("a.b = 1\nc.d = 2\ne.f = 3\n", {removal(2)}) ==
          "a.b = 1\n# tcptune lint (lint/removed-key): c.d = 2\ne.f = 3\n");
}

TEST_CASE("a replaced line is the new one, and all other bytes stay") {
    CHECK(with("\n\n  a.b=1\t\n\xff\xfe\n", {replacement(3, "a.c=1")}) == "\n\na.c=1\n\xff\xfe\n");
}

TEST_CASE("line ends and a missing final newline stay as they are") {
    CHECK(with("a.b=1\r\nc.d=2\r\n", {removal(1), replacement(2, "c.e=2")}) ==
          "# tcptune lint (lint/removed-key): a.b=1\r\nc.e=2\r\n");
    CHECK(with("a.b=1\nc.d=2", {replacement(2, "c.e=2")}) == "a.b=1\nc.e=2");
    CHECK(with("a.b=1\nc.d=2\r", {removal(2, "x/y")}) == "a.b=1\n# tcptune lint (x/y): c.d=2\r");
}

TEST_CASE("of several findings of one line a removal wins, else the first") {
    CHECK(with("a.b=1\n", {replacement(1, "a.c=1"), removal(1), removal(1, "x/y")}) ==
          "# tcptune lint (lint/removed-key): a.b=1\n");
    CHECK(with("a.b=1\n", {replacement(1, "a.c=1"), replacement(1, "a.d=1")}) == "a.c=1\n");
}

TEST_CASE("to fix a text twice changes nothing more") {
    const std::vector<Finding> findings{removal(1), replacement(2, "c.e=2")};
    const std::string once = with("a.b=1\nc.d=2\n", findings);
    CHECK(with(once, findings) == once);
}

TEST_CASE("a byte order mark goes with the line that it spoils and stays with any other") {
    CHECK(with("\xEF\xBB\xBF"
               "a.b=1\nc.d=2\n",
               {removal(1)}) == "# tcptune lint (lint/removed-key): a.b=1\nc.d=2\n");
    CHECK(with("\xEF\xBB\xBF# x\nc.d=2\n", {replacement(2, "c.e=2")}) ==
          "\xEF\xBB\xBF# x\nc.e=2\n");
}

TEST_CASE("a line in which a loader sees two is left alone") {
    CHECK(with("a.b=1\rc.d=2\n", {removal(1)}) == "a.b=1\rc.d=2\n");
    const std::string nul("a.b=1\0c.d=2\n", 12);
    CHECK(with(nul, {removal(1)}) == nul);
    CHECK(with("a.b=1\n", {replacement(1, "a.b=1\nc.d=2")}) == "a.b=1\n");
}

TEST_CASE("findings without a fix, without a line and beyond the end change nothing") {
    Finding none;
    none.line = 1;
    const std::string text = "a.b=1\nc.d=2\n";
    CHECK(with(text, {none, removal(0), removal(3), removal(4), removal(4000000000U)}) == text);
    CHECK(with("", {removal(1)}) == "");
    CHECK(with("\n", {replacement(1, "a.b=1")}) == "a.b=1\n");
}

TEST_CASE("equal texts have no difference") {
    CHECK(unified_diff("x", "a\nb\n", "a\nb\n") == "");
}

TEST_CASE("a difference has three lines of context around it") {
    CHECK(unified_diff("etc/sysctl.conf", "1\n2\n3\n4\n5\n6\n7\n8\n9\n",
                       "1\n2\n3\n4\nfive\n6\n7\n8\n9\n") ==
          "--- a/etc/sysctl.conf\n+++ b/etc/sysctl.conf\n@@ -2,7 +2,7 @@\n 2\n 3\n 4\n-5\n+five\n"
          " 6\n 7\n 8\n");
}

TEST_CASE("changes near each other are one hunk, changes far away are two") {
    const std::string before = "1\n2\n3\n4\n5\n6\n7\n8\n9\n";
    CHECK(unified_diff("x", before, "a\n2\n3\n4\n5\n6\n7\nb\n9\n") ==
          "--- a/x\n+++ b/x\n@@ -1,9 +1,9 @@\n-1\n+a\n 2\n 3\n 4\n 5\n 6\n 7\n-8\n+b\n 9\n");
    CHECK(unified_diff("x", before, "a\n2\n3\n4\n5\n6\n7\n8\nb\n") ==
          "--- a/x\n+++ b/x\n@@ -1,4 +1,4 @@\n-1\n+a\n 2\n 3\n 4\n@@ -6,4 +6,4 @@\n 6\n 7\n 8\n"
          "-9\n+b\n");
}

TEST_CASE("a missing final newline is said on the side that misses it") {
    CHECK(unified_diff("x", "1\n2", "1\nb") ==
          "--- a/x\n+++ b/x\n@@ -1,2 +1,2 @@\n 1\n-2\n\\ No newline at end of file\n+b\n"
          "\\ No newline at end of file\n");
    CHECK(unified_diff("x", "1\n2", "a\n2") ==
          "--- a/x\n+++ b/x\n@@ -1,2 +1,2 @@\n-1\n+a\n 2\n\\ No newline at end of file\n");
    CHECK(unified_diff("x", "2", "2\n") ==
          "--- a/x\n+++ b/x\n@@ -1,1 +1,1 @@\n-2\n\\ No newline at end of file\n+2\n");
}

TEST_CASE("texts of different lengths differ in one block") {
    CHECK(unified_diff("x", "1\n2\n3\n", "1\n3\n") ==
          "--- a/x\n+++ b/x\n@@ -1,3 +1,2 @@\n 1\n-2\n 3\n");
    CHECK(unified_diff("x", "", "1\n") == "--- a/x\n+++ b/x\n@@ -0,0 +1,1 @@\n+1\n");
}

TEST_CASE("names that would end or forge the header are quoted as patch reads them") {
    CHECK(unified_diff("/etc/a b", "1\n", "2\n").starts_with("--- a/etc/a b\t\n+++ b/etc/a b\t\n"));
    CHECK(unified_diff("./x\n+++ b/y", "1\n", "2\n")
              .starts_with("--- \"a/x\\012+++ b/y\"\n+++ \"b/x\\012+++ b/y\"\n@@"));
    CHECK(unified_diff("a\"b\\c", "1\n", "2\n").starts_with("--- \"a/a\\\"b\\\\c\"\n"));
}

TEST_CASE("fixes and differences of long texts take no longer than their length") {
    std::string text;
    std::vector<Finding> findings;
    for (std::uint32_t line = 1; line <= 200000; ++line) {
        text += "net.ipv4.tcp_tw_recycle = 1\n";
        findings.push_back(removal(line));
    }
    const std::string after = with(text, findings);
    CHECK(after.size() == text.size() + 200000 * 35);
    CHECK(unified_diff("x", text, after).size() == text.size() + after.size() + 400000 + 42);
}

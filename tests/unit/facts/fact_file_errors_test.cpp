// SPDX-License-Identifier: Apache-2.0
#include <tcptune/facts/fact_file.hpp>

#include <string>

#include <doctest/doctest.h>

namespace tcptune::facts {

namespace {

Diagnostics refused(std::string_view text) {
    Diagnostics diagnostics;
    CAPTURE(text);
    CHECK_FALSE(read_facts("f.json", text, diagnostics));
    REQUIRE_FALSE(diagnostics.empty());
    for (const Diagnostic& diagnostic : diagnostics)
        CHECK(diagnostic.location.file == "f.json");
    return diagnostics;
}

/// A document that is right but for `members`.
std::string with(std::string_view members) {
    return R"({"format_version": "1.0", "kind": "facts", )" + std::string(members) + "}";
}

void says(std::string_view members, std::string_view message) {
    CAPTURE(members);
    const Diagnostics diagnostics = refused(with(members));
    CHECK(diagnostics.size() == 1);
    CHECK(diagnostics[0].code == "TT702");
    CHECK(diagnostics[0].message == message);
}

}  // namespace

TEST_CASE("what is not JSON is refused at its line and column") {
    struct Row {
        const char* text;
        std::uint32_t line, column;
    };
    const Row rows[] = {
        {"", 1, 1},
        {"hello", 1, 1},
        {"{\n  \"kind\": nope\n}", 2, 12},
        {"{\n  \"kind\": NaN\n}", 2, 11},
        {"{\"a\": 1,}", 1, 9},
        {"{\"a\" 1}", 1, 6},
        {"{} {}", 1, 4},
        {"{\"a\": 'x'}", 1, 7},
        {"// comment\n{}", 1, 1},
        {"\x7f"
         "ELF\x02\x01",
         1, 1},
        {"{\"a\": \"\xff\"}", 1, 8},
        {"{\"a\": \"x\ny\"}", 1, 9},
        {"{\"a\": 01}", 1, 8},
    };
    for (const Row& row : rows) {
        const Diagnostics diagnostics = refused(row.text);
        CAPTURE(row.text);
        CHECK(diagnostics[0].code == "TT701");
        CHECK(diagnostics[0].location.line == row.line);
        CHECK(diagnostics[0].location.column == row.column);
    }
}

TEST_CASE("a text that ends too early is told from one that is wrong") {
    CHECK(refused("{\"kind\": \"fac")[0].message == "the JSON text ends too early");
    CHECK(refused("{\"kind\":")[0].message == "the JSON text ends too early");
    CHECK(refused("{\"kind\": ?}")[0].message == "not valid JSON");
}

TEST_CASE("another kind of document is refused") {
    const Diagnostics diagnostics = refused(R"({"format_version": "1.0", "kind": "plan"})");
    CHECK(diagnostics[0].code == "TT702");
    CHECK(diagnostics[0].message == "kind: \"facts\" is needed");
    CHECK(refused(R"({"format_version": "1.0"})")[0].message == "the member kind is missing");
    CHECK(refused(R"({"kind": "facts"})")[0].message == "the member format_version is missing");
    CHECK(refused(R"({"kind": 7, "format_version": "1.0"})")[0].message ==
          "kind: text is needed, not 7");
    CHECK(refused("[]")[0].message == "the document: an object is needed, not a list");
    CHECK(refused("null")[0].message == "the document: an object is needed, not null");
    CHECK(refused("\"facts\"")[0].code == "TT702");
}

TEST_CASE("a newer major version is refused with the remedy, before anything else is looked at") {
    const Diagnostics diagnostics =
        refused(R"({"format_version": "2.0", "kind": "facts", "values": 7})");
    REQUIRE(diagnostics.size() == 1);
    CHECK(diagnostics[0].code == "TT703");
    CHECK(diagnostics[0].message ==
          "the facts have format version 2, and this tcptune reads version 1");
    CHECK(diagnostics[0].hint == "upgrade tcptune");
    for (const char* version :
         {"", "1", "1.", "1.x", "1.0.0", "0.9", "-1.0", "1.-1", "one", "99999999999999999999.0"}) {
        CAPTURE(version);
        const Diagnostics each =
            refused(R"({"kind": "facts", "format_version": ")" + std::string(version) + "\"}");
        CHECK(each[0].code == "TT703");
        CHECK(each[0].hint == "this tcptune reads version 1.0");
    }
}

TEST_CASE("a wrong type is told with the path to it") {
    says(R"("values": [])", "values: an object is needed, not a list");
    says(R"("values": {"sysctl.a.b": null})", "values[\"sysctl.a.b\"]: a fact is needed, not null");
    says(R"("values": {"sysctl.a.b": [1, [2]]})",
         "values[\"sysctl.a.b\"][1]: an integer of 64 bits is needed, not a list");
    says(R"("values": {"sysctl.a.b": [1, 2.5]})",
         "values[\"sysctl.a.b\"][1]: an integer of 64 bits is needed, not 2.5");
    says(
        R"("values": {"sysctl.a.b": {"version": "six"}})",
        "values[\"sysctl.a.b\"]: an object here is {\"unknown\": REASON}, {\"at_most\": NUMBER} or "
        "{\"version\": \"6.1.0\"}");
    says(R"("host": {"hostname": 7})", "host.hostname: text is needed, not 7");
    says(R"("host": {"netns_initial": 1})", "host.netns_initial: true or false is needed, not 1");
    says(R"("counters": {"TcpExt.TW": 5})", "counters[\"TcpExt.TW\"]: an object is needed, not 5");
    says(R"("counters": {"x": {}})", "counters.x: the first reading is missing");
    says(R"("window_s": -1)", "window_s: a number of seconds is needed, not -1");
    says(R"("window_s": "10")", "window_s: a number of seconds is needed, not text");
    says(R"("configured": {})", "configured: a list is needed, not an object");
    says(R"("configured": [7])", "configured[0]: an object is needed, not 7");
    says(R"("sources": [{}, {"status": "odd"}])",
         "sources[1].status: one of ok, absent, denied, malformed is needed");
    says(R"("sockets": {"method": "guess"})",
         "sockets.method: one of none, counters, dump is needed");
    says(R"("sockets": {"destinations": [{}, {"remote_port": true}]})",
         "sockets.destinations[1].remote_port: an integer from 0 to 65535 is needed, not true or "
         "false");
    says(R"("sockets": {"destinations": [{"states": {"time_wait": -1}}]})",
         "sockets.destinations[0].states.time_wait: an integer from 0 to 4294967295 is needed, "
         "not -1");
    says(R"("sockets": {"listen_ports": [22, 65536]})",
         "sockets.listen_ports[1]: a port from 0 to 65535 is needed, not 65536");
    says(R"("namespaces": [{"time_wait": 1.5}])",
         "namespaces[0].time_wait: an integer from 0 to 9223372036854775807 is needed, not 1.5");
}

TEST_CASE("a counter below zero is refused") {
    says(R"("counters": {"x": {"first": -1}})",
         "counters.x.first: an integer from 0 to 9223372036854775807 is needed, not -1");
    says(R"("counters": {"x": {"first": 0, "second": -9223372036854775808}})",
         "counters.x.second: an integer from 0 to 9223372036854775807 is needed, not "
         "-9223372036854775808");
}

TEST_CASE("a name of the host is at most 256 bytes long") {
    for (const std::string name : {"hostname", "kernel_release", "boot_id", "netns"}) {
        const auto named = [&](std::size_t bytes) {
            return "\"host\": {\"" + name + "\": \"" + std::string(bytes, 'a') + "\"}";
        };
        says(named(257), "host." + name + ": text of at most 256 bytes is needed, not of 257");
        Diagnostics diagnostics;
        CHECK(read_facts("f.json", with(named(256)), diagnostics));
    }
}

TEST_CASE("a fixed fact of another type is refused, so that no rule stumbles over it") {
    says(R"("values": {"host.cpus": "four"})",
         "values[\"host.cpus\"]: a fact of type integer is needed, not text");
    says(R"("values": {"host.cpus": 2.5})",
         "values[\"host.cpus\"]: a fact of type integer is needed, not 2.5");
    says(R"("values": {"kernel.version": "6.1.0"})",
         "values[\"kernel.version\"]: a fact of type version is needed, not text");
    says(R"("values": {"workload.server": {"at_most": 1}})",
         "values[\"workload.server\"]: a fact of type boolean is needed, not an object");
    says(R"("values": {"socket.tcp.listen_ports": 22})",
         "values[\"socket.tcp.listen_ports\"]: a fact of type list is needed, not 22");
}

TEST_CASE("numbers beyond 64 bits are refused, not rounded") {
    says(R"("values": {"sysctl.a.b": 9223372036854775808})",
         "values[\"sysctl.a.b\"]: a fact is needed, not 9223372036854775808");
    says(R"("values": {"sysctl.a.b": 99999999999999999999})",
         "values[\"sysctl.a.b\"]: a fact is needed, not an integer beyond 64 bits");
    says(R"("values": {"sysctl.a.b": -9223372036854775809})",
         "values[\"sysctl.a.b\"]: a fact is needed, not an integer beyond 64 bits");
    says(R"("values": {"sysctl.a.b": [1, 18446744073709551616]})",
         "values[\"sysctl.a.b\"][1]: an integer of 64 bits is needed, not an integer beyond 64 "
         "bits");
    says(R"("counters": {"x": {"first": 18446744073709551615}})",
         "counters.x.first: an integer from 0 to 9223372036854775807 is needed, not "
         "18446744073709551615");
    const Diagnostics diagnostics = refused(with(R"("window_s": 1e999)"));
    CHECK(diagnostics[0].code == "TT702");
    CHECK(diagnostics[0].message == "window_s: the number is too large");
    CHECK(diagnostics[0].location.line == 1);
}

TEST_CASE("a member that stands twice is refused: readers disagree which one counts") {
    says(R"("kind": "facts")", "kind: this member stands twice");
    says(R"("values": {"host.cpus": 1, "host.cpus": 2})",
         "values[\"host.cpus\"]: this member stands twice");
    says(R"("sockets": {"destinations": [{}, {"remote_port": 1, "remote_port": 1}]})",
         "sockets.destinations[1].remote_port: this member stands twice");
}

TEST_CASE("several mistakes are told at once, at most twenty") {
    const Diagnostics three =
        refused(with(R"("host": 1, "values": 2, "sockets": {"listen_ports": "x"})"));
    CHECK(three.size() == 3);
    std::string many = R"("values": {)";
    for (int i = 0; i < 50; ++i)
        many += "\"sysctl.k" + std::to_string(i) + "\": null, ";
    CHECK(refused(with(many + R"("host.cpus": null})")).size() == 20);
}

TEST_CASE("names from the file are shown harmlessly and not at full length") {
    const Diagnostics escape = refused(with(R"("values": {"sysctl.\u001b[31m": null})"));
    CHECK(escape[0].message.find('\x1b') == std::string::npos);
    CHECK(escape[0].message.find("\\x1b[31m") != std::string::npos);
    const Diagnostics longer =
        refused(with(R"("values": {"sysctl.)" + std::string(5000, 'a') + R"(": null})"));
    CHECK(longer[0].message.size() < 150);
}

}  // namespace tcptune::facts

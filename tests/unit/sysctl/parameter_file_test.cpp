// SPDX-License-Identifier: Apache-2.0
#include <tcptune/sysctl/parameter_file.hpp>

#include <string>

#include <doctest/doctest.h>

using namespace tcptune;
using namespace tcptune::sysctl;

namespace {

const std::string head =
    "schema = 1\n[parameter]\nkey = \"net.ipv4.k\"\nsummary = \"s\"\nscope = \"netns\"\n"
    "access = \"apply\"\n";

/// "code line" of every diagnostic; a text that is accepted in spite of one is shown as such.
std::string seen(const std::string& text) {
    Diagnostics diagnostics;
    const auto parameter = read_parameter("k.toml", text, diagnostics);
    std::string result = parameter && !diagnostics.empty() ? "accepted!" : "";
    for (const Diagnostic& diagnostic : diagnostics) {
        if (!result.empty()) result += ' ';
        result += diagnostic.code + ":" + std::to_string(diagnostic.location.line);
    }
    return result;
}

}  // namespace

TEST_CASE("a whole declaration is read") {
    Diagnostics diagnostics;
    const auto parameter = read_parameter("net.ipv4.tcp_tw_reuse.toml", R"(schema = 1
[parameter]
key = "net.ipv4.tcp_tw_reuse"
summary = "Reuse TIME-WAIT sockets"
type = "enum"
unit = "mode"
scope = "netns"
namespaced_since = "4.10"
access = "apply"
takes_effect = "new connections"
since = "2.6.32"
[[parameter.value]]
value = 0
meaning = "disabled"
[[parameter.value]]
value = 2
meaning = "loopback only"
since = "4.18"
[[parameter.default]]
value = 0
until = "4.18"
[[parameter.default]]
value = 2
since = "4.18"
[[recommendation]]
id = "is another reader's business"
)",
                                          diagnostics);
    CHECK(diagnostics.empty());
    REQUIRE(parameter);
    CHECK(parameter->key.text() == "net.ipv4.tcp_tw_reuse");
    CHECK(parameter->summary == "Reuse TIME-WAIT sockets");
    CHECK(parameter->type == ValueType::enumerated);
    CHECK(parameter->unit == "mode");
    CHECK(parameter->scope == Scope::netns);
    CHECK(parameter->namespaced_since == KernelVersion{4, 10, 0});
    CHECK(parameter->access == Access::apply);
    CHECK(parameter->takes_effect == "new connections");
    CHECK(parameter->kernels.since == KernelVersion{2, 6, 32});
    REQUIRE(parameter->members.size() == 2);
    CHECK(parameter->members[1].meaning == "loopback only");
    CHECK(parameter->members[1].kernels.since == KernelVersion{4, 18, 0});
    REQUIRE(parameter->defaults.size() == 2);
    CHECK(parameter->default_on({6, 1, 0}) == Value(std::int64_t{2}));
}

TEST_CASE("lists, port sets, names and computed defaults are read") {
    CHECK(seen(head + "type = \"int-list\"\nlength = 2\n[[parameter.default]]\n"
                      "value = [32768, 60999]\n")
              .empty());
    CHECK(seen(head + "type = \"port-set\"\n[[parameter.default]]\nvalue = []\n").empty());
    CHECK(
        seen(head + "type = \"port-set\"\n[[parameter.default]]\nvalue = \"22,80-81\"\n").empty());
    CHECK(seen(head + "type = \"name\"\n[[parameter.default]]\nvalue = \"cubic\"\n").empty());
    CHECK(seen(head + "type = \"bool\"\n[[parameter.default]]\nvalue = false\n").empty());
    CHECK(seen(head + "type = \"int\"\n[[parameter.default]]\nexpr = \"host.cpus\"\n").empty());
}

TEST_CASE("every mistake is reported, not only the first") {
    CHECK(seen("schema = 1\n[parameter]\nkey = \"Not A Key\"\ntype = \"intt\"\nmin = \"1\"\n"
               "scope = \"host\"\nacces = \"apply\"\n") ==
          "TT204:3 TT202:2 TT204:4 TT203:5 TT202:2 TT204:6 TT201:7");
}

TEST_CASE("a file without its frame is refused") {
    CHECK(seen("") == "TT202:1 TT202:1");
    CHECK(seen("schema = 2\n" + head.substr(11) + "type = \"int\"\n") == "TT206:1");
    CHECK(seen(head.substr(11) + "type = \"int\"\n") == "TT202:1");
    CHECK(seen("schema = \"1\"\n" + head.substr(11) + "type = \"int\"\n") == "TT203:1");
    CHECK(seen("schema = 1\nparameter = 1\n") == "TT203:2");
    CHECK(seen("schema = \n") == "TT101:1");
}

TEST_CASE("scope and access have no default") {
    CHECK(seen("schema = 1\n[parameter]\nkey = \"a.b\"\nsummary = \"\"\ntype = \"int\"\n") ==
          "TT202:2 TT202:2");
}

TEST_CASE("bounds that contradict each other are refused") {
    CHECK(seen(head + "type = \"int\"\nmin = 2\nmax = 1\n") == "TT204:2");
    CHECK(seen(head + "type = \"int-list\"\n") == "TT202:2");
    CHECK(seen(head + "type = \"int-list\"\nlength = 1\n") == "TT204:2");
    CHECK(seen(head + "type = \"int-list\"\nlength = 65\n") == "TT204:2");
    CHECK(seen(head + "type = \"int\"\nlength = 2\n") == "TT204:2");
}

TEST_CASE("an enumeration needs members, each once for a kernel") {
    CHECK(seen(head + "type = \"enum\"\n") == "TT202:2");
    const std::string one =
        head + "type = \"enum\"\n[[parameter.value]]\nvalue = 1\nmeaning = \"a\"\n";
    CHECK(seen(one).empty());
    CHECK(seen(one + "[[parameter.value]]\nvalue = 1\nmeaning = \"b\"\n") == "TT205:11");
    CHECK(seen(one + "until = \"4.18\"\n[[parameter.value]]\nvalue = 1\nmeaning = \"b\"\n"
                     "since = \"4.18\"\n")
              .empty());
    CHECK(seen(head + "type = \"enum\"\n[[parameter.value]]\nmeaning = \"a\"\n") == "TT202:8");
    CHECK(seen(head + "type = \"enum\"\n[[parameter.value]]\nvalue = \"1\"\nmeaning = \"a\"\n") ==
          "TT203:9");
}

TEST_CASE("a default must be a value that the parameter takes") {
    const std::string entry = "[[parameter.default]]\n";
    CHECK(seen(head + "type = \"int\"\nmin = 1\n" + entry + "value = 0\n") == "TT402:10");
    CHECK(seen(head + "type = \"int\"\n" + entry + "value = \"0\"\n") == "TT203:9");
    CHECK(seen(head + "type = \"int-list\"\nlength = 2\n" + entry + "value = [1]\n") == "TT402:10");
    CHECK(seen(head + "type = \"port-set\"\n" + entry + "value = [70000]\n") == "TT402:9");
    CHECK(seen(head + "type = \"port-set\"\n" + entry + "value = \"80, 81\"\n") == "TT203:9");
    CHECK(seen(head + "type = \"bool\"\n" + entry + "value = 2\n") == "TT203:9");
    CHECK(seen(head + "type = \"int\"\n" + entry) == "TT202:8");
    CHECK(seen(head + "type = \"int\"\n" + entry + "value = 1\nexpr = \"1\"\n") == "TT202:8");
    CHECK(seen(head + "type = \"int\"\n" + entry + "value = 1\n" + entry + "value = 2\n") ==
          "TT205:10");
}

TEST_CASE("kernel versions are numbers in an order that makes sense") {
    CHECK(seen(head + "type = \"int\"\nsince = \"4.10\"\nuntil = \"4.9\"\n") == "TT204:2");
    CHECK(seen(head + "type = \"int\"\nsince = \"4.10\"\nuntil = \"4.10\"\n") == "TT204:2");
    CHECK(seen(head + "type = \"int\"\nsince = \"4.18.0-553.el8\"\n") == "TT204:8");
    CHECK(seen(head + "type = \"int\"\nsince = 4.18\n") == "TT203:8");
    CHECK(seen(head + "type = \"int\"\nnamespaced_since = \"four\"\n") == "TT204:8");
}

TEST_CASE("unknown words come with what was meant") {
    Diagnostics diagnostics;
    CHECK_FALSE(read_parameter("k.toml", head + "type = \"enumm\"\nunits = \"s\"\n", diagnostics));
    REQUIRE(diagnostics.size() == 2);
    CHECK(diagnostics[0].hint == "did you mean \"enum\"?");
    CHECK(diagnostics[0].location == SourceLocation{"k.toml", 7, 9});
    CHECK(diagnostics[0].source_line == "type = \"enumm\"");
    CHECK(diagnostics[1].hint == "did you mean \"unit\"?");
}

TEST_CASE("a port list in a file is brought to normal form") {
    Diagnostics diagnostics;
    const auto parameter = read_parameter(
        "k.toml", head + "type = \"port-set\"\n[[parameter.default]]\nvalue = [80, 22, 80]\n",
        diagnostics);
    REQUIRE(parameter);
    CHECK(parameter->defaults[0].value == Value(List{22, 80}));
}

TEST_CASE("how the kernel reads a key is declared for ranges of kernels") {
    Diagnostics diagnostics;
    const auto parameter = read_parameter("k.toml", head + R"(type = "int"
[[parameter.kernel]]
parser = "byte"
max = 2
since = "5.13"
[[parameter.kernel]]
parser = "unsigned-integer"
min = 1
step = 512
[[parameter.value]]
value = 0
meaning = "off"
)",
                                          diagnostics);
    CHECK(diagnostics.empty());
    REQUIRE(parameter);
    REQUIRE(parameter->kernel_forms.size() == 2);
    CHECK(parameter->kernel_forms[0].parser == KernelParser::byte);
    CHECK_FALSE(parameter->kernel_forms[0].min);
    CHECK(parameter->kernel_forms[0].max == 2);
    CHECK(parameter->kernel_forms[0].kernels.since == KernelVersion{5, 13, 0});
    CHECK(parameter->kernel_forms[1].parser == KernelParser::unsigned_integer);
    CHECK(parameter->kernel_forms[1].min == 1);
    CHECK(parameter->kernel_forms[1].step == 512);
}

TEST_CASE("every parser of the kernel's can be named") {
    for (const char* parser :
         {"integer", "byte", "unsigned-integer", "seconds", "milliseconds", "unsigned-long",
          "port-range", "port-set", "port-start", "word", "read-only"}) {
        CAPTURE(parser);
        CHECK(seen(head + "type = \"int\"\n[[parameter.kernel]]\nparser = \"" + parser + "\"\n") ==
              "");
    }
}

TEST_CASE("a kernel form that cannot be is an error at its line") {
    const std::string form = head + "type = \"int\"\n[[parameter.kernel]]\n";
    CHECK(seen(form + "min = 1\n") == "TT202:8");
    CHECK(seen(form + "parser = \"octet\"\n") == "TT204:9");
    CHECK(seen(form + "parser = \"byte\"\nmin = 3\nmax = 2\n") == "TT204:8");
    CHECK(seen(form + "parser = \"integer\"\nstep = 0\n") == "TT204:8");
    CHECK(seen(form + "parser = \"port-set\"\nmax = 2\n") == "TT204:8");
    CHECK(seen(form + "parser = \"byte\"\nceiling = 2\n") == "TT201:10");
    CHECK(seen(form + "parser = \"byte\"\n[[parameter.kernel]]\nparser = \"integer\"\n") ==
          "TT205:10");
}

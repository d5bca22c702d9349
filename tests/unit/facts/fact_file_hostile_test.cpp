// SPDX-License-Identifier: Apache-2.0
#include <tcptune/facts/fact_file.hpp>

#include <string>

#include <doctest/doctest.h>

namespace tcptune::facts {

namespace {

constexpr std::string_view head = R"({"format_version": "1.0", "kind": "facts", )";

Diagnostic first_error(std::string_view text) {
    Diagnostics diagnostics;
    CHECK_FALSE(read_facts("f.json", text, diagnostics));
    REQUIRE(diagnostics.size() == 1);
    return diagnostics[0];
}

std::string repeated(std::string_view piece, std::size_t times) {
    std::string text;
    text.reserve(piece.size() * times);
    while (times-- > 0)
        text += piece;
    return text;
}

}  // namespace

TEST_CASE("ten megabytes of open brackets are refused at the seventeenth") {
    const Diagnostic list = first_error(std::string(10'000'000, '['));
    CHECK(list.code == "TT702");
    CHECK(list.message.find("nested deeper than 16") != std::string::npos);
    CHECK(first_error(repeated("{\"a\":", 2'000'000)).message ==
          "a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a: nested deeper than 16");
    const std::string hidden =
        std::string(head) + R"("extra": )" + std::string(100, '[') + std::string(100, ']') + "}";
    CHECK(first_error(hidden).code == "TT702");
}

TEST_CASE("more than 64 MiB are refused unread") {
    const Diagnostic error = first_error(std::string((std::size_t{64} << 20) + 1, ' '));
    CHECK(error.code == "TT103");
    CHECK(error.message == "the file is larger than 64 MiB");
}

TEST_CASE("more than two million values are refused, in objects and in lists") {
    CHECK(first_error(std::string(head) + R"("extra": [)" + repeated("0,", 2'100'000) + "0]}")
              .message == "extra[1999996]: more than 2000000 values");
    CHECK(first_error(std::string(head) + R"("extra": [)" + repeated("{},", 2'100'000) + "0]}")
              .code == "TT702");
}

TEST_CASE("a list longer than there are ports is refused") {
    const auto document = [](std::string_view member, std::size_t count) {
        return std::string(head) + std::string(member) + "[0" + repeated(",0", count - 1) + "]}}";
    };
    Diagnostics diagnostics;
    CHECK(read_facts("f.json", document(R"("values": {"sysctl.a.b": )", 65536), diagnostics));
    CHECK(first_error(document(R"("values": {"sysctl.a.b": )", 65537)).message ==
          "values[\"sysctl.a.b\"]: a list of more than 65536 members");
    CHECK(first_error(document(R"("sockets": {"udp_ports": )", 65537)).message ==
          "sockets.udp_ports: a list of more than 65536 members");
}

TEST_CASE("a NUL byte does not end the text unseen") {
    const Diagnostic error =
        first_error(std::string(head) + "\n\"a\": 1}\n" + std::string(1, '\0') + "rest");
    CHECK(error.code == "TT701");
    CHECK(error.location.line == 3);
    CHECK(error.location.column == 1);
    CHECK(first_error(std::string(10, '\0')).code == "TT701");
}

TEST_CASE("every cut of a good file is refused without harm") {
    FactSet facts;
    facts.host.hostname = "h\xc3\xa9";
    facts.values["host.cpus"] = std::int64_t{4};
    facts.sockets.destinations.resize(1);
    const std::string text = write_facts(facts);
    for (std::size_t length = 0; length + 2 < text.size(); ++length) {
        CAPTURE(length);
        CHECK(first_error(text.substr(0, length)).code == "TT701");
    }
}

TEST_CASE("a long string of digits or quotes is no trouble") {
    CHECK(first_error(std::string(head) + R"("window_s": )" + std::string(1'000'000, '9') + "}")
              .code == "TT702");
    CHECK(first_error(std::string(1'000'000, '"')).code == "TT701");
    Diagnostics diagnostics;
    const auto facts = read_facts(
        "f.json",
        std::string(head) + R"("sources": [{"name": ")" + std::string(1'000'000, 'a') + "\"}]}",
        diagnostics);
    REQUIRE(facts);
    REQUIRE(facts->sources.size() == 1);
    CHECK(facts->sources[0].name.size() == 1'000'000);
}

}  // namespace tcptune::facts

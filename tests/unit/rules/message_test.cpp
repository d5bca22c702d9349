// SPDX-License-Identifier: Apache-2.0
#include "unit/rules/corpus.hpp"

#include <tcptune/base/diagnostic_codes.hpp>

#include <algorithm>

#include <doctest/doctest.h>

namespace tcptune::rules {
namespace {

SymptomSource named(const std::string& id, const std::string& texts, const std::string& more = "") {
    return {"rules/" + id + ".toml", "schema = 1\n[message]\nid = \"" + id + "\"\ntexts = [" +
                                         texts + "]\n" + more + "title = \"x\"\ntext = \"x\"\n"};
}

Symptom cause_of(const std::vector<std::string>& messages) {
    Symptom symptom;
    symptom.messages = messages;
    for (std::uint32_t line = 1; line <= messages.size(); ++line)
        symptom.message_locations.push_back({"cause.toml", line, 13});
    return symptom;
}

TEST_CASE("a message file is read with all that it says") {
    const LoadedMessages loaded = load_messages(corpus::good_messages());
    REQUIRE(corpus::places(loaded.diagnostics) == "");
    REQUIRE(loaded.messages.size() == 2);
    const Message& errno_99 = loaded.messages[0];
    CHECK(errno_99.file == "common/EADDRNOTAVAIL.toml");
    CHECK(errno_99.id == "EADDRNOTAVAIL");
    CHECK(errno_99.number == 99);
    CHECK(errno_99.texts ==
          std::vector<std::string>{"Cannot assign requested address", "EADDRNOTAVAIL"});
    CHECK(errno_99.title == "No port, or no such address");
    CHECK(errno_99.text == "Two paragraphs.");
    CHECK(errno_99.references.size() == 1);
    CHECK(loaded.messages[1].id == "some-log-line");
    CHECK(loaded.messages[1].number == 0);
    CHECK(loaded.left_out.empty());
}

TEST_CASE("two messages cannot be told by the same text or number") {
    const LoadedMessages loaded = load_messages(std::vector{
        named("a", "\"Table full\"", "number = 5\n"), named("b", "\"table FULL\"", "number = 5\n"),
        named("c", "\"Table full, dropping\"", "number = 0\n"),
        named("d", "\"elsewhere\"", "number = 0\n")});
    CHECK(corpus::places(loaded.diagnostics) == "TT205 4:11\nTT205 5:10\n");
    CHECK(loaded.diagnostics.at(0).hint == "it is rules/a.toml");
    CHECK(loaded.messages.size() == 3);
    CHECK(loaded.left_out.contains("b"));
}

TEST_CASE("an id that no message has is reported at its place, with the nearest one") {
    const LoadedMessages messages = load_messages(corpus::good_messages());
    Diagnostics diagnostics;
    check_messages({cause_of({"EADDRNOTAVAIL", "some-log-lime", "nothing-like-it"})}, messages,
                   diagnostics);
    CHECK(corpus::places(diagnostics) == "TT406 2:13\nTT406 3:13\n");
    CHECK(diagnostics.at(0).code == codes::unknown_message);
    CHECK(diagnostics[0].location.file == "cause.toml");
    CHECK(diagnostics[0].hint == "did you mean \"some-log-line\"?");
    CHECK(diagnostics[1].hint == "");
}

TEST_CASE("a message that is disabled or broken is not missing for its causes") {
    SymptomSource off = named("off", "\"some words\"");
    off.disabled = true;
    const LoadedMessages loaded =
        load_messages(std::vector{off, named("bad", "\"abc\""), named("good", "\"good words\"")});
    CHECK(corpus::places(loaded.diagnostics) == "TT204 4:11\n");
    REQUIRE(loaded.messages.size() == 1);
    CHECK(loaded.messages[0].id == "good");
    Diagnostics diagnostics;
    check_messages({cause_of({"off", "bad", "good"})}, loaded, diagnostics);
    CHECK(diagnostics.empty());
}

TEST_CASE("the order of the sources does not matter") {
    std::vector<SymptomSource> sources{named("b", "\"first words\""),
                                       named("a", "\"FIRST words\"")};
    const LoadedMessages one = load_messages(sources);
    std::ranges::reverse(sources);
    const LoadedMessages two = load_messages(sources);
    CHECK(corpus::places(one.diagnostics) == corpus::places(two.diagnostics));
    REQUIRE(one.messages.size() == 1);
    CHECK(one.messages[0].id == "a");
    CHECK(two.messages.at(0).id == "a");
}

}  // namespace
}  // namespace tcptune::rules

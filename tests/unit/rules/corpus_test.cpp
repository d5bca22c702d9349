// SPDX-License-Identifier: Apache-2.0
#include "unit/rules/corpus.hpp"

#include <set>

#include <doctest/doctest.h>

namespace tcptune::rules {
namespace {

std::string expected_places(const corpus::File& file) {
    const std::string stem = file.name.substr(0, file.name.size() - std::string(".toml").size());
    return corpus::read_text(std::string(TCPTUNE_SOURCE_DIR) + "/tests/rules/bad/" + stem +
                             ".expect");
}

TEST_CASE("every good file is taken without a word") {
    const auto files = corpus::files("good");
    CHECK(files.size() >= 10);
    for (const corpus::File& file : files) {
        CAPTURE(file.name);
        if (!corpus::is_rule_name(file.name) && !file.name.starts_with("message-"))
            CHECK(corpus::places(corpus::diagnose(file)).empty());
    }
    const LoadedRules loaded = load_rules(corpus::good_rules(), Parts::all);
    CHECK(corpus::places(loaded.diagnostics) == "");
    CHECK(loaded.rules.all().size() == corpus::good_rules().size());
    const LoadedMessages messages = load_messages(corpus::good_messages());
    CHECK(corpus::places(messages.diagnostics) == "");
    CHECK(messages.messages.size() == corpus::good_messages().size());
}

TEST_CASE("every mistake of a bad file is reported together with the others, at its place") {
    const auto files = corpus::files("bad");
    CHECK(files.size() >= 68);
    for (const corpus::File& file : files) {
        CAPTURE(file.name);
        const std::string expected = expected_places(file);
        CHECK_FALSE(expected.empty());
        CHECK(corpus::places(corpus::diagnose(file)) == expected);
    }
}

TEST_CASE("the bad files show every code that a file can be refused with") {
    std::set<std::string> shown;
    for (const corpus::File& file : corpus::files("bad"))
        for (const Diagnostic& diagnostic : corpus::diagnose(file))
            shown.insert(diagnostic.code);
    for (const char* code :
         {"TT101", "TT102", "TT103", "TT104", "TT201", "TT202", "TT203", "TT204", "TT205",
          "TT206", "TT207", "TT301", "TT302", "TT303", "TT304", "TT305", "TT306", "TT401",
          "TT402", "TT403", "TT404", "TT405", "TT406", "TT502", "TT604", "TT704"}) {
        CAPTURE(code);
        CHECK(shown.contains(code));
    }
}

TEST_CASE("a diagnostic names its file and quotes its line") {
    for (const corpus::File& file : corpus::files("bad")) {
        CAPTURE(file.name);
        for (const Diagnostic& diagnostic : corpus::diagnose(file)) {
            CHECK_FALSE(diagnostic.location.file.empty());
            CHECK_FALSE(diagnostic.message.empty());
            CHECK(diagnostic.severity == DiagnosticSeverity::error);
            if (diagnostic.source_line.empty()) continue;
            CHECK(diagnostic.source_line == line_of(file.text, diagnostic.location.line));
        }
    }
}

}  // namespace
}  // namespace tcptune::rules

// SPDX-License-Identifier: Apache-2.0
#include "sample_plan.hpp"

#include <tcptune/report/snippet.hpp>

#include <doctest/doctest.h>

using namespace tcptune;
using report::snippet;

namespace {

Diagnostic example() {
    return {.code = "TT303",
            .severity = DiagnosticSeverity::error,
            .location = {.file = "rules/a.toml", .line = 12, .column = 9},
            .message = "there is no fact port.usabel",
            .hint = "did you mean port.usable?",
            .source_line = "all = [\"port.usabel > 3\"]"};
}

}  // namespace

TEST_CASE("a diagnostic shows its place, the line, a caret below the column and the mend") {
    CHECK(snippet(example(), {}) ==
          "rules/a.toml:12:9: error TT303: there is no fact port.usabel\n"
          "    all = [\"port.usabel > 3\"]\n"
          "            ^\n"
          "    hint: did you mean port.usable?\n");
}

TEST_CASE("without a line or a column the snippet says what is known") {
    Diagnostic diagnostic = example();
    diagnostic.location = {.file = "facts.json"};
    diagnostic.source_line.clear();
    diagnostic.hint.clear();
    diagnostic.severity = DiagnosticSeverity::warning;
    CHECK(snippet(diagnostic, {}) == "facts.json: warning TT303: there is no fact port.usabel\n");
}

TEST_CASE("a long line is cut around the caret") {
    Diagnostic diagnostic = example();
    diagnostic.source_line = std::string(5000, 'a') + "HERE" + std::string(5000, 'b');
    diagnostic.location.column = 5001;
    const std::vector<std::string> lines = sample::lines_of(snippet(diagnostic, {}));
    REQUIRE(lines.size() == 4);
    CHECK(lines[1].size() <= 80);
    const std::size_t caret = lines[2].find('^');
    CHECK(lines[1].substr(caret, 4) == "HERE");
    CHECK(lines[1].find("...") == 4);
}

TEST_CASE("the caret stands below its character after tabs, wide and escaped characters") {
    Diagnostic diagnostic = example();
    diagnostic.source_line = "\tx\x1b = \u00e9\u00e9HERE";
    diagnostic.location.column = 9;  // characters, as the parsers count them
    const std::vector<std::string> lines =
        sample::lines_of(snippet(diagnostic, {.width = 80, .colour = false, .unicode = false}));
    REQUIRE(lines.size() == 4);
    CHECK(lines[1].substr(lines[2].find('^')) == "HERE");
    CHECK(lines[1].find('\x1b') == std::string::npos);
}

TEST_CASE("the caret counts characters and not bytes") {
    Diagnostic diagnostic = example();
    diagnostic.source_line = "\u00e9\u6f22\U0001f4bb = HERE";
    diagnostic.location.column = 7;
    const report::TextStyle unicode{.width = 80, .colour = false, .unicode = true};
    // Two of the characters are two columns wide.
    CHECK(sample::lines_of(snippet(diagnostic, unicode))[2] == std::string(4 + 8, ' ') + "^");
}

TEST_CASE("a column behind the end of the line is harmless") {
    Diagnostic diagnostic = example();
    diagnostic.source_line = "short";
    diagnostic.location.column = 4000000000U;
    CHECK(snippet(diagnostic, {}).find("    short\n         ^\n") != std::string::npos);
}

TEST_CASE("a file name cannot write escape sequences to the terminal") {
    Diagnostic diagnostic = example();
    diagnostic.location.file = "a\x1b]0;title\x07.toml";
    const std::string text = snippet(diagnostic, {});
    CHECK(text.find('\x1b') == std::string::npos);
    CHECK(text.find('\x07') == std::string::npos);
}

TEST_CASE("all diagnostics are shown and not the first only") {
    Diagnostic second = example();
    second.code = "TT201";
    const std::string text = report::snippets({example(), second}, {});
    CHECK(text.find("TT303") != std::string::npos);
    CHECK(text.find("TT201") != std::string::npos);
}

// SPDX-License-Identifier: Apache-2.0
#include <tcptune/base/diagnostic.hpp>
#include <tcptune/base/diagnostic_codes.hpp>

#include <algorithm>

#include <doctest/doctest.h>

using namespace tcptune;

TEST_CASE("only errors make a list of diagnostics a failure") {
    Diagnostics diagnostics;
    CHECK_FALSE(has_errors(diagnostics));
    Diagnostic diagnostic;
    diagnostic.severity = DiagnosticSeverity::warning;
    diagnostics.push_back(diagnostic);
    CHECK_FALSE(has_errors(diagnostics));
    diagnostic.severity = DiagnosticSeverity::error;
    diagnostics.push_back(diagnostic);
    CHECK(has_errors(diagnostics));
}

TEST_CASE("a line is found by its number and comes without its end") {
    const std::string_view text = "one\ntwo\r\n\nfour";
    CHECK(line_of(text, 1) == "one");
    CHECK(line_of(text, 2) == "two");
    CHECK(line_of(text, 3).empty());
    CHECK(line_of(text, 4) == "four");
    CHECK(line_of(text, 5).empty());
    CHECK(line_of(text, 0).empty());
    CHECK(line_of("", 1).empty());
}

TEST_CASE("every diagnostic code stands once in the list, in order, with a meaning") {
    const auto all = diagnostic_codes();
    CHECK(all.size() == 37);
    CHECK(all.front().code == codes::toml_syntax);
    CHECK(all.back().code == codes::edited_plan);
    CHECK(std::ranges::adjacent_find(all, [](const auto& left, const auto& right) {
              return left.code >= right.code;
          }) == all.end());
    for (const DiagnosticCode& entry : all) {
        CAPTURE(entry.code);
        CHECK(entry.code.size() == 5);
        CHECK(entry.meaning.size() > 10);
    }
}

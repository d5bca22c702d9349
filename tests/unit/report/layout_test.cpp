// SPDX-License-Identifier: Apache-2.0
#include "report/text_layout.hpp"

#include <doctest/doctest.h>

using namespace tcptune::report;

TEST_CASE("a paragraph is broken at spaces and never wider than asked") {
    CHECK(wrap("the quick brown fox", 9) == std::vector<std::string>{"the quick", "brown fox"});
    CHECK(wrap("the quick brown fox", 100) == std::vector<std::string>{"the quick brown fox"});
    CHECK(wrap("", 10).empty());
}

TEST_CASE("a number keeps its percent sign on the same line") {
    CHECK(wrap("used 70 % of it", 8) == std::vector<std::string>{"used", "70 % of", "it"});
}

TEST_CASE("a word that is wider than the line is broken instead of sticking out") {
    CHECK(wrap("ab abcdefghij k", 4) == std::vector<std::string>{"ab", "abcd", "efgh", "ij k"});
}

TEST_CASE("a word of a million characters is broken in passing") {
    const std::vector<std::string> lines = wrap(std::string(1000000, 'x') + "\u6f22 end", 10);
    REQUIRE(lines.size() == 100001);
    CHECK(lines.front() == "xxxxxxxxxx");
    CHECK(lines.back() == "\u6f22 end");
}

TEST_CASE("width counts characters and not bytes") {
    CHECK(display_width("h\u00e9llo") == 5);
    CHECK(display_width("\u6f22\u5b57") == 4);
    CHECK(display_width("e\u0301") == 1);
}

TEST_CASE("clipping leaves a mark and never cuts a character in two") {
    CHECK(clip("abcdefgh", 6) == "abc...");
    CHECK(clip("abcdef", 6) == "abcdef");
    CHECK(clip("\u00e9\u00e9\u00e9\u00e9\u00e9\u00e9\u00e9", 5) == "\u00e9\u00e9...");
}

TEST_CASE("text from outside cannot move the cursor, start a line or hide itself") {
    const TextStyle ascii;
    CHECK(safe_text("a\x1b[2Jb", ascii).find('\x1b') == std::string::npos);
    CHECK(safe_text("one\n two\t three", ascii) == "one two three");
    CHECK(safe_text("caf\u00e9", ascii) == "caf\\u{e9}");
    CHECK(safe_text("caf\u00e9", {.width = 80, .colour = false, .unicode = true}) == "caf\u00e9");
}

TEST_CASE("an item keeps its label and its text in two columns") {
    Page page({.width = 24});
    page.item(2, "risk", 7, "low but not nothing at all");
    CHECK(page.text() ==
          "  risk   low but not\n"
          "         nothing at all\n");
}

TEST_CASE("a label that is too long stands on a line of its own") {
    Page page({.width = 24});
    page.item(0, "exceptional", 6, "text");
    CHECK(page.text() == "exceptional\n      text\n");
}

TEST_CASE("colour is written only when the style asks for it, around the words") {
    Page plain({.width = 40});
    plain.paragraph(2, "words", Ink::alarm);
    CHECK(plain.text() == "  words\n");
    Page coloured({.width = 40, .colour = true});
    coloured.paragraph(2, "words", Ink::alarm);
    CHECK(coloured.text() == "  \x1b[1;31mwords\x1b[0m\n");
}

TEST_CASE("a long command goes on after a backslash so that it can be pasted") {
    Page page({.width = 40});
    page.command("Next:", "tcptune plan --profile outbound-proxy --out plan.json");
    CHECK(page.text() ==
          "Next: tcptune plan --profile \\\n"
          "      outbound-proxy --out plan.json\n");
    Page whole({.width = 40});
    whole.command("Next:", "tcptune plan");
    CHECK(whole.text() == "Next: tcptune plan\n");
}

// SPDX-License-Identifier: Apache-2.0
#include <tcptune/base/escape.hpp>

#include <string>

#include <doctest/doctest.h>

using namespace tcptune;

TEST_CASE("ordinary text in any script stays as it is") {
    CHECK(escape_line("net.ipv4.tcp_tw_reuse = 1") == "net.ipv4.tcp_tw_reuse = 1");
    CHECK(escape_line("Größe 大小 👍") == "Größe 大小 👍");
    CHECK(escape_line("").empty());
}

TEST_CASE("control characters cannot reach the terminal") {
    CHECK(escape_line("\x1b[2J") == "\\x1b[2J");
    CHECK(escape_line("a\nb\tc\rd") == "a\\nb\\tc\\rd");
    CHECK(escape_line(std::string("a\0b", 3)) == "a\\x00b");
    CHECK(escape_line("\x7f") == "\\x7f");
    CHECK(escape_line("\xc2\x9b"
                      "31m") == "\\u{9b}31m");  // the one-character form of ESC [
}

TEST_CASE("characters that hide or reorder text become visible") {
    CHECK(escape_line("a\u202eb") == "a\\u{202e}b");
    CHECK(escape_line("a\u2066b") == "a\\u{2066}b");
    CHECK(escape_line("a\u200bb") == "a\\u{200b}b");
    CHECK(escape_line("a\u2028b") == "a\\u{2028}b");
    CHECK(escape_line("\ufeffa") == "\\u{feff}a");
    CHECK(escape_line("a\U000E0041") == "a\\u{e0041}");
}

TEST_CASE("bytes that are no UTF-8 are shown one by one") {
    CHECK(escape_line("\xff\xfe") == "\\xff\\xfe");
    CHECK(escape_line("a\xc3") == "a\\xc3");         // cut off
    CHECK(escape_line("\xc0\xaf") == "\\xc0\\xaf");  // overlong
    CHECK(escape_line("\xe0\x9f\xbf") == "\\xe0\\x9f\\xbf");
    CHECK(escape_line("\xed\xa0\x80") == "\\xed\\xa0\\x80");  // surrogate
    CHECK(escape_line("\xf4\x90\x80\x80") == "\\xf4\\x90\\x80\\x80");
    CHECK(escape_line("\xe2\x28\xa1") == "\\xe2(\\xa1");
}

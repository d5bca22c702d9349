// SPDX-License-Identifier: Apache-2.0
#include <tcptune/base/toml_table.hpp>

#include <string>

#include <doctest/doctest.h>

using namespace tcptune;

namespace {

/// The one diagnostic that keeps a text from being read.
Diagnostic refusal(std::string_view text) {
    Diagnostics diagnostics;
    TomlDocument document("x.toml", text, diagnostics);
    CHECK_FALSE(document.root());
    REQUIRE(diagnostics.size() == 1);
    return diagnostics.front();
}

bool is_read(std::string_view text) {
    Diagnostics diagnostics;
    TomlDocument document("x.toml", text, diagnostics);
    return document.root().has_value() && diagnostics.empty();
}

std::string repeated(std::string_view piece, int times) {
    std::string text;
    for (int i = 0; i < times; ++i)
        text += piece;
    return text;
}

}  // namespace

TEST_CASE("a syntax error is reported with its place and its line") {
    const Diagnostic diagnostic = refusal("schema = 1\nkey = = 2\n");
    CHECK(diagnostic.code == "TT101");
    CHECK(diagnostic.location == SourceLocation{"x.toml", 2, 7});
    CHECK(diagnostic.source_line == "key = = 2");
    CHECK_FALSE(diagnostic.message.empty());
}

TEST_CASE("what is not text is refused with the place of the first wrong byte") {
    const Diagnostic nul = refusal(std::string_view("a = 1\nb = \"\0\"", 13));
    CHECK(nul.code == "TT104");
    CHECK(nul.location == SourceLocation{"x.toml", 2, 6});
    CHECK(refusal("a = \"\xff\"").code == "TT104");
    CHECK(refusal("# \xc3").code == "TT104");
}

TEST_CASE("a file larger than one MiB is refused unread") {
    const std::string filler(std::size_t{1} << 20, '#');
    CHECK(is_read(filler));
    CHECK(refusal(filler + "#").code == "TT103");
}

TEST_CASE("names are ASCII while strings and comments may be in any script") {
    CHECK(is_read("# größer\na = \"größer\" # ja: ä\nb = 'ä'\nc = \"\"\"\nä\"\"\"\nd = '''ä'''"));
    const Diagnostic diagnostic = refusal("a = \"ä\"\nü = 1\n");
    CHECK(diagnostic.code == "TT102");
    CHECK(diagnostic.location == SourceLocation{"x.toml", 2, 1});
    CHECK(diagnostic.source_line == "ü = 1");
    CHECK(refusal("a = \"ä\" ü").location.column == 9);
}

TEST_CASE("the end of every kind of string is found") {
    CHECK(refusal("a = \"\\\"\" ä").code == "TT102");
    CHECK(refusal("a = 'x\\' ä").code == "TT102");
    CHECK(refusal("a = \"\"\"x\"\"\"\"\" ä").code == "TT102");
    CHECK(refusal("a = '''x'' ''' ä").code == "TT102");
    CHECK(refusal("a = \"\" ä").code == "TT102");
    CHECK(is_read("a = \"\"\"x\\\"\"\"ä\"\"\""));
}

TEST_CASE("tables and lists that nest too deeply are refused before they overflow the stack") {
    CHECK(refusal(repeated("a.", 500000) + "a = 1").code == "TT101");
    CHECK(refusal("[" + repeated("a.", 500000) + "a]").code == "TT101");
    CHECK(refusal("a = " + repeated("[", 500000)).code == "TT101");
    CHECK(refusal("a = " + repeated("{" + repeated("b.", 1000) + "b = ", 240)).code == "TT101");
    CHECK(is_read("a.b.c.d = [[1.5, 2.5], [3.5]]\n[e.f.g]\nh = {i = {j = 1}}"));
    CHECK(is_read("a = [" + repeated("1.5, ", 10000) + "]"));
}

TEST_CASE("a table's header without a name is refused in any form") {
    for (const char* header :
         {"[ = 1", "[", "[\n]", "[[ ]]", "[]", "[ [a]]", "[.a]", "[a.]", "[#c\n]"}) {
        CAPTURE(header);
        CHECK(refusal("b = 1\n  " + std::string(header)).code == "TT101");
    }
    CHECK(is_read("[ a ]\n[ \"\" . 'x' ]\n[[ b ]]\nc = [\n[1, 2],\n[\n]]"));
}

TEST_CASE("dates and times outside strings are refused, numbers with signs are not") {
    for (const char* value :
         {"1979-05-27", "1979-05-27T07:32:00Z", "07:32:00", "1979-05-27Tx", "[1, 1979-05-27]"}) {
        CAPTURE(value);
        CHECK(refusal("a = " + std::string(value)).code == "TT101");
    }
    CHECK(is_read("a = [1e-5, 2.5E-3, -1, +1, 1_000]\nb-1 = 1\nx = \"1979-05-27\" # 07:32:00\n"));
}

TEST_CASE("a value that goes wrong before a quote does not hide what follows it") {
    for (const char* text : {"a = 0=\"ä", "a = ;\"ä", "a = =\"ä", "a = 1.\"ä", "a = x'ä",
                             "a = [1[\"ä", "a = [0,\n0\"ä", "a = {b = 0{\"ä"}) {
        CAPTURE(text);
        CHECK(refusal(text).code == "TT101");
    }
    CHECK(is_read("a=\"ä\"\n1.\"ä\"=2\nb=[\"ä\",'ä' , # ä\n1, {c=\"ä\",d=[]}]\ne=true#ä\nf=0\r\n"));
}

TEST_CASE("a missing value is reported where it is missing") {
    CHECK(refusal("a = [ }[b").location.column == 7);
    CHECK(refusal("a = [1, , 2]").location.column == 9);
    CHECK(refusal("a = {b = }").location.column == 10);
    CHECK(refusal("a = ]").location.column == 5);
    CHECK(refusal("a = ").code == "TT101");
    CHECK(refusal("a = # b").code == "TT101");
    CHECK(is_read("a = [ # b\n1, # c\n]\nd = [1, ]\ne = []\nf = {}"));
}

TEST_CASE("in a long string no character outside ASCII follows a backslash") {
    CHECK(refusal("a = \"\"\"\\ä\"\"\"").code == "TT101");
    CHECK(refusal("a = \"\"\"x\\ \n  ä\"\"\"").location == SourceLocation{"x.toml", 2, 3});
    CHECK(is_read("a = \"\"\"ä\\\\ä\\\n x\"\"\"\nb = '''\\ä'''"));
}

TEST_CASE("a byte order mark and carriage returns are no errors") {
    CHECK(
        is_read("\xEF\xBB\xBF"
                "a = 1\r\nb = 2\r\n"));
}

TEST_CASE("a line too long for a terminal is not quoted") {
    CHECK(refusal(std::string(2000, 'a') + " = = 1").source_line.empty());
}

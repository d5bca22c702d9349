// SPDX-License-Identifier: Apache-2.0
#include <tcptune/base/diagnostic_codes.hpp>
#include <tcptune/base/toml_table.hpp>

#include <string>

#include <doctest/doctest.h>

using namespace tcptune;

namespace {

/// A document with its root table, for as long as the test looks at it.
struct Opened {
    explicit Opened(std::string_view text) : document("x.toml", text, diagnostics) {
        auto table = document.root();
        REQUIRE(table);
        root.emplace(std::move(*table));
    }

    /// "code line:column" of each diagnostic, joined by spaces.
    [[nodiscard]] std::string seen() const {
        std::string text;
        for (const Diagnostic& diagnostic : diagnostics) {
            if (!text.empty()) text += ' ';
            text += diagnostic.code + " " + std::to_string(diagnostic.location.line) + ":" +
                    std::to_string(diagnostic.location.column);
        }
        return text;
    }

    Diagnostics diagnostics;
    TomlDocument document;
    std::optional<TomlTable> root;
};

SourceLocation at(std::uint32_t line, std::uint32_t column) {
    return {"x.toml", line, column};
}

}  // namespace

TEST_CASE("members are read by type") {
    Opened file("t = \"x\"\ni = -5\nn = 2.5\nb = true\n");
    CHECK(file.root->required_text("t").text == "x");
    CHECK(file.root->integer("i") == -5);
    CHECK(file.root->number("n") == 2.5);
    CHECK(file.root->number("i") == -5.0);
    CHECK(file.root->boolean("b") == true);
    CHECK_FALSE(file.root->integer("absent"));
    CHECK(file.root->has("t"));
    CHECK_FALSE(file.root->has("absent"));
    CHECK(file.root->names() == std::vector<std::string>{"b", "i", "n", "t"});
    file.root->finish();
    CHECK(file.seen().empty());
}

TEST_CASE("a member of another type is reported where its value stands") {
    Opened file("t = 1\ni = \"x\"\nn = true\nb = 0\nr = nan\nf = 1.0\n");
    CHECK_FALSE(file.root->text("t"));
    CHECK_FALSE(file.root->integer("i"));
    CHECK_FALSE(file.root->number("n"));
    CHECK_FALSE(file.root->boolean("b"));
    CHECK_FALSE(file.root->number("r"));
    CHECK_FALSE(file.root->integer("f"));
    CHECK(file.seen() == "TT203 1:5 TT203 2:5 TT203 3:5 TT203 4:5 TT203 5:5 TT203 6:5");
    CHECK(file.diagnostics[1].message == "i must be a whole number");
    CHECK(file.diagnostics[1].source_line == "i = \"x\"");
}

TEST_CASE("a missing member is reported at its table") {
    Opened file("a = 1\n[parameter]\nkey = \"x.y\"\n");
    auto table = file.root->table("parameter");
    REQUIRE(table);
    CHECK(table->required_text("summary").text.empty());
    CHECK(file.seen() == "TT202 2:1");
    CHECK(file.diagnostics[0].message == "summary is missing");
    CHECK(file.diagnostics[0].source_line == "[parameter]");
}

TEST_CASE("unknown members are reported in the order of the file, with what was meant") {
    Opened file("zone = 1\nsummry = \"x\"\nsummary = \"y\"\n");
    (void)file.root->text("summary");
    file.root->finish();
    CHECK(file.seen() == "TT201 1:1 TT201 2:1");
    CHECK(file.diagnostics[0].message == "there is no member \"zone\" here");
    CHECK(file.diagnostics[0].hint.empty());
    CHECK(file.diagnostics[1].hint == "did you mean \"summary\"?");
}

TEST_CASE("the place of a text is that of its first character, so that offsets can be added") {
    Opened file(
        "a = \"x\"\n"
        "b = 'x'\n"
        "  c   =   \"\"\n"
        "d = [\"x\", 'y',\n  \"z\"]\n"
        "e = { f = \"ä\", g = \"x\", h = '''x''' }\n"
        "i = \"\"\"\nx\"\"\"\n"
        "j = '''x\ny'''\n");
    CHECK(file.root->text("a")->location == at(1, 6));
    CHECK(file.root->text("b")->location == at(2, 6));
    CHECK(file.root->text("c")->location == at(3, 12));
    const auto list = file.root->text_list("d");
    REQUIRE(list.size() == 3);
    CHECK(list[0].location == at(4, 7));
    CHECK(list[1].location == at(4, 12));
    CHECK(list[2].location == at(5, 4));
    auto inner = file.root->table("e");
    REQUIRE(inner);
    CHECK(inner->text("f")->location == at(6, 12));
    CHECK(inner->text("g")->location == at(6, 21));
    CHECK(inner->text("h")->location == at(6, 32));
    CHECK(file.root->text("i")->location == at(8, 1));
    CHECK(file.root->text("j")->location == at(9, 8));
}

TEST_CASE("a value may be a scalar or a flat list of scalars") {
    Opened file("a = 1\nb = [32768, 60999]\nc = [\"x\", 2.5, true]\nd = [[1]]\ne = {}\nf = []\n");
    const auto number = file.root->value("a");
    REQUIRE(number);
    CHECK_FALSE(number->is_list);
    REQUIRE(number->items.size() == 1);
    CHECK(number->items[0].kind == TomlScalar::Kind::integer);
    CHECK(number->items[0].integer == 1);
    const auto list = file.root->value("b");
    REQUIRE(list);
    CHECK(list->is_list);
    CHECK(list->location == at(2, 5));
    REQUIRE(list->items.size() == 2);
    CHECK(list->items[1].integer == 60999);
    CHECK(list->items[1].location == at(2, 13));
    const auto mixed = file.root->value("c");
    REQUIRE(mixed);
    CHECK(mixed->items[0].text == "x");
    CHECK(mixed->items[1].real == 2.5);
    CHECK(mixed->items[2].boolean);
    CHECK_FALSE(file.root->value("d"));
    CHECK_FALSE(file.root->value("e"));
    CHECK(file.root->value("f")->items.empty());
    CHECK(file.seen() == "TT203 4:6 TT203 5:5");
}

TEST_CASE("one text serves where a list of texts may stand") {
    Opened file("a = \"x\"\nb = [\"x\", 1, \"y\"]\nc = 1\n");
    CHECK(file.root->text_list("a").size() == 1);
    CHECK(file.root->text_list("b").size() == 2);
    CHECK(file.root->text_list("c").empty());
    CHECK(file.root->text_list("absent").empty());
    CHECK(file.seen() == "TT203 2:11 TT203 3:5");
}

TEST_CASE("lists of tables are read in order and told from single tables") {
    Opened file("[[note]]\ntext = \"a\"\n[[note]]\ntext = \"b\"\n[single]\nx = 1\n");
    auto notes = file.root->tables("note");
    REQUIRE(notes.size() == 2);
    CHECK(notes[1].required_text("text").text == "b");
    CHECK(notes[1].location() == at(3, 1));
    CHECK(file.root->tables("single").empty());
    CHECK_FALSE(file.root->table("note"));
    CHECK(file.seen() == "TT203 5:1 TT203 1:1");
}

TEST_CASE("a word outside the allowed ones is reported with the allowed ones") {
    Opened file("risk = \"hihg\"\nlevel = \"low\"\n");
    const std::vector<std::string> words{"low", "medium", "high"};
    CHECK_FALSE(file.root->word("risk", words));
    CHECK(file.root->word("level", words) == "low");
    CHECK_FALSE(file.root->word("absent", words));
    CHECK(file.seen() == "TT204 1:9");
    CHECK(file.diagnostics[0].message == "risk must be one of low, medium, high");
}

TEST_CASE("a file of nothing but mistakes is reported up to a limit") {
    std::string text;
    for (int i = 0; i < 5000; ++i)
        text += "wrong_" + std::to_string(i) + " = 1\n";
    Opened file(text);
    file.root->finish();
    CHECK(file.diagnostics.size() == 200);
    CHECK(file.diagnostics[199].location.line == 200);
}

// SPDX-License-Identifier: Apache-2.0
#include "unit/rules/corpus.hpp"
#include "unit/rules/texts.hpp"

#include <tcptune/base/diagnostic_codes.hpp>

#include <algorithm>
#include <filesystem>
#include <set>

#include <doctest/doctest.h>

namespace tcptune::rules {
namespace {

const facts::FactSchema& schema() {
    static const facts::FactSchema made(
        {{"net.ipv4.tcp_tw_reuse", facts::Type::integer}, {"fs.file-max", facts::Type::integer}});
    return made;
}

SymptomSource sample() {
    return {"good/sample.toml", corpus::read_text(std::string(TCPTUNE_SOURCE_DIR) +
                                                  "/tests/rules/good/symptom-sample.toml")};
}

LoadedSymptoms load(const std::vector<SymptomSource>& sources,
                    SymptomParts parts = SymptomParts::all) {
    return load_symptoms(sources, schema(), parts);
}

SymptomSource named(const std::string& id, const std::string& more = "", int rank = 100) {
    return {"rules/" + id + ".toml", "schema = 1\n[symptom]\nid = \"" + id +
                                         "\"\ntitle = \"x\"\nscope = \"host\"\n"
                                         "severity = \"info\"\nrank = " +
                                         std::to_string(rank) +
                                         "\nall = [\"host.cpus > 1\"]\ntext = \"x\"\n" + more};
}

std::vector<SymptomSource> shipped(const std::string& folder) {
    std::vector<SymptomSource> sources;
    for (const auto& entry :
         std::filesystem::directory_iterator(std::string(TCPTUNE_SOURCE_DIR) + "/rules/" + folder))
        if (entry.path().extension() == ".toml")
            sources.push_back({entry.path().string(), corpus::read_text(entry.path().string())});
    return sources;
}

facts::FactSchema shipped_schema() {
    std::vector<RuleSource> sources;
    for (const auto& entry :
         std::filesystem::directory_iterator(std::string(TCPTUNE_SOURCE_DIR) + "/rules"))
        if (entry.path().extension() == ".toml")
            sources.push_back({entry.path().string(), corpus::read_text(entry.path().string())});
    return schema_for(load_rules(sources, Parts::advice).rules);
}

TEST_CASE("a symptom file is read with all that it says") {
    const LoadedSymptoms loaded = load({sample()});
    REQUIRE(corpus::places(loaded.diagnostics) == "");
    REQUIRE(loaded.symptoms.size() == 1);
    const Symptom& symptom = loaded.symptoms[0];
    CHECK(symptom.file == "good/sample.toml");
    CHECK(symptom.id == "sample");
    CHECK(symptom.title == "A sample on two lines");
    CHECK(symptom.text == "One sentence, another one. A third.");
    CHECK(symptom.scope == Scope::listener);
    CHECK(symptom.severity == Severity::critical);
    CHECK(symptom.rank == 7);
    CHECK(symptom.sysctl);
    CHECK(symptom.only_asked);
    CHECK(symptom.messages == std::vector<std::string>{"EADDRNOTAVAIL", "some-log-line"});
    REQUIRE(symptom.condition.all.size() == 2);
    CHECK(symptom.condition.all[0].text == "listener.queue > listener.backlog");
    CHECK(symptom.condition.any.size() == 2);
    CHECK(symptom.condition.none.size() == 1);
    REQUIRE(symptom.cures.size() == 2);
    CHECK(symptom.cures[0].remedy == Remedy::application);
    CHECK(symptom.cures[0].commands == std::vector<std::string>{"nginx", "fifteen-bytes-o"});
    CHECK(symptom.cures[1].remedy == Remedy::sysctl);
    CHECK(symptom.cures[1].commands.empty());
    REQUIRE(symptom.no_cures.size() == 1);
    CHECK(symptom.no_cures[0].what == "net.ipv4.tcp_tw_reuse");
    REQUIRE(symptom.references.size() == 1);
    CHECK(symptom.references[0].kind == "kernel-doc");
}

TEST_CASE("facts of a symptom's examples have the types of the fact schema and of the scope") {
    const std::vector<SymptomExample> examples = load({sample()}).symptoms.at(0).examples;
    REQUIRE(examples.size() == 2);
    CHECK(examples[0].verdict == "yes");
    CHECK(examples[0].facts.at("listener.queue") == facts::FactValue{std::int64_t{9}});
    CHECK(examples[0].facts.at("asked.call") == facts::FactValue{std::string("connect")});
    CHECK(examples[0].deltas ==
          std::map<std::string, double>{{"counter.TcpExt.ListenOverflows", 3}});
    CHECK(examples[1].facts.at("listener.queue") == facts::FactValue{facts::AtMost{3}});
    CHECK(examples[1].deltas.empty());
}

TEST_CASE("less of a text is read when less is needed, and the condition is the same") {
    const Symptom brief = load({sample()}, SymptomParts::condition).symptoms.at(0);
    CHECK(brief.condition.all.size() == 2);
    CHECK(brief.text == "One sentence, another one. A third.");
    CHECK(brief.cures.empty());
    CHECK(brief.references.empty());
    CHECK(brief.examples.empty());
    const Symptom with_cures = load({sample()}, SymptomParts::cures).symptoms.at(0);
    CHECK(with_cures.cures.size() == 2);
    CHECK(with_cures.no_cures.size() == 1);
    CHECK(with_cures.references.size() == 1);
    CHECK(with_cures.examples.empty());
}

TEST_CASE("a mistake in what is not needed does not hide a symptom") {
    const std::vector<SymptomSource> sources{named("a", "[[cure]]\nremedy = = broken\n")};
    CHECK(load(sources, SymptomParts::condition).symptoms.size() == 1);
    CHECK(load(sources, SymptomParts::cures).symptoms.empty());
    const std::vector<SymptomSource> late{named("a", "[[example]]\nname = 1\n")};
    CHECK(load(late, SymptomParts::cures).symptoms.size() == 1);
    CHECK(load(late, SymptomParts::all).symptoms.empty());
}

TEST_CASE("a cure after the examples would be lost, so it is a mistake") {
    const std::string example = "[[example]]\nname = \"x\"\nverdict = \"yes\"\n";
    const std::string cure = "[[cure]]\nremedy = \"sysctl\"\ntitle = \"x\"\ntext = \"x\"\n";
    for (const SymptomParts parts : {SymptomParts::cures, SymptomParts::all}) {
        const LoadedSymptoms loaded = load({named("a", example + cure)}, parts);
        CHECK(corpus::places(loaded.diagnostics) == "TT604 13:1\n");
        CHECK(loaded.symptoms.empty());
    }
    CHECK(load({named("a", cure + example)}).symptoms.size() == 1);
}

TEST_CASE("symptoms come by rank, then by id, whatever the order of the files") {
    const LoadedSymptoms loaded =
        load({named("c", "", 5), named("b"), named("a"), named("d", "", 0)});
    std::string order;
    for (const Symptom& symptom : loaded.symptoms)
        order += symptom.id;
    CHECK(order == "dcab");
}

TEST_CASE("a disabled symptom is not read, a broken one is left out and the others stay") {
    SymptomSource off = named("off", "this is no TOML");
    off.disabled = true;
    const LoadedSymptoms loaded = load({off, named("bad", "colour = 1\n"), named("good")});
    REQUIRE(loaded.symptoms.size() == 1);
    CHECK(loaded.symptoms[0].id == "good");
    CHECK(corpus::places(loaded.diagnostics) == "TT201 10:1\n");
}

TEST_CASE("two files cannot have one symptom") {
    SymptomSource other = named("a");
    other.file = "site/a.toml";
    const LoadedSymptoms loaded = load({named("a"), other});
    CHECK(corpus::places(loaded.diagnostics) == "TT205 3:7\n");
    CHECK(loaded.diagnostics.at(0).hint == "it is rules/a.toml");
    CHECK(loaded.symptoms.size() == 1);
}

TEST_CASE("a fact of another scope is refused with the scope that it belongs to") {
    SymptomSource source = named("a");
    const std::string fact = "host.cpus";
    source.text.replace(source.text.find(fact), fact.size(), "listener.queue");
    const LoadedSymptoms loaded = load({source});
    REQUIRE(loaded.diagnostics.size() == 1);
    CHECK(loaded.diagnostics[0].code == codes::wrong_scope);
    CHECK(loaded.diagnostics[0].message ==
          "listener.queue is not known to a symptom of scope host");
    CHECK(loaded.diagnostics[0].hint == "scope = \"listener\"");
}

TEST_CASE("keys are found in a text without parsing it") {
    const std::set<std::string> found = keys_in(
        "all = [\"sysctl.net.ipv4.tcp_tw_reuse == 1\", 'x > config.fs.file-max']\n"
        "text = \"Read sysctl.net.core.somaxconn. Or sysctl., sysctl\"\n"
        "[[example]]\nfacts = { \"sysctl.net.ipv4.ip_forward\" = 1 }\n");
    CHECK(found == std::set<std::string>{"net.ipv4.tcp_tw_reuse", "fs.file-max",
                                         "net.core.somaxconn", "net.ipv4.ip_forward"});
    CHECK(keys_in("x = \"sysctl.a.b\"\n  [[cure]]\ny = \"sysctl.c.d\"\n",
                  SymptomParts::condition) == std::set<std::string>{"a.b"});
    CHECK(keys_in("").empty());
}

TEST_CASE("the facts of the scopes are ordered, documented and no facts of the schema") {
    const auto facts = scope_facts();
    CHECK(facts.size() >= 35);
    CHECK(std::ranges::is_sorted(facts, {}, &facts::FactInfo::name));
    for (const facts::FactInfo& fact : facts) {
        CAPTURE(fact.name);
        CHECK(fact.meaning.ends_with('.'));
        CHECK_FALSE(schema().type_of(fact.name).has_value());
    }
    CHECK(to_string(Scope::process) == "process");
}

TEST_CASE("lint asks for a reference, a cure and an example of each verdict") {
    const auto codes_of = [](const Symptom& symptom) {
        std::string text;
        for (const Diagnostic& diagnostic : lint(symptom))
            text += diagnostic.code + ' ';
        return text;
    };
    Symptom bare = load({named("a")}).symptoms.at(0);
    CHECK(codes_of(bare) == "TT601 TT606 TT606 TT606 ");
    bare.severity = Severity::warning;
    CHECK(codes_of(bare) == "TT601 TT607 TT606 TT606 TT606 ");
    const Symptom good = load({sample()}).symptoms.at(0);
    CHECK(codes_of(good) == "TT606 ");
    CHECK(lint(good).at(0).message == "no example has the verdict \"unknown\"");
}

TEST_CASE("every shipped symptom is sound, lint-clean and has at least three examples") {
    const LoadedSymptoms loaded =
        load_symptoms(shipped("symptoms"), shipped_schema(), SymptomParts::all);
    CHECK(corpus::places(loaded.diagnostics) == "");
    CHECK(loaded.symptoms.size() >= 23);
    const LoadedMessages messages = load_messages(shipped("messages"));
    CHECK(corpus::places(messages.diagnostics) == "");
    Diagnostics unknown;
    check_messages(loaded.symptoms, messages, unknown);
    CHECK(corpus::places(unknown) == "");
    for (const Symptom& symptom : loaded.symptoms) {
        CAPTURE(symptom.id);
        CHECK(lint(symptom).empty());
        CHECK(symptom.examples.size() >= 3);
        // What to try first comes first: the kernel's settings after all else.
        CHECK(std::ranges::is_sorted(
            symptom.cures, {}, [](const Cure& cure) { return cure.remedy == Remedy::sysctl; }));
    }
}

TEST_CASE("text that is shipped is plain ASCII and fits a terminal's title line") {
    const LoadedSymptoms loaded =
        load_symptoms(shipped("symptoms"), shipped_schema(), SymptomParts::all);
    const auto plain = [](const std::string& text) {
        return std::ranges::all_of(text, [](char c) { return c >= ' ' && c <= '~'; }) &&
               text.find("  ") == std::string::npos;
    };
    for (const Symptom& symptom : loaded.symptoms) {
        CAPTURE(symptom.id);
        CHECK(plain(symptom.title));
        CHECK(plain(symptom.text));
        CHECK_FALSE(symptom.title.ends_with('.'));
        CHECK(symptom.text.ends_with('.'));
        for (const Cure& cure : symptom.cures) {
            CHECK(plain(cure.title + cure.text));
            CHECK(cure.title.size() <= 80);
        }
        for (const NoCure& no_cure : symptom.no_cures)
            CHECK(plain(no_cure.what + no_cure.text));
    }
}

}  // namespace
}  // namespace tcptune::rules

// SPDX-License-Identifier: Apache-2.0
#include "hosts.hpp"

#include <tcptune/plan/plan_file.hpp>
#include <tcptune/report/json_report.hpp>

#include <doctest/doctest.h>

using namespace tcptune;

namespace {

std::string written() {
    static const std::string text =
        report::plan_json(hosts::plan_for(hosts::shipped_rules(), hosts::busy(25000)), 0);
    return text;
}

std::string with(std::string text, std::string_view from, std::string_view to) {
    const std::size_t at = text.find(from);
    REQUIRE_MESSAGE(at != std::string::npos, std::string(from));
    return text.replace(at, from.size(), to);
}

/// The code of the first complaint; "" when the text reads.
std::string complaint(const std::string& text) {
    Diagnostics diagnostics;
    const auto plan = plan::read_plan("plan.json", text, diagnostics);
    CHECK(plan.has_value() == !has_errors(diagnostics));
    return diagnostics.empty() ? "" : diagnostics[0].code;
}

std::string message(const std::string& text) {
    Diagnostics diagnostics;
    (void)plan::read_plan("plan.json", text, diagnostics);
    return diagnostics.empty() ? "" : diagnostics[0].message;
}

}  // namespace

TEST_CASE("a plan that was written reads as the plan that it was written from") {
    const plan::Plan plan = hosts::plan_for(hosts::shipped_rules(), hosts::busy(25000));
    const plan::SavedPlan made = plan::saved_from(plan);
    CHECK(made.digest == plan.digest);
    Diagnostics diagnostics;
    const auto read = plan::read_plan("plan.json", report::plan_json(plan, 2), diagnostics);
    REQUIRE(read);
    CHECK(diagnostics.empty());
    CHECK(read->host == made.host);
    CHECK(read->profile == "general");
    CHECK(read->policy == "default");
    CHECK(read->persist);
    CHECK(read->changes == made.changes);
    CHECK(read->digest == plan.digest);
    REQUIRE(!read->changes.empty());
    CHECK(read->changes[0].key == "net.ipv4.ip_local_port_range");
    CHECK(read->changes[0].before_runtime == "32768 60999");
    CHECK(read->changes[0].after_runtime == "10240 65535");
    CHECK(!read->changes[0].before_configured);
    CHECK(read->changes[0].before_boot == "32768 60999");
}

TEST_CASE("odd texts of configuration files keep the digest") {
    facts::FactSet facts = hosts::busy(25000);
    facts.host.hostname = "h\xc3\xbc\xff\x7f";
    facts.configured = {
        {"net.ipv4.ip_local_port_range", " 32768 \t 60999\xff", "/etc/\xfe.conf", 3, true}};
    const plan::Plan plan = hosts::plan_for(hosts::shipped_rules(), facts);
    Diagnostics diagnostics;
    const auto read = plan::read_plan("plan.json", report::plan_json(plan, 0), diagnostics);
    REQUIRE(read);
    CHECK(read->host.hostname == "h\xc3\xbc\xef\xbf\xbd\x7f");
    REQUIRE(read->changes.size() == 1);
    CHECK(read->changes[0].before_configured == "32768 60999\xef\xbf\xbd");
    REQUIRE(read->conflicts.size() == 1);
    CHECK(read->conflicts[0].line == 3);
}

TEST_CASE("every edit of what apply relies upon is seen") {
    const std::string text = written();
    CHECK(complaint(text) == "");
    const std::pair<const char*, const char*> edits[] = {
        {"\"65535\"", "\"65534\""},
        {"\"32768\"", "\"32769\""},
        {"\"web1\"", "\"web2\""},
        {"\"kernel\": \"6.18.44\"", "\"kernel\": \"6.18.45\""},
        {"11111111-2222", "11111111-2223"},
        {"\"cookie:1\"", "\"cookie:2\""},
        {"\"netns_initial\": true", "\"netns_initial\": false"},
        {"\"persist\": true", "\"persist\": false"},
        {"\"profile\": \"general\"", "\"profile\": \"other\""},
        {"\"policy\": \"default\"", "\"policy\": \"other\""},
        {"\"risk\": \"medium\"", "\"risk\": \"low\""},
        {"\"pinned\": false", "\"pinned\": true"},
        {"\"configured\": null", "\"configured\": \"1\""},
        {"\"digest\": \"", "\"digest\": \"0"},
    };
    for (const auto& [from, to] : edits) {
        INFO(from);
        CHECK(complaint(with(text, from, to)) == "TT705");
    }
    CHECK(message(with(text, "\"65535\"", "\"65534\"")).find("edited") != std::string::npos);
}

TEST_CASE("the order of the steps is part of the digest") {
    plan::SavedPlan plan;
    plan.changes = {{}, {}};
    plan.changes[0].key = "net.ipv4.a";
    plan.changes[1].key = "net.ipv4.b";
    const std::string one = plan::digest_of(plan);
    std::swap(plan.changes[0], plan.changes[1]);
    CHECK(plan::digest_of(plan) != one);
}

TEST_CASE("no text passes for two fields, and none for a missing one") {
    plan::SavedPlan one, other;
    one.profile = "a\n1:b";
    other.profile = "a";
    other.policy = "b";
    CHECK(plan::digest_of(one) != plan::digest_of(other));
    one = other = {};
    one.changes.emplace_back().before_configured = "none";
    other.changes.emplace_back();
    CHECK(plan::digest_of(one) != plan::digest_of(other));
    other.changes[0].before_configured = "";
    CHECK(plan::digest_of(one) != plan::digest_of(other));
}

TEST_CASE("members that are not known are ignored, newer majors are not read") {
    CHECK(complaint(with(written(), "\"persist\"", "\"news\": [1, {}],\n  \"persist\"")) == "");
    CHECK(complaint(with(written(), "\"1.0\"", "\"1.7\"")) == "");
    CHECK(complaint(with(written(), "\"1.0\"", "\"2.0\"")) == "TT703");
    CHECK(message(with(written(), "\"1.0\"", "\"2.0\"")) ==
          "the plan has format version 2, and this tcptune reads version 1");
    CHECK(complaint(with(written(), "\"1.0\"", "\"one\"")) == "TT703");
    CHECK(complaint(with(written(), "\"kind\": \"plan\"", "\"kind\": \"facts\"")) == "TT702");
}

TEST_CASE("a malformed plan is refused with the place") {
    CHECK(complaint("") == "TT701");
    CHECK(complaint("{") == "TT701");
    CHECK(complaint(written() + "x") == "TT701");
    CHECK(complaint("[]") == "TT702");
    CHECK(message(with(written(), "\"key\": \"net.ipv4.ip_local_port_range\",\n      \"before\"",
                       "\"key\": \"net/../../etc\",\n      \"before\"")) ==
          "changes[0].key: the name of a sysctl is needed");
    CHECK(message(with(written(), "\"changes\": [", "\"changes\": 1, \"x\": [")) ==
          "changes: a list is needed, not 1");
    CHECK(message(with(written(), "\"changes\": [", "\"x\": [")) ==
          "the member changes is missing");
    CHECK(message(with(written(), "\"after\": {", "\"x\": {")) ==
          "the member changes[0].after is missing");
    CHECK(message(with(written(), "\"65535\"", "\"6\\u001b5\"")) ==
          "changes[0].after.runtime: printable ASCII is needed");
    CHECK(message(with(written(), "\"65535\"", "7")) ==
          "changes[0].after.runtime[1]: text is needed, not 7");
    CHECK(message(with(written(), "\"risk\": \"medium\"", "\"risk\": \"none\"")) ==
          "changes[0].risk: one of low, medium, high, critical is needed");
    CHECK(message(with(written(), "\"takes_effect\": \"",
                       "\"takes_effect\": \"" + std::string(70000, 'a'))) ==
          "changes[0].takes_effect: text of at most 65536 bytes is needed, not of 70035");
}

TEST_CASE("more than 64 steps and a key twice are refused") {
    std::string many = "{\"kind\":\"plan\",\"format_version\":\"1.0\",\"digest\":\"\",\"host\":{},";
    many += "\"changes\":[";
    for (int i = 0; i < 65; ++i)
        many += std::string(i > 0 ? "," : "") +
                R"({"key":"net.ipv4.a","risk":"low","before":{"runtime":"1"},)"
                R"("after":{"runtime":"1"}})";
    CHECK(message(many + "]}") == "changes: at most 64 steps are read, not 65");
    const std::string step =
        R"({"key":"net.ipv4.a","risk":"low","before":{"runtime":"1","configured":null,)"
        R"("boot":null},"after":{"runtime":"1"}})";
    const std::string head = many.substr(0, many.find('[') + 1);
    CHECK(message(head + step + "," + step + "]}") == "changes: net.ipv4.a is there twice");
    CHECK(message(head + step + "]}").find("edited") != std::string::npos);
}

// SPDX-License-Identifier: Apache-2.0
#include "sample_plan.hpp"

#include <tcptune/report/json_report.hpp>

#include <limits>

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

using namespace tcptune;
using nlohmann::json;

TEST_CASE("a plan in JSON has the members that others build on") {
    const json plan = json::parse(report::plan_json(sample::churning(), 2));
    CHECK(plan["format_version"] == "1.0");
    CHECK(plan["kind"] == "plan");
    CHECK(plan["host"]["kernel"] == "6.18.44");
    CHECK(plan["host"]["netns"] == "cookie:1");
    CHECK(plan["profile"] == "general");
    CHECK(plan["exit_code"] == 2);
    CHECK(plan["summary"]["change"] == 1);
    CHECK(plan["summary"]["findings"] == json{{"critical", 1}, {"warning", 0}, {"info", 0}});
    const json& change = plan["changes"][0];
    CHECK(change["key"] == "net.ipv4.tcp_tw_reuse");
    CHECK(change["before"] == json{{"runtime", "2"}, {"configured", nullptr}, {"boot", "2"}});
    CHECK(change["after"]["runtime"] == "1");
    CHECK(change["order"] == 1);
    CHECK(change["risk"] == "low");
    CHECK(change["expected_effect"]["ceiling_after_per_s"] == 28232.0);
    const json& finding = plan["findings"][0];
    CHECK(finding["remedy"]["kind"] == "sysctl");
    CHECK(finding["evidence"][0] == json{{"expression", "port.reusable_share > threshold.pressure"},
                                         {"value", "0.708 > 0.5"},
                                         {"verdict", "yes"}});
    const json& destination = plan["destinations"][0];
    CHECK(destination["ports_in_use"] == 20000);
    CHECK(destination["usable_ports"] == 28232);
    CHECK(destination["stage"] == "slow");
    CHECK(destination["states"]["time_wait"] == 20000);
    CHECK(destination["seconds_left"] == 24.7);
    CHECK(destination["after"]["seconds_left"] == nullptr);
}

TEST_CASE("a sysctl value is a string, and a list of strings where the key has several") {
    plan::Plan plan = sample::churning();
    plan.changes.front().before_runtime = "32768\t60999";
    plan.changes.front().before_configured = "";
    plan.changes.front().after_runtime = "10240 60999";
    const json before = json::parse(report::plan_json(plan, 0))["changes"][0];
    CHECK(before["before"]["runtime"] == json{"32768", "60999"});
    CHECK(before["before"]["configured"] == "");
    CHECK(before["after"]["runtime"] == json{"10240", "60999"});
}

TEST_CASE("a goal in JSON says whether it could be judged") {
    plan::Plan plan = sample::idle();
    plan.goals.resize(2);
    plan.goals.front().known = false;
    const json goals = json::parse(report::plan_json(plan, 0))["goals"];
    CHECK(goals[0]["known"] == false);
    CHECK(goals[1]["known"] == true);
}

TEST_CASE("the same plan gives the same bytes") {
    CHECK(report::plan_json(sample::churning(), 0) == report::plan_json(sample::churning(), 0));
}

TEST_CASE("hostile text and numbers that JSON has not are still valid JSON") {
    plan::Plan plan = sample::hostile();
    plan.host.hostname = "\xff\xfe bad";
    plan.destinations.front().before.share = std::numeric_limits<double>::infinity();
    const json parsed = json::parse(report::plan_json(plan, 0));
    CHECK(parsed["destinations"][0]["share"] == nullptr);
    CHECK(parsed["host"]["hostname"].get<std::string>().find("\ufffd") != std::string::npos);
}

TEST_CASE("an error in JSON carries its status and every diagnostic") {
    const Diagnostic diagnostic{.code = "TT101",
                                .severity = DiagnosticSeverity::error,
                                .location = {.file = "a.toml", .line = 3, .column = 4},
                                .message = "bad",
                                .hint = "mend",
                                .source_line = "x"};
    const json error =
        json::parse(report::error_json("a.toml", "cannot be used", {diagnostic, diagnostic}, 65));
    CHECK(error["kind"] == "error");
    CHECK(error["exit_code"] == 65);
    CHECK(error["diagnostics"].size() == 2);
    CHECK(error["diagnostics"][0]["location"] ==
          json{{"file", "a.toml"}, {"line", 3}, {"column", 4}});
}

TEST_CASE("an explanation in JSON is the whole tree") {
    const plan::Explanation root{"key", "", "", {{"line", "yes", "1 > 0", {}}}};
    const json parsed = json::parse(report::explanation_json("key", true, root, 0));
    CHECK(parsed["why_not"] == true);
    CHECK(parsed["explanation"]["children"][0]["value"] == "1 > 0");
}

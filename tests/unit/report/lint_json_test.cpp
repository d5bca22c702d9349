// SPDX-License-Identifier: Apache-2.0
#include "sample_lint.hpp"

#include <algorithm>
#include <string>

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

using namespace tcptune;
using nlohmann::json;

namespace {

bool is_ascii(const std::string& text) {
    return std::ranges::all_of(text, [](char c) { return c == '\n' || (c >= ' ' && c <= '~'); });
}

json result_of(const report::LintOutcome& outcome, std::size_t index = 0) {
    return json::parse(report::lint_sarif(outcome))["runs"][0]["results"][index];
}

std::string fingerprint(const report::LintOutcome& outcome, std::size_t index = 0) {
    return result_of(outcome, index)["partialFingerprints"]["tcptuneLine/v1"];
}

}  // namespace

TEST_CASE("the JSON names files, findings, what was not read, and counts") {
    const json report = json::parse(report::lint_json(sample::lint_outcome()));
    CHECK(report["kind"] == "lint_report");
    CHECK(report["target_kernel"] == "6.1");
    CHECK(report["exit_code"] == 66);
    CHECK(report["files"][1] == json({{"file", "roles/web/99 sysctl.conf"},
                                      {"kind", "template"},
                                      {"lines", 9},
                                      {"assignments", 1},
                                      {"not_judged", 2}}));
    CHECK(report["not_read"] ==
          json::parse(R"([{"file": "gone.conf", "reason": "No such file or directory"}])"));
    const json& finding = report["findings"][0];
    CHECK(finding["file"] == "etc/sysctl.conf");
    CHECK(finding["line"] == 3);
    CHECK(finding["column"] == 1);
    CHECK(finding["key"] == "net.ipv4.tcp_tw_recycle");
    CHECK(finding["category"] == "removed-key");
    CHECK(finding["severity"] == "error");
    CHECK(finding["rule_id"] == "lint/removed-key");
    CHECK(finding["mend"] == "Take the line out.");
    CHECK(finding["fixable"] == true);
    CHECK(report["findings"][1]["fixable"] == false);
    const json& summary = report["summary"];
    CHECK(summary["errors"] == 1);
    CHECK(summary["warnings"] == 1);
    CHECK(summary["infos"] == 0);
    CHECK(summary["files"] == 4);
    CHECK(summary["fixable"] == 1);
    CHECK(summary["by_category"].size() == 11);
    CHECK(summary["by_category"]["myth"] == 1);
    CHECK(summary["by_category"]["duplicate"] == 0);
}

TEST_CASE("the JSON forms are ASCII and JSON whatever the files hold") {
    for (const std::string& text : {report::lint_json(sample::hostile_outcome()),
                                    report::lint_sarif(sample::hostile_outcome())}) {
        CHECK(is_ascii(text));
        CHECK(json::accept(text));
    }
}

TEST_CASE("SARIF says which rule found what where, as code scanning reads it") {
    const json log = json::parse(report::lint_sarif(sample::lint_outcome()));
    CHECK(log["version"] == "2.1.0");
    const json& run = log["runs"][0];
    CHECK(run["columnKind"] == "unicodeCodePoints");
    CHECK(run["tool"]["driver"]["name"] == "tcptune");
    CHECK(run["invocations"][0]["executionSuccessful"] == false);
    CHECK(run["invocations"][0]["exitCode"] == 66);
    CHECK(run["artifacts"].size() == 4);
    const json& rules = run["tool"]["driver"]["rules"];
    REQUIRE(rules.size() == 2);
    CHECK(rules[0]["id"] == "lint/removed-key");
    CHECK(rules[0]["shortDescription"]["text"] == "The kernel no longer has this key.");
    CHECK(rules[1]["shortDescription"]["text"] == "It does not shorten TIME_WAIT.");
    CHECK(rules[1]["fullDescription"]["text"] == "TIME_WAIT always lasts 60 s.");
    CHECK(rules[1]["defaultConfiguration"]["level"] == "warning");

    const json& result = run["results"][1];
    CHECK(result["ruleId"] == "net.ipv4.tcp_fin_timeout/time-wait");
    CHECK(result["ruleIndex"] == 1);
    CHECK(result["level"] == "warning");
    CHECK(result["message"]["text"] ==
          "It does not shorten TIME_WAIT. TIME_WAIT always lasts 60 s. Say in the comment what it "
          "does.");
    const json& place = result["locations"][0]["physicalLocation"];
    CHECK(place["artifactLocation"]["uri"] == "roles/web/99%20sysctl.conf");
    CHECK(place["artifactLocation"]["uriBaseId"] == "%SRCROOT%");
    CHECK(place["region"] == json({{"startLine", 1}, {"startColumn", 4}}));
    CHECK(result.contains("fixes") == false);
}

TEST_CASE("SARIF has the mend of a line, and a note for a remark") {
    report::LintOutcome outcome = sample::lint_outcome();
    outcome.report.findings[0].severity = lint::Severity::info;
    const json result = result_of(outcome);
    CHECK(result["level"] == "note");
    const json& change = result["fixes"][0]["artifactChanges"][0];
    CHECK(change["artifactLocation"]["uri"] == "etc/sysctl.conf");
    CHECK(change["replacements"][0]["deletedRegion"] ==
          json({{"startLine", 3}, {"startColumn", 1}, {"endColumn", 28}}));
    CHECK(change["replacements"][0]["insertedContent"]["text"] ==
          "# tcptune lint (lint/removed-key): net.ipv4.tcp_tw_recycle = 1");
}

TEST_CASE("a finding of a whole file stands at its first line in SARIF") {
    report::LintOutcome outcome = sample::lint_outcome();
    outcome.report.findings[0].line = 0;
    outcome.report.findings[0].column = 0;
    CHECK(result_of(outcome)["locations"][0]["physicalLocation"]["region"] ==
          json({{"startLine", 1}}));
}

TEST_CASE("absolute paths and hostile bytes are URIs") {
    report::LintOutcome outcome = sample::lint_outcome();
    outcome.report.findings[0].file = "/etc/\xC3\xA4:%\n.conf";
    const json location =
        result_of(outcome)["locations"][0]["physicalLocation"]["artifactLocation"];
    CHECK(location == json({{"uri", "file:///etc/%C3%A4%3A%25%0A.conf"}}));
}

TEST_CASE("a fingerprint stays when lines move and differs where findings differ") {
    report::LintOutcome outcome = sample::lint_outcome();
    const std::string before = fingerprint(outcome);
    CHECK(before.size() == 64);
    outcome.report.findings[0].line = 300;
    CHECK(fingerprint(outcome) == before);
    CHECK(fingerprint(outcome, 1) != before);
    outcome.report.findings[1] = outcome.report.findings[0];
    outcome.source_lines[1] = outcome.source_lines[0];
    CHECK(fingerprint(outcome, 0) == before);
    CHECK(fingerprint(outcome, 1) != before);
    outcome.source_lines[0] = "net.ipv4.tcp_tw_recycle = 2";
    CHECK(fingerprint(outcome) != before);
}

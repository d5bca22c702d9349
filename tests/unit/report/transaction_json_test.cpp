// SPDX-License-Identifier: Apache-2.0
#include "transaction_samples.hpp"

#include <algorithm>

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

using namespace tcptune;
using nlohmann::json;

namespace {

bool is_plain_ascii(const std::string& text) {
    return std::ranges::all_of(text, [](char c) { return c == '\n' || (c >= ' ' && c <= '~'); });
}

}  // namespace

TEST_CASE("an apply in JSON has the number, the word and the sentence of its end") {
    const json apply = json::parse(report::apply_json(sample::apply_report()));
    CHECK(apply["kind"] == "apply");
    CHECK(apply["format_version"] == "1.0");
    CHECK(apply["id"] == sample::id);
    CHECK(apply["mode"] == "bound");
    CHECK(apply["state"] == "committed");
    CHECK(apply["reason"] == "asked");
    CHECK(apply["changed"] == true);
    CHECK(apply["persist"] == true);
    CHECK(apply["exit_code"] == 0);
    CHECK(apply["status"] == "done");
    CHECK(apply["summary"] == "applied and kept");
    CHECK(apply["armed"] == nullptr);
    CHECK(apply["error"] == nullptr);
    CHECK(apply["changes"][1]["after"] == json{"1024", "65535"});
    CHECK(apply["items"][0] == json{{"key", "net.ipv4.tcp_tw_reuse"},
                                    {"status", "kept"},
                                    {"before", "2"},
                                    {"after", "1"},
                                    {"detail", ""}});
}

TEST_CASE("changed is true, false or not known, and never a guess") {
    report::ApplyReport report = sample::apply_report();
    const auto changed = [&] { return json::parse(report::apply_json(report))["changed"]; };
    report.ended->state = txn::State::rolled_back;
    CHECK(changed() == false);
    report.ended->state = txn::State::rollback_incomplete;
    CHECK(changed() == nullptr);
    report.ended.reset();
    CHECK(changed() == nullptr);  // bound and not ended: it goes with us
    report.armed = report::Armed{sample::id, 60, sample::noon};
    CHECK(changed() == true);
    for (txn::Outcome& outcome : report.begun->outcomes)
        outcome.status = txn::OutcomeStatus::unchanged;
    CHECK(changed() == false);
    report.begun.reset();
    report.armed.reset();
    CHECK(changed() == false);
    report.ending.exit_code = 11;
    CHECK(changed() == nullptr);
}

TEST_CASE("what is armed has its deadline and both commands in JSON") {
    report::ApplyReport report = sample::apply_report();
    report.ended.reset();
    report.bound = false;
    report.armed = report::Armed{sample::id, 60, sample::noon};
    const json apply = json::parse(report::apply_json(report));
    CHECK(apply["mode"] == "id");
    CHECK(apply["armed"] == json{{"id", sample::id},
                                 {"seconds_left", 60},
                                 {"until", "2026-11-21T12:00:00Z"},
                                 {"confirm", "tcptune confirm 3f2a91c0"},
                                 {"rollback", "tcptune rollback 3f2a91c0"},
                                 {"otherwise", "rolled_back"}});
}

TEST_CASE("a checkpoint in JSON names what it could not put back") {
    const json checkpoint = json::parse(report::checkpoint_json(sample::checkpoint_report()));
    CHECK(checkpoint["kind"] == "checkpoint");
    CHECK(checkpoint["command"]["argv"] == json{"sysctl", "-p", "a file"});
    CHECK(checkpoint["command"]["exit_status"] == 3);
    CHECK(checkpoint["command"]["signal"] == nullptr);
    CHECK(checkpoint["sysctls"][0]["remains"] == false);
    CHECK(checkpoint["sysctls"][1] == json{{"key", "net.ipv4.ip_forward"},
                                           {"before", "0"},
                                           {"after", "1"},
                                           {"covered", false},
                                           {"remains", true}});
    CHECK(checkpoint["files"][0]["sha256_before"] == nullptr);
    CHECK(checkpoint["changed"] == false);
    CHECK(checkpoint["exit_code"] == 12);
    CHECK_FALSE(checkpoint.contains("objections"));
}

TEST_CASE("a check in JSON tells an exit status from a signal") {
    report::ApplyReport report = sample::apply_report();
    report::CheckResult check;
    check.command = "false";
    check.verdict = report::CheckVerdict::failed;
    check.number = 1;
    check.output = "\xff\x1b[0m";
    report.checks = {check};
    check.verdict = report::CheckVerdict::killed;
    check.number = 9;
    report.checks.push_back(check);
    check.verdict = report::CheckVerdict::passed;
    check.number = 0;
    report.checks.push_back(check);
    const std::string text = report::apply_json(report);
    CHECK(is_plain_ascii(text));
    const json checks = json::parse(text)["checks"];
    CHECK(checks[0]["exit_status"] == 1);
    CHECK(checks[0]["signal"] == nullptr);
    CHECK(checks[1]["exit_status"] == nullptr);
    CHECK(checks[1]["signal"] == 9);
    CHECK(checks[2]["exit_status"] == 0);
}

TEST_CASE("events are one line of ASCII each, with the event and the time first") {
    report::ApplyReport report = sample::apply_report();
    report.label = "\xc3\xa4\x7f";
    report::CheckResult check;
    check.command = "two\nlines";
    const std::vector<std::string> lines{report::plan_event(0.1234, report),
                                         report::result_event("applied", 1, sample::applied()),
                                         report::check_event(2, check),
                                         report::watch_event(3, {}),
                                         report::armed_event(4, {sample::id, 60, sample::noon}),
                                         report::command_event(5, sample::checkpoint_report()),
                                         report::final_event(6, "apply", report)};
    for (const std::string& line : lines) {
        CAPTURE(line);
        CHECK(std::ranges::count(line, '\n') == 1);
        CHECK(line.ends_with("}\n"));
        CHECK(is_plain_ascii(line));
        CHECK(line.starts_with("{\"event\":\""));
        CHECK(json::parse(line)["time"].is_number());
    }
    CHECK(json::parse(lines[0])["time"] == 0.123);
    CHECK(json::parse(lines[1])["state"] == "applied");
    const json last = json::parse(lines.back());
    CHECK(last["event"] == "result");
    CHECK(last["kind"] == "apply");
    CHECK(last["exit_code"] == 0);
    CHECK(last["status"] == "done");
}

TEST_CASE("confirm, show, history and status have documents of their own") {
    const report::Ending done{0, "done", "confirmed and kept"};
    const json confirmed = json::parse(report::result_json("confirm", sample::committed(), done));
    CHECK(confirmed["kind"] == "transaction");
    CHECK(confirmed["operation"] == "confirm");
    CHECK(confirmed["transaction"]["state"] == "committed");
    CHECK(confirmed["summary"] == "confirmed and kept");
    const json shown = json::parse(report::transaction_json(sample::armed(), done));
    CHECK(shown["operation"] == "show");
    CHECK(shown["transaction"]["started_at"] == "2026-11-21T12:00:00Z");
    CHECK(shown["transaction"]["armed"] == true);
    CHECK(shown["transaction"]["items"].size() == 2);
    const std::vector<txn::TransactionInfo> all{sample::armed()};
    const json list = json::parse(report::transactions_json(all, done));
    CHECK(list["kind"] == "transactions");
    CHECK(list["transactions"][0]["id"] == sample::id);
    report::HelperStatus status;
    status.problem = "no bus";
    const json unreachable = json::parse(report::status_json(status, {69, "unavailable", "x"}));
    CHECK(unreachable["kind"] == "status");
    CHECK(unreachable["helper"]["reachable"] == false);
    CHECK(unreachable["armed"] == nullptr);
    CHECK(unreachable["exit_code"] == 69);
}

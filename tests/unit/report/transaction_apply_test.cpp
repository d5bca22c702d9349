// SPDX-License-Identifier: Apache-2.0
#include "transaction_samples.hpp"

#include <doctest/doctest.h>

using namespace tcptune;
using report::CheckResult;
using report::CheckVerdict;

namespace {

bool has(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

std::string ending(const report::ApplyReport& report) {
    return report::text_ending(report, sample::moment, sample::noon, {});
}

CheckResult failed_check() {
    CheckResult check;
    check.command = "curl -f http://localhost/";
    check.verdict = CheckVerdict::failed;
    check.number = 22;
    check.seconds = 1.25;
    check.limit_s = 30;
    return check;
}

}  // namespace

TEST_CASE("changes are listed in the order in which they are written") {
    CHECK(report::text_asked(sample::apply_report().asked, {}) ==
          "  1.  net.ipv4.tcp_tw_reuse: 2 -> 1\n"
          "  2.  net.ipv4.ip_local_port_range: 32768 60999 -> 1024 65535\n");
}

TEST_CASE("what was begun says who wrote it and what happens when we die") {
    report::ApplyReport report = sample::apply_report();
    std::string text =
        report::text_begun(report, sample::moment, sample::noon + 60, sample::noon, {});
    CHECK(has(text, "Transaction 3f2a91c0, written by the helper tcptuned 0.1.0:\n"));
    CHECK(has(text, "applied      net.ipv4.tcp_tw_reuse: 2 -> 1\n"));
    CHECK(has(text, "at 12:01:00 at the latest, and at once when this program ends"));
    report.bound = false;
    text = report::text_begun(report, sample::moment, sample::noon + 60, sample::noon, {});
    CHECK(has(text, "Undone at 12:01:00 unless it is confirmed."));
}

TEST_CASE("a checkpoint that waits for its command has a deadline that moves on") {
    report::ApplyReport report = sample::checkpoint_report();
    report.bound = false;
    const std::string text =
        report::text_begun(report, sample::moment, sample::noon + 60, sample::noon, {});
    CHECK(has(text, "If this program dies it is undone at 12:01:00; while"));
}

TEST_CASE("a check says how it ended") {
    CheckResult check = failed_check();
    CHECK(report::check_words(check) == "failed with exit status 22");
    CHECK(has(report::text_check(check, {}), "http://localhost/: failed with exit status 22 (1.2"));
    check.verdict = CheckVerdict::timed_out;
    CHECK(report::check_words(check) == "did not end within 30 s");
    check.verdict = CheckVerdict::killed;
    check.number = 11;
    CHECK(report::check_words(check) == "ended by signal 11");
}

TEST_CASE("only the output of a check that did not pass is shown, its last lines, escaped") {
    CheckResult check = failed_check();
    for (int i = 0; i < 100; ++i)
        check.output += "line " + std::to_string(i) + "\n";
    check.output += "\x1b]0;evil\x07 end\n";
    const std::string text = report::text_check(check, {});
    CHECK_FALSE(has(text, "line 80\n"));
    CHECK(has(text, "      line 99\n"));
    CHECK(has(text, "the last lines"));
    CHECK(has(text, "\\x1b]0;evil\\x07 end\n"));
    CHECK_FALSE(has(text, "\x1b"));
    check.verdict = CheckVerdict::passed;
    CHECK_FALSE(has(report::text_check(check, {}), "line 99"));
}

TEST_CASE("an objection names the file, the line, both values and the mend") {
    report::Objection objection;
    objection.kind = "boot_conflict";
    objection.object = "net.ipv4.tcp_tw_reuse";
    objection.text = "sets 0: wins at the next boot";
    objection.expected = "1";
    objection.found = "0";
    objection.file = "/etc/sysctl.conf";
    objection.line = 12;
    objection.mend = "delete line 12 of /etc/sysctl.conf, then run tcptune apply again";
    const std::vector<report::Objection> all{objection};
    CHECK(report::text_objections(all, {}) ==
          "What would win at the next boot\n"
          "  /etc/sysctl.conf:12: net.ipv4.tcp_tw_reuse\n"
          "    sets 0: wins at the next boot\n"
          "    expected 1, found 0\n"
          "    delete line 12 of /etc/sysctl.conf, then run tcptune apply again\n");
}

TEST_CASE("what is kept ends with the command that undoes it") {
    CHECK(ending(sample::apply_report()) ==
          "Applied and kept.\n"
          "Undo it: tcptune rollback 3f2a91c0\n");
}

TEST_CASE("what is still armed ends with both commands") {
    report::ApplyReport report = sample::apply_report();
    report.ended.reset();
    report.armed = report::Armed{sample::id, 120, sample::noon + 120};
    report.ending = {0, "done", "in force until the deadline; rolled back then unless confirmed"};
    const std::string text = ending(report);
    CHECK(has(text, "In force until the deadline"));
    CHECK(has(text, "12:02:00 (in 120 s)"));
    CHECK(has(text, "Keep it: tcptune confirm 3f2a91c0\n"));
    CHECK(has(text, "Undo it: tcptune rollback 3f2a91c0\n"));
}

TEST_CASE("what could not be restored is listed at the end, and what was is not") {
    report::ApplyReport report = sample::apply_report();
    report.ended->state = txn::State::rolled_back_with_conflicts;
    report.ended->outcomes = {
        sample::outcome("net.ipv4.a", txn::OutcomeStatus::restored, "1", "2"),
        sample::outcome("net.ipv4.b", txn::OutcomeStatus::conflict, "2", "7")};
    report.ending = {16, "conflict",
                     "rolled back, but somebody else's later change was left alone"};
    const std::string text = ending(report);
    CHECK(has(text, "conflict     net.ipv4.b: is 7, was 2 before\n"));
    CHECK_FALSE(has(text, "net.ipv4.a"));
    CHECK_FALSE(has(text, "Undo it"));
}

TEST_CASE("an apply that failed on the way shows every item") {
    report::ApplyReport report = sample::apply_report();
    report.ended.reset();
    report.begun->state = txn::State::rolled_back;
    report.begun->reason = txn::Reason::write_failed;
    report.begun->outcomes = {
        sample::outcome("net.ipv4.a", txn::OutcomeStatus::restored, "1", "2"),
        sample::outcome("net.ipv4.b", txn::OutcomeStatus::failed, "2", "2", "Invalid argument")};
    const std::string text = ending(report);
    CHECK(has(text, "restored     net.ipv4.a: 1 -> 2\n"));
    CHECK(has(text, "Invalid argument"));
}

TEST_CASE("a wrapped command shows what it changed and what a revert does not reach") {
    const report::ApplyReport report = sample::checkpoint_report();
    const std::string text = report::text_command(report, {});
    CHECK(has(text, "sysctl -p 'a file': failed with exit status 3\n"));
    CHECK(has(text, "  net.ipv4.tcp_tw_reuse: 2 -> 0\n"));
    CHECK(has(text, "  net.ipv4.ip_forward: 0 -> 1\n    outside the catalog"));
    CHECK(has(text, "  new      /etc/sysctl.d/50-new.conf\n"));
    CHECK(has(text, "sha256 none -> bbbbbbbbbbbb\n"));
    CHECK(ending(report) ==
          "Not reverted: net.ipv4.ip_forward is not 0 as before.\n"
          "Not reverted: the file /etc/sysctl.d/50-new.conf (new).\n"
          "The command failed; what it did to the catalog's sysctls is undone.\n");
}

TEST_CASE("a command that changed nothing is said to have changed nothing") {
    report::ApplyReport report = sample::checkpoint_report();
    report.keys.clear();
    report.files.clear();
    CHECK(
        has(report::text_command(report, {}), "No sysctl of this namespace and no configuration"));
}

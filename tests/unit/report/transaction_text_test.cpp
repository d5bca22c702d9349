// SPDX-License-Identifier: Apache-2.0
#include "transaction_samples.hpp"

#include <algorithm>
#include <limits>

#include <doctest/doctest.h>

using namespace tcptune;
using txn::OutcomeStatus;
using txn::Reason;
using txn::State;

namespace {

bool has(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

std::size_t widest(const std::string& text) {
    std::size_t most = 0;
    std::size_t start = 0;
    while (start < text.size()) {
        const std::size_t end = std::min(text.find('\n', start), text.size());
        most = std::max(most, end - start);
        start = end + 1;
    }
    return most;
}

}  // namespace

TEST_CASE("a moment is written as RFC 3339 has it") {
    CHECK(report::utc_text(0) == "1970-01-01T00:00:00Z");
    CHECK(report::utc_text(sample::noon) == "2026-11-21T12:00:00Z");
    CHECK(report::utc_text(951782399) == "2000-02-28T23:59:59Z");
    CHECK(report::utc_text(951782400) == "2000-02-29T00:00:00Z");
    CHECK(report::utc_text(-1).empty());
    CHECK(report::utc_text(std::numeric_limits<std::int64_t>::max()).empty());
}

TEST_CASE("every way to end has words of its own that say why") {
    CHECK(report::state_words(State::rolled_back, Reason::deadline) ==
          "rolled back: not confirmed in time");
    CHECK(report::state_words(State::rolled_back, Reason::asked) == "rolled back: as asked");
    CHECK(report::state_words(State::applied, Reason::asked) ==
          "armed: undone unless it is confirmed");
    CHECK(report::state_words(State::committed, Reason::asked) == "committed");
    CHECK(report::state_words(State::ended_by_reboot, Reason::reboot) ==
          "not confirmed before the reboot, which undid it");
    CHECK(has(report::state_words(State::rollback_incomplete, Reason::client_gone),
              "not wholly rolled back: the connection"));
}

TEST_CASE("each item shows what became of it") {
    const std::vector<txn::Outcome> outcomes{
        sample::outcome("net.ipv4.a", OutcomeStatus::applied, "2", "1"),
        sample::outcome("net.ipv4.b", OutcomeStatus::unchanged, "5", "5"),
        sample::outcome("net.ipv4.c", OutcomeStatus::restored, "9", "7"),
        sample::outcome("net.ipv4.d", OutcomeStatus::conflict, "7", "9", "somebody else set it"),
        sample::outcome("net.ipv4.e", OutcomeStatus::failed, "7", "7", "Invalid argument"),
        sample::outcome("net.ipv4.f", OutcomeStatus::not_tried, "1", ""),
        sample::outcome("net.ipv4.g", OutcomeStatus::applied, "", "22 80"),
        sample::outcome("/etc/sysctl.d/90-tcptune.conf", OutcomeStatus::kept, "", "")};
    CHECK(report::text_outcomes(outcomes, {}) ==
          "  applied      net.ipv4.a: 2 -> 1\n"
          "  unchanged    net.ipv4.b: 5\n"
          "  restored     net.ipv4.c: 9 -> 7\n"
          "  conflict     net.ipv4.d: is 9, was 7 before\n"
          "               somebody else set it\n"
          "  failed       net.ipv4.e: is 7\n"
          "               Invalid argument\n"
          "  not tried    net.ipv4.f\n"
          "  applied      net.ipv4.g: (empty) -> 22 80\n"
          "  kept         /etc/sysctl.d/90-tcptune.conf\n");
}

TEST_CASE("what is armed says until when, what happens then, and both commands") {
    const std::string text = report::text_armed(sample::id, 90, sample::moment, sample::noon, {});
    CHECK(has(text, "is undone at 12:01:30 (in 90 s) unless"));
    CHECK(has(text, "If nothing is done"));
    CHECK(has(text, "Keep it: tcptune confirm 3f2a91c0\n"));
    CHECK(has(text, "Undo it: tcptune rollback 3f2a91c0\n"));
}

TEST_CASE("a deadline of tomorrow has its date") {
    const std::int64_t late = sample::noon + 12 * 3600 - 30;
    const std::string text = report::text_armed(sample::id, 90, sample::moment, late, {});
    CHECK(has(text, "2026-11-22 00:01:00"));
}

TEST_CASE("a bound transaction cannot be kept by somebody else") {
    txn::TransactionInfo info = sample::armed();
    info.bound = true;
    const std::string text = report::text_transaction(info, sample::moment, sample::noon, {});
    CHECK_FALSE(has(text, "tcptune confirm"));
    CHECK(has(text, "as soon as the program that made it ends"));
    CHECK(has(text, "tcptune rollback 3f2a91c0"));
}

TEST_CASE("a transaction shows who, when, why and every item") {
    txn::TransactionInfo info = sample::armed();
    info.state = State::committed;
    info.outcomes = sample::committed().outcomes;
    const std::string text = report::text_transaction(info, sample::moment, sample::noon, {});
    CHECK(has(text, "Transaction " + sample::id + " (apply)\n"));
    CHECK(has(text, "2026-11-21 12:00:00 by uid 1000"));
    CHECK(has(text, "CHG-7: less churn"));
    CHECK(has(text, "kept by the drop-in"));
    CHECK(has(text, "kept         net.ipv4.tcp_tw_reuse: 2 -> 1\n"));
    CHECK(has(text, "Undo it: tcptune rollback 3f2a91c0\n"));
    CHECK_FALSE(has(text, "Armed"));
}

TEST_CASE("the history is one line per transaction") {
    txn::TransactionInfo old = sample::armed();
    old.state = State::rolled_back_with_conflicts;
    old.id = "00112233445566778899aabbccddeeff";
    const std::vector<txn::TransactionInfo> both{sample::armed(), old};
    CHECK(report::text_history(both, sample::moment, {}) ==
          "id        started              kind        state            label\n"
          "3f2a91c0  2026-11-21 12:00:00  apply       armed            CHG-7: less churn\n"
          "00112233  2026-11-21 12:00:00  apply       with conflicts   CHG-7: less churn\n");
    CHECK(report::text_history({}, sample::moment, {}) == "No transaction is known.\n");
}

TEST_CASE("the status says whether somebody must look") {
    report::HelperStatus status;
    status.problem = "there is no system bus";
    CHECK(report::text_status(status, sample::moment, sample::noon, {}) ==
          "No helper: there is no system bus\n");
    status.helper = "the helper tcptuned 0.1.0";
    CHECK(has(report::text_status(status, sample::moment, sample::noon, {}), "Nothing is armed."));
    status.last = sample::armed();
    status.last->state = State::rolled_back;
    status.last->reason = Reason::deadline;
    std::string text = report::text_status(status, sample::moment, sample::noon, {});
    CHECK(has(text, "rolled back: not confirmed in time"));
    CHECK(has(text, "Next: tcptune show 3f2a91c0"));
    status.armed = sample::armed();
    status.recovery_required = true;
    text = report::text_status(status, sample::moment, sample::noon, {});
    CHECK(has(text, "a person must look"));
    CHECK(has(text, "(in 90 s)"));
    CHECK(has(text, "by uid 1000, CHG-7: less churn"));
}

TEST_CASE("what others wrote cannot steer the terminal") {
    txn::TransactionInfo info = sample::armed();
    info.label = "\x1b[2Jgone\nnew line \xe2\x80\xae";
    info.outcomes = {sample::outcome("net.\x1b]0;x\x07", OutcomeStatus::failed, "\x1b[1m", "\r7",
                                     "reason\x1b[0m\nfaked line")};
    const std::vector<txn::TransactionInfo> list{info};
    report::HelperStatus status;
    status.helper = "the helper \x1b[7m";
    status.armed = info;
    for (const std::string& text :
         {report::text_transaction(info, sample::moment, sample::noon, {}),
          report::text_history(list, sample::moment, {}),
          report::text_status(status, sample::moment, sample::noon, {})}) {
        CAPTURE(text);
        CHECK_FALSE(has(text, "\x1b"));
        CHECK_FALSE(has(text, "\r"));
        CHECK_FALSE(has(text, "\nfaked"));
        CHECK_FALSE(has(text, "\nnew line"));
        CHECK_FALSE(has(text, "\xe2\x80\xae"));
    }
}

TEST_CASE("no line is wider than the screen, however long a value is") {
    txn::TransactionInfo info = sample::armed();
    info.outcomes.push_back(sample::outcome("net.ipv4.ip_local_reserved_ports",
                                            OutcomeStatus::applied, "", std::string(4096, '1')));
    for (const std::size_t width : {40UL, 80UL}) {
        const report::TextStyle style{.width = width};
        CHECK(widest(report::text_transaction(info, sample::moment, sample::noon, style)) <= width);
        CHECK(widest(report::text_history(std::vector{info}, sample::moment, style)) <= width);
    }
}

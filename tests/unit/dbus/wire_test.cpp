// SPDX-License-Identifier: Apache-2.0
#include <tcptune/dbus/wire.hpp>

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include <doctest/doctest.h>

using namespace tcptune;
using txn::Fault;

namespace {

using Changes = std::vector<dbus::WireChange>;

dbus::WireChange change(const std::string& key) {
    return {key, "1", "2"};
}

Changes changes(std::size_t count) {
    Changes all;
    for (std::size_t i = 0; i < count; ++i)
        all.push_back(change("net.core.key" + std::to_string(i)));
    return all;
}

std::optional<Fault> refusal_of(const std::function<void()>& call) {
    try {
        call();
    } catch (const txn::Refused& refused) {
        return refused.fault();
    }
    return std::nullopt;
}

std::optional<Fault> apply_refusal(Changes list, std::uint32_t flags = 0, std::string label = "") {
    return refusal_of([&] {
        (void)dbus::apply_request(std::move(list), 60, "cookie:1", flags, std::move(label), "");
    });
}

}  // namespace

TEST_CASE("a request arrives as it was sent") {
    const std::vector<txn::Change> sent{
        {.key = "net.core.somaxconn", .expected = "4096", .desired = "5001"},
        {.key = "net.ipv4.tcp_rmem", .expected = "4096 131072 6291456", .desired = "4096 1 2"}};
    const txn::ApplyRequest request =
        dbus::apply_request(dbus::to_wire(sent), 90, "cookie:77", dbus::flags_of(true, false),
                            "CHG-1: less churn", std::string(64, 'a'));
    CHECK(request == txn::ApplyRequest{.changes = sent,
                                       .timeout_s = 90,
                                       .netns = "cookie:77",
                                       .persist = true,
                                       .bound = false,
                                       .label = "CHG-1: less churn",
                                       .plan_digest = std::string(64, 'a')});
    CHECK(dbus::apply_request(dbus::to_wire(sent), 90, "", dbus::flags_of(false, true), "", "")
              .bound);
    const txn::CheckpointRequest point = dbus::checkpoint_request(30, "inode:4:5", 2, "L");
    CHECK(point == txn::CheckpointRequest{
                       .timeout_s = 30, .netns = "inode:4:5", .bound = true, .label = "L"});
}

TEST_CASE("1 to 64 changes are taken") {
    CHECK(apply_refusal({}) == Fault::invalid_args);
    CHECK_FALSE(apply_refusal(changes(1)));
    CHECK_FALSE(apply_refusal(changes(64)));
    CHECK(apply_refusal(changes(65)) == Fault::invalid_args);
}

TEST_CASE("a call of more than 128 KiB is refused whichever argument is large") {
    const std::string most(128 * 1024 - 64, 'x');
    const std::string more(128 * 1024 + 1, 'x');
    CHECK_FALSE(apply_refusal({{"k", most, "1"}}));
    CHECK(apply_refusal({{"k", "1", more}}) == Fault::invalid_args);
    CHECK(apply_refusal({{more, "1", "1"}}) == Fault::invalid_args);
    CHECK(apply_refusal(changes(1), 0, more) == Fault::invalid_args);
    CHECK(apply_refusal({{"a", most, "1"}, {"b", most, "1"}}) == Fault::invalid_args);
    CHECK(refusal_of([&] { (void)dbus::checkpoint_request(60, "n", 0, more); }) ==
          Fault::invalid_args);
}

TEST_CASE("a flag that is not known is refused, never ignored") {
    for (std::uint32_t bit = 0; bit < 32; ++bit) {
        const std::uint32_t flag = 1U << bit;
        CAPTURE(flag);
        const auto apply = bit < 2 ? std::nullopt : std::optional(Fault::unsupported);
        CHECK(apply_refusal(changes(1), flag) == apply);
        const auto point = bit == 1 ? std::nullopt : std::optional(Fault::unsupported);
        CHECK(refusal_of([&] { (void)dbus::checkpoint_request(60, "n", flag, ""); }) == point);
        const auto force = bit == 0 ? std::nullopt : std::optional(Fault::unsupported);
        CHECK(refusal_of([&] { (void)dbus::rollback_force(flag); }) == force);
    }
    CHECK(dbus::rollback_force(1));
    CHECK_FALSE(dbus::rollback_force(0));
}

TEST_CASE("what is no id is refused before anything looks for it") {
    CHECK_FALSE(refusal_of([] { dbus::check_id("0123456789abcdef0123456789abcdef"); }));
    for (const char* bad :
         {"", "0123", "0123456789ABCDEF0123456789ABCDEF", "0123456789abcdef0123456789abcde/",
          "../../../../../../../../etc/passw"})
        CHECK(refusal_of([bad] { dbus::check_id(bad); }) == Fault::invalid_args);
}

TEST_CASE("a result arrives as it was sent, with each state, reason and status") {
    for (int i = 0; i <= static_cast<int>(txn::State::ended_by_reboot); ++i) {
        txn::Result sent{.id = "id", .state = static_cast<txn::State>(i), .outcomes = {}};
        sent.reason = static_cast<txn::Reason>(i % 9);
        sent.outcomes.push_back({.key = "net.core.somaxconn",
                                 .status = static_cast<txn::OutcomeStatus>(i % 9),
                                 .before = "4096",
                                 .after = "5001",
                                 .detail = "why"});
        CHECK(dbus::result_from("id", to_string(sent.state), to_string(sent.reason),
                                dbus::to_wire(sent.outcomes)) == sent);
    }
}

TEST_CASE("all that is known of a transaction arrives as it was sent") {
    const txn::TransactionInfo sent{.id = "i",
                                    .kind = txn::Kind::checkpoint,
                                    .state = txn::State::rolled_back,
                                    .reason = txn::Reason::deadline,
                                    .uid = 61002,
                                    .started_unix_s = 1'795'293'795,
                                    .seconds_left = 7,
                                    .persist = true,
                                    .bound = true,
                                    .label = "L",
                                    .plan_digest = "d",
                                    .outcomes = {{.key = "k",
                                                  .status = txn::OutcomeStatus::restored,
                                                  .before = "1",
                                                  .after = "1",
                                                  .detail = ""}}};
    CHECK(dbus::info_from("i", dbus::to_wire(sent)) == sent);
    const auto list = dbus::list_from(dbus::to_wire(std::vector{sent}));
    REQUIRE(list.size() == 1);
    CHECK(list[0].id == "i");
    CHECK(list[0].kind == txn::Kind::checkpoint);
    CHECK(list[0].state == txn::State::rolled_back);
    CHECK(list[0].started_unix_s == 1'795'293'795);
    CHECK(list[0].label == "L");
    const std::vector<txn::VerifyRow> rows{
        {.key = "k", .recorded = "1", .current = "2", .verdict = "differs"}};
    CHECK(dbus::verify_from(dbus::to_wire(rows)) == rows);
}

TEST_CASE("a word that this version does not know is another interface, not a guess") {
    const auto refusal = [](const char* state, const char* reason, const char* status) {
        return refusal_of(
            [&] { (void)dbus::result_from("id", state, reason, {{"k", status, "", "", ""}}); });
    };
    CHECK_FALSE(refusal("applied", "asked", "applied"));
    CHECK(refusal("Applied", "asked", "applied") == Fault::helper_unavailable);
    CHECK(refusal("applied", "boredom", "applied") == Fault::helper_unavailable);
    CHECK(refusal("applied", "asked", "") == Fault::helper_unavailable);
}

// SPDX-License-Identifier: Apache-2.0
#include "unit/txn/service_host.hpp"

#include <doctest/doctest.h>

using namespace tcptune;
using namespace tcptune::txn_test;
using txn::Fault;
using txn::OutcomeStatus;
using txn::Reason;
using txn::State;

namespace {

const txn::Caller alice{1000, ":1.7"};
const txn::Caller bob{1001, ":1.8"};

Fault fault_of(const std::function<void()>& call) {
    try {
        call();
    } catch (const txn::Refused& refused) {
        return refused.fault();
    }
    FAIL("nothing was refused");
    return Fault::busy;
}

txn::ApplyRequest two_keys() {
    return request_of({{"net.ipv4.tcp_tw_reuse", "2", "1"},
                       {"net.ipv4.ip_local_port_range", "32768 60999", "10240 65535"}});
}

}  // namespace

TEST_CASE("A change is written, armed, and kept with its drop-in when it is confirmed") {
    Host host;
    txn::TransactionService service(host.ground());
    txn::ApplyRequest request = two_keys();
    request.persist = true;
    const txn::Result armed = service.apply(request, alice);
    CHECK(armed.state == State::applied);
    CHECK(host.sysctls.values["net.ipv4.tcp_tw_reuse"] == "1");
    CHECK(host.sysctls.values["net.ipv4.ip_local_port_range"] == "10240\t65535");
    CHECK_FALSE(std::filesystem::exists(host.drop_in()));
    CHECK(service.get(armed.id).seconds_left == 120);

    const txn::Result kept = service.confirm(armed.id, alice, false);
    CHECK(kept.state == State::committed);
    CHECK(kept.outcomes.size() == 3);
    const std::string text = text_of(host.drop_in());
    CHECK(text.find("\nnet.ipv4.tcp_tw_reuse = 1\nnet.ipv4.ip_local_port_range = 10240 65535\n") !=
          std::string::npos);
    CHECK_FALSE(std::filesystem::exists(host.journal()));
    CHECK(service.list().front().state == State::committed);
    for (const txn::VerifyRow& row : service.verify())
        CHECK(row.verdict == "same");
    // The answer got lost and is asked for again.
    CHECK(service.confirm(armed.id, alice, false).state == State::committed);
}

TEST_CASE("What is not confirmed is undone at the deadline and not before") {
    Host host;
    txn::TransactionService service(host.ground());
    const txn::Result armed = service.apply(two_keys(), alice);
    host.clock.now_ns += 119'999'000'000;
    service.check_deadline();
    CHECK(service.pending().has_value());
    host.clock.now_ns += 1'000'000;
    CHECK(fault_of([&] { (void)service.confirm(armed.id, alice, false); }) == Fault::expired);
    CHECK(host.sysctls.values["net.ipv4.tcp_tw_reuse"] == "2");
    CHECK(host.sysctls.values["net.ipv4.ip_local_port_range"] == "32768\t60999");
    CHECK(service.get(armed.id).state == State::rolled_back);
    CHECK(service.get(armed.id).reason == Reason::deadline);
}

TEST_CASE("The deadline can be moved, but not beyond an hour after the values were written") {
    Host host;
    txn::TransactionService service(host.ground());
    const txn::Result armed = service.apply(two_keys(), alice);
    host.clock.now_ns += 3000'000'000'000 / 100;
    CHECK(service.extend(armed.id, 3600, alice, false) == 3570);
    CHECK(fault_of([&] { (void)service.extend(armed.id, 60, bob, false); }) == Fault::not_owner);
    CHECK(fault_of([&] { (void)service.extend(armed.id, 9, alice, false); }) ==
          Fault::invalid_args);
}

TEST_CASE("A refused write takes back what was written, also a list that was half stored") {
    Host host;
    txn::TransactionService service(host.ground());
    host.sysctls.on_write = [&](const std::string& key, const std::string& text) {
        if (key == "net.ipv4.ip_local_port_range" && text.starts_with("10240"))
            host.sysctls.values[key] = "10240\t60999";
    };
    host.sysctls.write_errors["net.ipv4.ip_local_port_range"] = EINVAL;
    const auto before = host.sysctls.values;
    // The restoring write must work: only the value that we want is refused.
    const auto refuse_ours = host.sysctls.on_write;
    host.sysctls.on_write = [&, refuse_ours](const std::string& key, const std::string& text) {
        refuse_ours(key, text);
        if (text == "32768\t60999") host.sysctls.write_errors.clear();
    };
    const txn::Result result = service.apply(two_keys(), alice);
    CHECK(result.state == State::rolled_back);
    CHECK(result.reason == Reason::write_failed);
    CHECK(result.outcomes[1].status == OutcomeStatus::failed);
    CHECK(result.outcomes[1].detail == "Invalid argument");
    CHECK(host.sysctls.values == before);
    CHECK_FALSE(service.pending().has_value());
}

TEST_CASE("A value that somebody else set meanwhile is left alone unless it is forced") {
    Host host;
    txn::TransactionService service(host.ground());
    for (const bool force : {false, true}) {
        CAPTURE(force);
        const txn::Result armed = service.apply(two_keys(), alice);
        host.sysctls.values["net.ipv4.tcp_tw_reuse"] = "0";
        const txn::Result result = service.rollback(armed.id, force, alice, false);
        CHECK(result.state == (force ? State::rolled_back : State::rolled_back_with_conflicts));
        CHECK(host.sysctls.values["net.ipv4.tcp_tw_reuse"] == (force ? "2" : "0"));
        CHECK(host.sysctls.values["net.ipv4.ip_local_port_range"] == "32768\t60999");
        host.sysctls.values["net.ipv4.tcp_tw_reuse"] = "2";
    }
}

TEST_CASE("What a rollback left alone can be taken back by force afterwards") {
    Host host;
    txn::TransactionService service(host.ground());
    const std::string id = service.apply(two_keys(), alice).id;
    host.sysctls.values["net.ipv4.tcp_tw_reuse"] = "0";
    CHECK(service.rollback(id, false, alice, false).state == State::rolled_back_with_conflicts);
    CHECK(fault_of([&] { (void)service.rollback(id, false, alice, true); }) == Fault::expired);
    CHECK(service.rollback(id, true, alice, true).state == State::rolled_back);
    CHECK(host.sysctls.values["net.ipv4.tcp_tw_reuse"] == "2");
}

TEST_CASE("A value that was changed before the confirmation takes the whole transaction back") {
    Host host;
    txn::TransactionService service(host.ground());
    txn::ApplyRequest request = two_keys();
    request.persist = true;
    const txn::Result armed = service.apply(request, alice);
    host.sysctls.values["net.ipv4.tcp_tw_reuse"] = "0";
    const txn::Result result = service.confirm(armed.id, alice, false);
    CHECK(result.state == State::rolled_back_with_conflicts);
    CHECK(result.reason == Reason::drift);
    CHECK(host.sysctls.values["net.ipv4.ip_local_port_range"] == "32768\t60999");
    CHECK_FALSE(std::filesystem::exists(host.drop_in()));
}

TEST_CASE("Only the owner, or who is authorized, confirms and rolls back") {
    Host host;
    txn::TransactionService service(host.ground());
    const txn::Result armed = service.apply(two_keys(), alice);
    CHECK(fault_of([&] { (void)service.confirm(armed.id, bob, false); }) == Fault::not_owner);
    CHECK(fault_of([&] { (void)service.rollback(armed.id, false, bob, false); }) ==
          Fault::not_owner);
    CHECK(service.rollback(armed.id, false, bob, true).state == State::rolled_back);
}

TEST_CASE("Requests that are refused leave every value and every file as it was") {
    Host host;
    txn::TransactionService service(host.ground());
    const auto before = host.sysctls.values;
    const auto refused = [&](const txn::ApplyRequest& request) {
        return fault_of([&] { (void)service.apply(request, alice); });
    };
    const std::string reuse = "net.ipv4.tcp_tw_reuse";
    CHECK(refused(request_of({})) == Fault::invalid_args);
    CHECK(refused(request_of({{reuse, "2", "1"}, {reuse, "2", "0"}})) == Fault::invalid_args);
    for (const char* key : {"net.ipv4.../../kernel/core_pattern", "net/ipv4/tcp_tw_reuse", "",
                            "net..ipv4", "NET.ipv4.tcp_tw_reuse", "net.ipv4.tcp_tw_reuse\n",
                            "-net.ipv4.tcp_tw_reuse", "net.ipv4.*"})
        CHECK_MESSAGE(refused(request_of({{key, "2", "1"}})) == Fault::invalid_key, key);
    CHECK(refused(request_of({{"kernel.core_pattern", "core", "x"}})) == Fault::key_not_allowed);
    CHECK(refused(request_of({{"net.ipv4.ip_forward", "0", "1"}})) == Fault::key_not_allowed);
    for (const char* value : {"", "7", "010", "0x1", "+1", " 1", "1 ", "1\n", "1e0", "-1", "1 1",
                              "99999999999999999999"})
        CHECK_MESSAGE(refused(request_of({{reuse, "2", value}})) == Fault::invalid_value, value);
    for (const char* value : {"10240", "10240 65535 1", "10240,65535", "65535 10240", "0 65535",
                              "10240 65536", "10240\t65535"})
        CHECK_MESSAGE(
            refused(request_of({{"net.ipv4.ip_local_port_range", "32768 60999", value}})) ==
                Fault::invalid_value,
            value);
    CHECK(refused(request_of({{reuse, "0", "1"}})) == Fault::drift);
    txn::ApplyRequest elsewhere = two_keys();
    elsewhere.netns = "cookie:2";
    CHECK(refused(elsewhere) == Fault::wrong_namespace);
    for (const std::uint32_t timeout : {0U, 9U, 3601U, 0xffffffffU}) {
        txn::ApplyRequest request = two_keys();
        request.timeout_s = timeout;
        CHECK(refused(request) == Fault::invalid_args);
    }
    txn::ApplyRequest labelled = two_keys();
    labelled.label = "\x1b[31m";
    CHECK(refused(labelled) == Fault::invalid_args);
    host.sysctls.open_errors[reuse] = EROFS;
    CHECK(refused(two_keys()) == Fault::read_only);
    host.sysctls.open_errors.clear();
    host.sysctls.values.erase(reuse);
    CHECK(refused(two_keys()) == Fault::key_missing);
    host.sysctls.values = before;

    CHECK(host.sysctls.written.empty());
    CHECK(service.list().empty());
    CHECK_FALSE(std::filesystem::exists(host.journal()));
    CHECK_FALSE(service.pending().has_value());
    CHECK(service.apply(two_keys(), alice).state == State::applied);
    CHECK(refused(two_keys()) == Fault::busy);
}

TEST_CASE("A committed transaction is taken back with the bytes and mode of its drop-in") {
    Host host;
    txn::TransactionService service(host.ground());
    txn::ApplyRequest first = request_of({{"net.core.somaxconn", "4096", "8192"}});
    first.persist = true;
    const std::string first_id = service.apply(first, alice).id;
    REQUIRE(service.confirm(first_id, alice, false).state == State::committed);
    std::filesystem::permissions(host.drop_in(), std::filesystem::perms(0640));
    const std::string bytes = text_of(host.drop_in());

    txn::ApplyRequest second = two_keys();
    second.persist = true;
    const std::string second_id = service.apply(second, alice).id;
    REQUIRE(service.confirm(second_id, alice, false).state == State::committed);
    CHECK(text_of(host.drop_in()).find("somaxconn = 8192\n") != std::string::npos);
    CHECK(fault_of([&] { (void)service.rollback(second_id, false, alice, false); }) ==
          Fault::not_authorized);
    CHECK(service.rollback(second_id, false, alice, true).state == State::rolled_back);
    CHECK(text_of(host.drop_in()) == bytes);
    CHECK(std::filesystem::status(host.drop_in()).permissions() == std::filesystem::perms(0640));
    CHECK(host.sysctls.values["net.ipv4.tcp_tw_reuse"] == "2");

    CHECK(service.rollback(first_id, false, alice, true).state == State::rolled_back);
    CHECK_FALSE(std::filesystem::exists(host.drop_in()));
    CHECK(host.sysctls.values["net.core.somaxconn"] == "4096");
    CHECK(fault_of([&] { (void)service.rollback(first_id, false, alice, true); }) ==
          Fault::expired);
}

TEST_CASE("An older transaction is taken back out of a drop-in that later ones share") {
    Host host;
    txn::TransactionService service(host.ground());
    txn::ApplyRequest first = request_of({{"net.core.somaxconn", "4096", "8192"}});
    first.persist = true;
    const std::string first_id = service.apply(first, alice).id;
    (void)service.confirm(first_id, alice, false);
    txn::ApplyRequest second = two_keys();
    second.persist = true;
    (void)service.confirm(service.apply(second, alice).id, alice, false);
    CHECK(service.rollback(first_id, false, alice, true).state == State::rolled_back);
    const std::string text = text_of(host.drop_in());
    CHECK(text.find("somaxconn") == std::string::npos);
    CHECK(text.find("tcp_tw_reuse = 1\n") != std::string::npos);
    CHECK(service.verify().size() == 2);
}

TEST_CASE("A drop-in that somebody edited or replaced is never overwritten") {
    Host host;
    txn::TransactionService service(host.ground());
    txn::ApplyRequest request = two_keys();
    request.persist = true;
    const auto attempt = [&] { return fault_of([&] { (void)service.apply(request, alice); }); };
    const std::filesystem::path path = host.drop_in();
    std::ofstream(path) << "net.core.somaxconn = 1\n";
    CHECK(attempt() == Fault::drop_in_modified);
    CHECK(text_of(path) == "net.core.somaxconn = 1\n");
    std::filesystem::remove(path);
    std::filesystem::create_directory(path);
    CHECK(attempt() == Fault::drop_in_modified);
    std::filesystem::remove(path);
    std::ofstream(host.root / "elsewhere") << "";
    std::filesystem::create_symlink(host.root / "elsewhere", path);
    CHECK(attempt() == Fault::drop_in_modified);
    std::filesystem::remove(path);
    std::filesystem::create_hard_link(host.root / "elsewhere", path);
    CHECK(attempt() == Fault::drop_in_modified);
    std::filesystem::remove(path);
    CHECK(host.sysctls.written.empty());

    const std::string id = service.apply(request, alice).id;
    std::ofstream(path) << "# mine\n";
    CHECK(service.confirm(id, alice, false).state == State::rolled_back);
    CHECK(text_of(path) == "# mine\n");
    CHECK(host.sysctls.values["net.ipv4.tcp_tw_reuse"] == "2");
}

TEST_CASE("A checkpoint writes back whatever differs, and nothing else") {
    Host host;
    txn::TransactionService service(host.ground());
    txn::CheckpointRequest request;
    request.netns = "cookie:1";
    const std::string id = service.checkpoint(request, alice).id;
    host.sysctls.values["net.core.somaxconn"] = "1";
    host.sysctls.values["net.ipv4.ip_local_reserved_ports"] = "22,80";
    const txn::Result result = service.rollback(id, false, alice, false);
    CHECK(result.state == State::rolled_back);
    CHECK(result.outcomes.size() == 2);
    CHECK(host.sysctls.values["net.core.somaxconn"] == "4096");
    CHECK(host.sysctls.values["net.ipv4.ip_local_reserved_ports"].empty());
    CHECK(host.sysctls.written.size() == 2);
}

TEST_CASE("A checkpoint that was kept can be taken back, but for what was changed again") {
    Host host;
    txn::TransactionService service(host.ground());
    txn::CheckpointRequest request;
    request.netns = "cookie:1";
    const std::string id = service.checkpoint(request, alice).id;
    host.sysctls.values["net.core.somaxconn"] = "1";
    host.sysctls.values["net.ipv4.tcp_fin_timeout"] = "30";
    const txn::Result kept = service.confirm(id, alice, false);
    CHECK(kept.state == State::committed);
    CHECK(kept.outcomes.size() == 2);
    host.sysctls.values["net.ipv4.tcp_fin_timeout"] = "15";
    const txn::Result undone = service.rollback(id, false, alice, true);
    CHECK(undone.state == State::rolled_back_with_conflicts);
    CHECK(host.sysctls.values["net.core.somaxconn"] == "4096");
    CHECK(host.sysctls.values["net.ipv4.tcp_fin_timeout"] == "15");
}

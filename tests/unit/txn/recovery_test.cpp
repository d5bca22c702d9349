// SPDX-License-Identifier: Apache-2.0
#include "txn/record.hpp"
#include "unit/txn/service_host.hpp"

#include <doctest/doctest.h>

using namespace tcptune;
using namespace tcptune::txn_test;
using txn::Fault;
using txn::Reason;
using txn::State;

namespace {

const txn::Caller alice{1000, ":1.7"};

txn::ApplyRequest persistent() {
    txn::ApplyRequest request =
        request_of({{"net.ipv4.tcp_tw_reuse", "2", "1"}, {"net.core.somaxconn", "4096", "8192"}});
    request.persist = true;
    return request;
}

/// The record of the drop-in in a history entry.
std::string file_record_of(const std::filesystem::path& entry) {
    const std::string text = text_of(entry);
    const std::size_t word = text.find(" FILE ");
    const std::size_t begin = text.rfind('\n', word) + 1;
    return text.substr(begin, text.find('\n', word) + 1 - begin);
}

/// As a SIGKILL leaves it: the service is gone, its files stay.
void killed(std::unique_ptr<txn::TransactionService>& service) {
    service.reset();
}

}  // namespace

TEST_CASE("After a kill an armed transaction keeps its deadline and can still be confirmed") {
    Host host;
    auto service = std::make_unique<txn::TransactionService>(host.ground());
    const std::string id = service->apply(persistent(), alice).id;
    killed(service);
    host.clock.now_ns += 50'000'000'000;
    txn::TransactionService next(host.ground());
    next.recover();
    CHECK_FALSE(next.needs_recovery());
    CHECK(next.get(id).seconds_left == 70);
    CHECK(next.confirm(id, alice, false).state == State::committed);
    CHECK(std::filesystem::exists(host.drop_in()));
}

TEST_CASE("After a kill a deadline that has passed is kept at once") {
    Host host;
    auto service = std::make_unique<txn::TransactionService>(host.ground());
    const std::string id = service->apply(persistent(), alice).id;
    killed(service);
    host.clock.now_ns += 500'000'000'000;
    txn::TransactionService next(host.ground());
    next.recover();
    CHECK(host.sysctls.values["net.ipv4.tcp_tw_reuse"] == "2");
    CHECK(next.get(id).reason == Reason::deadline);
}

TEST_CASE("A reboot has undone what was armed, and the history says so") {
    Host host;
    auto service = std::make_unique<txn::TransactionService>(host.ground());
    const std::string id = service->apply(persistent(), alice).id;
    killed(service);
    host.boot = "boot-2";
    for (const bool run_was_kept : {true, false}) {
        CAPTURE(run_was_kept);
        if (!run_was_kept) std::filesystem::remove_all(host.root / "run/tcptune");
        host.sysctls.written.clear();
        txn::TransactionService next(host.ground());
        next.recover();
        CHECK_FALSE(next.needs_recovery());
        CHECK(host.sysctls.written.empty());
        CHECK(next.get(id).state == State::ended_by_reboot);
        CHECK_FALSE(std::filesystem::exists(host.journal()));
    }
}

TEST_CASE("Cut off at any byte, the journal leads to all old values or to the armed ones") {
    Host host;
    {
        txn::TransactionService service(host.ground());
        (void)service.apply(persistent(), alice);
    }
    const std::string whole = text_of(host.journal());
    REQUIRE(whole.size() > 300);
    for (std::size_t size = 0; size <= whole.size(); ++size) {
        CAPTURE(size);
        // What a kill at that moment leaves of the values, at the latest.
        host.sysctls.values["net.ipv4.tcp_tw_reuse"] = "1";
        host.sysctls.values["net.core.somaxconn"] = "8192";
        const bool before_writes = whole.substr(0, size).find("APPLYING\n") == std::string::npos;
        if (before_writes) {
            host.sysctls.values["net.ipv4.tcp_tw_reuse"] = "2";
            host.sysctls.values["net.core.somaxconn"] = "4096";
        } else if (whole.substr(0, size).find("INTENT i=1\n") == std::string::npos) {
            host.sysctls.values["net.core.somaxconn"] = "4096";
            if (whole.substr(0, size).find("INTENT i=0\n") == std::string::npos)
                host.sysctls.values["net.ipv4.tcp_tw_reuse"] = "2";
        }
        std::ofstream(host.journal(), std::ios::binary) << whole.substr(0, size);
        txn::TransactionService next(host.ground());
        next.recover();
        CHECK_FALSE(next.needs_recovery());
        const bool armed = next.pending().has_value();
        CHECK(armed == (size == whole.size()));
        CHECK(host.sysctls.values["net.ipv4.tcp_tw_reuse"] == (armed ? "1" : "2"));
        CHECK(host.sysctls.values["net.core.somaxconn"] == (armed ? "8192" : "4096"));
    }
}

TEST_CASE("A flipped bit is never guessed around") {
    Host host;
    {
        txn::TransactionService service(host.ground());
        (void)service.apply(persistent(), alice);
    }
    const std::string whole = text_of(host.journal());
    // Without its newline the last line is one that was cut off.
    for (std::size_t at = 0; at + 1 < whole.size(); ++at) {
        CAPTURE(at);
        std::string bad = whole;
        bad[at] = static_cast<char>(bad[at] ^ 1);
        std::ofstream(host.journal(), std::ios::binary) << bad;
        txn::TransactionService next(host.ground());
        next.recover();
        CHECK(next.needs_recovery());
        CHECK(text_of(host.journal()) == bad);
        try {
            (void)next.apply(persistent(), alice);
            FAIL("applied over a damaged journal");
        } catch (const txn::Refused& refused) {
            CHECK(refused.fault() == Fault::recovery_required);
        }
    }
    CHECK(host.sysctls.values["net.ipv4.tcp_tw_reuse"] == "1");
}

TEST_CASE("A journal that is a link, a directory or unreadable is kept and nothing new begins") {
    Host host;
    std::filesystem::create_directory(host.root / "run/tcptune");
    for (const int kind : {0, 1}) {
        CAPTURE(kind);
        if (kind == 0) std::filesystem::create_symlink("/etc/passwd", host.journal());
        if (kind == 1) std::filesystem::create_directory(host.journal());
        txn::TransactionService service(host.ground());
        service.recover();
        CHECK(service.needs_recovery());
        CHECK(host.sysctls.written.empty());
        CHECK(std::filesystem::exists(std::filesystem::symlink_status(host.journal())));
        std::filesystem::remove(host.journal());
        service.recover();
        CHECK_FALSE(service.needs_recovery());
    }
}

TEST_CASE("An unknown boot or namespace is no other one: nothing is thrown away") {
    Host host;
    {
        txn::TransactionService service(host.ground());
        (void)service.apply(persistent(), alice);
    }
    host.boot.clear();
    txn::TransactionService next(host.ground());
    next.recover();
    CHECK(next.needs_recovery());
    CHECK(std::filesystem::exists(host.journal()));
}

TEST_CASE("Two services on one host: the second is told that the first is at work") {
    Host host;
    txn::TransactionService first(host.ground());
    const std::string id = first.apply(persistent(), alice).id;
    txn::TransactionService second(host.ground());
    second.recover();
    CHECK(second.list().front().id == id);
    CHECK_THROWS_WITH_AS((void)second.confirm(id, alice, true),
                         doctest::Contains("another process"), txn::Refused);
    CHECK_THROWS_WITH_AS((void)second.rollback(id, true, alice, true),
                         doctest::Contains("another process"), txn::Refused);
    try {
        (void)second.apply(persistent(), alice);
        FAIL("a second transaction was begun");
    } catch (const txn::Refused& refused) {
        CHECK(refused.fault() == Fault::busy);
    }
    CHECK(first.confirm(id, alice, false).state == State::committed);
}

TEST_CASE("A rollback that cannot be completed is kept, told, and can be given up by force") {
    Host host;
    txn::TransactionService service(host.ground());
    const std::string id = service.apply(persistent(), alice).id;
    host.sysctls.write_errors["net.core.somaxconn"] = EIO;
    CHECK(service.rollback(id, false, alice, false).state == State::rollback_incomplete);
    CHECK(service.needs_recovery());
    CHECK(host.sysctls.values["net.ipv4.tcp_tw_reuse"] == "2");
    CHECK(std::filesystem::exists(host.journal()));
    host.sysctls.write_errors.clear();
    service.recover();
    CHECK_FALSE(service.needs_recovery());
    CHECK(host.sysctls.values["net.core.somaxconn"] == "4096");
    CHECK(service.get(id).state == State::rolled_back);
}

TEST_CASE("Fifty ended transactions are remembered, the oldest are forgotten") {
    Host host;
    txn::TransactionService service(host.ground());
    std::string first, last;
    for (int i = 0; i < 55; ++i) {
        last = service.apply(persistent(), alice).id;
        if (i == 0) first = last;
        (void)service.rollback(last, false, alice, false);
    }
    CHECK(service.list().size() == 50);
    CHECK(service.list().front().id == last);
    CHECK_THROWS_AS((void)service.get(first), txn::Refused);
}

TEST_CASE("A commit that was cut off is settled by the file before anything else is asked of it") {
    Host host;
    auto service = std::make_unique<txn::TransactionService>(host.ground());
    const std::string id = service->apply(persistent(), alice).id;
    const std::string armed = text_of(host.journal());
    REQUIRE(service->confirm(id, alice, false).state == State::committed);
    const std::filesystem::path entry =
        std::filesystem::directory_iterator(host.root / "var/tcptune/history")->path();
    const std::string committed = text_of(host.drop_in());
    killed(service);
    // As a kill right after the rename of the drop-in leaves it.
    const txn::Record committing("COMMITTING");
    std::ofstream(host.journal(), std::ios::binary)
        << armed + file_record_of(entry) + txn::encode(committing);
    std::filesystem::rename(host.drop_in(), host.root / "aside");
    std::filesystem::create_directory(host.drop_in());
    txn::TransactionService next(host.ground());
    next.recover();
    CHECK(next.needs_recovery());
    std::filesystem::remove(host.drop_in());
    std::filesystem::rename(host.root / "aside", host.drop_in());
    CHECK(next.rollback(id, false, alice, true).state == State::rolled_back);
    CHECK_FALSE(std::filesystem::exists(host.drop_in()));
    CHECK(host.sysctls.values["net.ipv4.tcp_tw_reuse"] == "2");
}

TEST_CASE("A value of 200 KiB is restored whole") {
    Host host;
    std::string ports;
    for (int port = 1; port < 65536; port += 2)
        ports += (ports.empty() ? "" : ",") + std::to_string(port);
    host.sysctls.values["net.ipv4.ip_local_reserved_ports"] = ports;
    auto service = std::make_unique<txn::TransactionService>(host.ground());
    txn::CheckpointRequest request;
    request.netns = "cookie:1";
    const std::string id = service->checkpoint(request, alice).id;
    host.sysctls.values["net.ipv4.ip_local_reserved_ports"] = "22";
    killed(service);
    txn::TransactionService next(host.ground());
    next.recover();
    CHECK(next.rollback(id, false, alice, false).state == State::rolled_back);
    CHECK(host.sysctls.values["net.ipv4.ip_local_reserved_ports"] == ports);
    CHECK(next.get(id).state == State::rolled_back);
}

TEST_CASE("When the process that held a transaction dies, another one sees it and undoes it") {
    Host host;
    auto first = std::make_unique<txn::TransactionService>(host.ground());
    (void)first->apply(persistent(), alice);
    txn::TransactionService second(host.ground());
    second.recover();
    CHECK(second.must_look_again());
    killed(first);
    second.recover();
    CHECK_FALSE(second.must_look_again());
    host.clock.now_ns += 500'000'000'000;
    second.check_deadline();
    CHECK(host.sysctls.values["net.ipv4.tcp_tw_reuse"] == "2");
}

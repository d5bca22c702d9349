// SPDX-License-Identifier: Apache-2.0
#include <tcptune/facts/fact_file.hpp>

#include <doctest/doctest.h>

using namespace tcptune;

namespace {

facts::FactSet with_sockets() {
    facts::FactSet facts;
    facts::SocketTable& sockets = facts.sockets;
    sockets.method = facts::SocketMethod::dump;
    sockets.by_state = {{"ESTABLISHED", 3}, {"LISTEN", 1}};
    sockets.listeners = {{"10.0.0.1", 8080, 129, 128, 5, {{7, 1, false}}}};
    sockets.more_listeners = 2;
    sockets.processes = {{.pid = 7,
                          .command = "nginx",
                          .unit = "nginx.service",
                          .container = "",
                          .open_files = 12,
                          .open_files_limit = {},
                          .close_wait = 4}};
    sockets.owners_unknown = "permission denied: 3 processes";
    facts::Destination destination;
    destination.local_address = "10.0.0.1";
    destination.remote_address = "10.0.3.7";
    destination.owners = {{7, 2, true}};
    destination.time_wait_span_ms = 1500;
    destination.growth_per_s = -2.5;
    sockets.destinations = {destination};
    return facts;
}

}  // namespace

TEST_CASE("owners, listeners, processes and the tally of states survive a facts file") {
    const facts::FactSet facts = with_sockets();
    Diagnostics diagnostics;
    const auto again = facts::read_facts("f.json", facts::write_facts(facts), diagnostics);
    CHECK(diagnostics.empty());
    REQUIRE(again.has_value());
    CHECK(again->sockets == facts.sockets);
}

TEST_CASE("a listener's address is redacted with the others and equal to them") {
    const facts::FactSet redacted =
        facts::redact(with_sockets(), {.addresses = true, .hostname = false, .key = "k"});
    CHECK(redacted.sockets.listeners[0].address != "10.0.0.1");
    CHECK(redacted.sockets.listeners[0].address == redacted.sockets.destinations[0].local_address);
}

TEST_CASE("a count that is no number is reported with its path") {
    Diagnostics diagnostics;
    CHECK_FALSE(facts::read_facts("f.json", R"({"format_version": "1.0", "kind": "facts",
        "sockets": {"processes": [{"pid": "seven"}]}})",
                                  diagnostics));
    REQUIRE(diagnostics.size() == 1);
    CHECK(diagnostics[0].message.find("sockets.processes[0].pid") != std::string::npos);
}

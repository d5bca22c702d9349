// SPDX-License-Identifier: Apache-2.0
#include <tcptune/facts/fact_file.hpp>

#include <map>
#include <set>
#include <string>
#include <vector>

#include <doctest/doctest.h>

namespace tcptune::facts {

namespace {

FactSet towards(const std::vector<std::string>& addresses) {
    FactSet facts;
    for (const std::string& address : addresses) {
        Destination destination;
        destination.local_address = "10.0.0.5";
        destination.remote_address = address;
        facts.sockets.destinations.push_back(destination);
    }
    return facts;
}

std::vector<std::string> redacted(const std::vector<std::string>& addresses,
                                  const std::string& key = "key") {
    const FactSet facts = redact(towards(addresses), {true, false, key});
    std::vector<std::string> result;
    for (const Destination& destination : facts.sockets.destinations)
        result.push_back(destination.remote_address);
    return result;
}

std::string one(const std::string& address) {
    return redacted({address}).at(0);
}

bool begins(const std::string& text, std::string_view prefix) {
    return text.substr(0, prefix.size()) == prefix;
}

}  // namespace

TEST_CASE("loopback and unspecified addresses stay as they are") {
    for (const char* address : {"127.0.0.1", "127.5.6.7", "::1", "::", "0.0.0.0", ""}) {
        CAPTURE(address);
        CHECK(one(address) == address);
    }
}

TEST_CASE("a pseudonym stays in the family and the scope of its address") {
    struct Row {
        const char* address;
        const char* prefix;
    };
    const Row rows[] = {
        {"10.1.2.3", "10."},
        {"172.16.0.1", "10."},
        {"172.31.255.255", "10."},
        {"192.168.7.7", "10."},
        {"100.64.0.1", "10."},
        {"169.254.1.1", "169.254."},
        {"8.8.8.8", "100."},
        {"172.32.0.1", "100."},
        {"192.169.0.1", "100."},
        {"fd12:3456::1", "fd"},
        {"fc00::1", "fd"},
        {"fe80::1", "fe80::"},
        {"febf::1", "fe80::"},
        {"2a00:1450::1", "2001:db8:"},
        {"2001:db8::7", "2001:db8:"},
    };
    for (const Row& row : rows) {
        CAPTURE(row.address);
        const std::string pseudonym = one(row.address);
        CAPTURE(pseudonym);
        CHECK(begins(pseudonym, row.prefix));
        CHECK(pseudonym != row.address);
    }
    const std::string outside = one("8.8.8.8");
    const int second = std::stoi(outside.substr(4));
    CHECK(second >= 64);
    CHECK(second < 128);
}

TEST_CASE("equal addresses stay equal and different ones different, also by the hundred thousand") {
    std::vector<std::string> addresses;
    for (int i = 0; i < 100'000; ++i)
        addresses.push_back("8." + std::to_string(i / 65536) + "." + std::to_string(i / 256 % 256) +
                            "." + std::to_string(i % 256));
    addresses.push_back(addresses.front());
    const auto pseudonyms = redacted(addresses);
    CHECK(std::set<std::string>(pseudonyms.begin(), pseudonyms.end()).size() == 100'000);
    CHECK(pseudonyms.back() == pseudonyms.front());
}

TEST_CASE("a range that is full of addresses is used to its last place") {
    std::vector<std::string> addresses;
    for (int i = 0; i < 65536; ++i)
        addresses.push_back("169.254." + std::to_string(i / 256) + "." + std::to_string(i % 256));
    const auto pseudonyms = redacted(addresses);
    CHECK(std::set<std::string>(pseudonyms.begin(), pseudonyms.end()).size() == 65536);
    for (const std::string& pseudonym : pseudonyms)
        REQUIRE(begins(pseudonym, "169.254."));
}

TEST_CASE("another key gives other pseudonyms, the same key the same") {
    CHECK(redacted({"8.8.8.8"}, "a") == redacted({"8.8.8.8"}, "a"));
    CHECK(redacted({"8.8.8.8"}, "a") != redacted({"8.8.8.8"}, "b"));
    CHECK(redacted({"2a00::1"}, "a") != redacted({"2a00::1"}, "b"));
}

TEST_CASE("two spellings of one address get one pseudonym, other text only keeps equality") {
    const auto pseudonyms =
        redacted({"2a00:0::1", "2a00::1", "fe80::1%eth0", "fe80::1%eth1", "fe80::1%eth0"});
    CHECK(pseudonyms[0] == pseudonyms[1]);
    CHECK(begins(pseudonyms[2], "address-"));
    CHECK(pseudonyms[2].size() == 16);
    CHECK(pseudonyms[2] != pseudonyms[3]);
    CHECK(pseudonyms[2] == pseudonyms[4]);
}

TEST_CASE("the host's name becomes a pseudonym, and its boot and namespace stay") {
    FactSet facts;
    facts.host = {"db7.example.org", "6.1.0", "boot", "cookie:1", true, 3};
    const FactSet result = redact(facts, {false, true, "key"});
    CHECK(begins(result.host.hostname, "host-"));
    CHECK(result.host.hostname.size() == 13);
    CHECK(result.host.hostname == redact(facts, {false, true, "key"}).host.hostname);
    CHECK(result.host.hostname != redact(facts, {false, true, "other"}).host.hostname);
    CHECK(result.host.boot_id == "boot");
    CHECK(result.host.netns == "cookie:1");
    CHECK(redact(FactSet{}, {false, true, "key"}).host.hostname.empty());
}

TEST_CASE("nothing else changes: what rules and port arithmetic read is the same") {
    FactSet facts = towards({"10.0.3.7", "127.0.0.1", "8.8.8.8"});
    facts.host.hostname = "h";
    facts.values["port.busiest_share"] = 0.7;
    facts.counters["TcpExt.TW"] = {1, 2};
    facts.window_s = 5;
    facts.sockets.method = SocketMethod::dump;
    facts.sockets.destinations[0].states[5] = 20000;
    facts.sockets.destinations[0].even_ports = 9;
    facts.sockets.destinations[1].loopback = true;
    facts.sockets.listen_ports = {22};
    facts.sources = {{"sock_diag", SourceStatus::ok, ""}};
    FactSet result = redact(facts, {true, true, "key"});
    CHECK(result != facts);
    CHECK(result.sockets.destinations[0].local_address !=
          facts.sockets.destinations[0].local_address);
    result.host.hostname = facts.host.hostname;
    for (std::size_t i = 0; i < facts.sockets.destinations.size(); ++i) {
        Destination& destination = result.sockets.destinations[i];
        destination.local_address = facts.sockets.destinations[i].local_address;
        destination.remote_address = facts.sockets.destinations[i].remote_address;
    }
    CHECK(result == facts);
}

TEST_CASE("redaction that asks for nothing changes nothing") {
    const FactSet facts = towards({"10.0.3.7"});
    CHECK(redact(facts, {}) == facts);
}

}  // namespace tcptune::facts

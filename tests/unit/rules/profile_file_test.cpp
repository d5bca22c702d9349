// SPDX-License-Identifier: Apache-2.0
#include "unit/rules/corpus.hpp"

#include <tcptune/rules/profile_file.hpp>

#include <doctest/doctest.h>

namespace tcptune::rules {
namespace {

std::optional<Profile> good(const std::string& name) {
    Diagnostics diagnostics;
    for (const corpus::File& file : corpus::files("good"))
        if (file.name == name) return read_profile(file.name, file.text, diagnostics);
    return std::nullopt;
}

std::optional<Profile> read(const std::string& rest) {
    Diagnostics diagnostics;
    return read_profile("p.toml", "schema = 1\nname = \"x\"\n" + rest, diagnostics);
}

TEST_CASE("a profile has what its file says") {
    const auto profile = good("profile-full.toml");
    REQUIRE(profile.has_value());
    CHECK(profile->name == "edge");
    CHECK(profile->summary == "Proxies to two services");
    CHECK(profile->roles.size() == 6);
    for (const Role role : {Role::outbound, Role::server, Role::load_balancer, Role::nat_gateway,
                            Role::kubernetes_node, Role::database_client})
        CHECK(profile->has_role(role));
    CHECK(profile->node_ports == std::pair<std::int64_t, std::int64_t>{31000, 31999});
    REQUIRE(profile->destinations.size() == 3);
    const ExpectedDestination& database = profile->destinations[0];
    CHECK(database.address == "10.0.3.7");
    CHECK(database.port == 5432);
    CHECK(database.rate == 2000.0);
    CHECK_FALSE(database.client_closes);
    CHECK(database.lifetime_s == 0.25);
    CHECK(database.binds_first);
    CHECK(database.source_addresses == 2);
}

TEST_CASE("a destination that says little is closed by the client, from one address") {
    const auto profile = good("profile-full.toml");
    REQUIRE(profile.has_value());
    const ExpectedDestination& web = profile->destinations.at(1);
    CHECK(web.address == "2001:db8::7");
    CHECK(web.client_closes);
    CHECK_FALSE(web.binds_first);
    CHECK(web.lifetime_s == 0.0);
    CHECK(web.source_addresses == 1);
}

TEST_CASE("a kubernetes node has the usual node ports until told otherwise") {
    CHECK(read("roles = [\"kubernetes-node\"]\n")->node_ports ==
          std::pair<std::int64_t, std::int64_t>{30000, 32767});
    CHECK_FALSE(read("roles = [\"server\"]\n")->node_ports.has_value());
    CHECK_FALSE(read("roles = [\"server\"]\nnode_ports = [30000, 32767]\n").has_value());
}

TEST_CASE("an address is numeric and whole") {
    const auto reads = [](const std::string& address) {
        return read("[[destination]]\nport = 1\nrate = 1\naddress = \"" + address + "\"\n")
            .has_value();
    };
    CHECK(reads(""));
    CHECK(reads("192.0.2.1"));
    CHECK(reads("::1"));
    CHECK(reads("::ffff:192.0.2.1"));
    for (const char* address : {"192.0.2", "192.0.2.1:80", "[::1]", "fe80::1%eth0", "localhost",
                                " 192.0.2.1", "192.0.2.1\\u0000"})
        CHECK_FALSE_MESSAGE(reads(address), address);
}

TEST_CASE("roles are written with a hyphen") {
    CHECK(to_string(Role::load_balancer) == "load-balancer");
    CHECK(to_string(Role::nat_gateway) == "nat-gateway");
    CHECK(to_string(Role::outbound) == "outbound");
    Profile profile;
    CHECK_FALSE(profile.has_role(Role::outbound));
}

}  // namespace
}  // namespace tcptune::rules

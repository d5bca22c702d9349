// SPDX-License-Identifier: Apache-2.0
#include "rules/toml_fields.hpp"

#include <tcptune/base/diagnostic_codes.hpp>
#include <tcptune/facts/ip_address.hpp>
#include <tcptune/rules/profile_file.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

namespace tcptune::rules {

namespace {

constexpr std::array roles{Role::outbound,    Role::server,          Role::load_balancer,
                           Role::nat_gateway, Role::kubernetes_node, Role::database_client};
/// What a cluster uses when nobody says otherwise.
constexpr std::pair<std::int64_t, std::int64_t> usual_node_ports{30000, 32767};
constexpr std::int64_t highest_port = 65535;

bool is_port(std::int64_t number) {
    return number >= 1 && number <= highest_port;
}

/// Where a member's value stands; the table itself when the member is not there.
SourceLocation place_of(TomlTable& table, std::string_view member) {
    if (!table.has(member)) return table.location();
    const auto value = table.value(member);
    return value ? value->location : table.location();
}

void refuse(TomlTable& table, std::string_view member, std::string what, std::string hint = {}) {
    table.error(codes::bad_value, place_of(table, member), std::move(what), std::move(hint));
}

std::vector<Role> read_roles(TomlTable& root) {
    std::vector<std::string> words;
    for (const Role role : roles)
        words.emplace_back(to_string(role));
    std::vector<Role> result;
    for (const LocatedText& word : root.text_list("roles")) {
        const auto role = std::ranges::find(roles, std::string_view(word.text),
                                            [](Role r) { return to_string(r); });
        if (role == roles.end()) {
            const std::string near = did_you_mean(word.text, words);
            root.error(codes::bad_value, word.location, "there is no role " + quoted(word.text),
                       near.empty() ? "outbound, server, load-balancer, nat-gateway, "
                                      "kubernetes-node or database-client"
                                    : near);
        } else if (std::ranges::find(result, *role) != result.end()) {
            root.error(codes::duplicate_id, word.location,
                       quoted(word.text) + " stands here twice");
        } else {
            result.push_back(*role);
        }
    }
    return result;
}

/// A required number above zero, or zero too.
double read_amount(TomlTable& table, std::string_view member, bool zero_too) {
    const auto number = table.number(member);
    if (!number) return 0;
    if (!std::isfinite(*number) || *number < 0 || (*number == 0 && !zero_too))
        refuse(table, member,
               std::string(member) + " must be " + (zero_too ? "zero or more" : "more than zero"));
    return *number;
}

ExpectedDestination read_destination(TomlTable& table) {
    ExpectedDestination destination;
    if (auto address = table.text("address")) {
        if (!address->text.empty() && !facts::parse_address(address->text))
            table.error(codes::bad_value, address->location,
                        quoted(address->text) + " is not a numeric address",
                        "write \"10.0.3.7\" or \"2001:db8::7\", or \"\" for any one destination");
        destination.address = std::move(address->text);
    }
    if (!table.has("port")) report_missing(table, "port");
    if (const auto port = table.integer("port")) {
        if (!is_port(*port)) refuse(table, "port", "port must be 1 to 65535");
        destination.port = *port;
    }
    if (!table.has("rate")) report_missing(table, "rate");
    destination.rate = read_amount(table, "rate", false);
    destination.lifetime_s = read_amount(table, "lifetime_s", true);
    destination.client_closes = table.word("closes", {"client", "server"}) != "server";
    destination.binds_first = table.boolean("binds_first").value_or(false);
    if (const auto addresses = table.integer("source_addresses")) {
        if (*addresses < 1 || *addresses > highest_port)
            refuse(table, "source_addresses", "source_addresses must be 1 to 65535");
        destination.source_addresses = *addresses;
    }
    table.finish();
    return destination;
}

void read_node_ports(TomlTable& root, Profile& profile) {
    const bool node = profile.has_role(Role::kubernetes_node);
    const auto value = root.value("node_ports");
    if (!value) {
        if (node) profile.node_ports = usual_node_ports;
        return;
    }
    const std::vector<TomlScalar>& items = value->items;
    const bool two_ports =
        value->is_list && items.size() == 2 &&
        std::ranges::all_of(items, [](const TomlScalar& item) {
            return item.kind == TomlScalar::Kind::integer && is_port(item.integer);
        });
    if (!two_ports || items[0].integer > items[1].integer)
        root.error(codes::bad_value, value->location,
                   "node_ports must be the first and the last port", "node_ports = [30000, 32767]");
    else if (!node)
        root.error(codes::bad_value, value->location, "only a kubernetes-node has node ports",
                   "add \"kubernetes-node\" to the roles");
    else
        profile.node_ports = {items[0].integer, items[1].integer};
}

}  // namespace

std::string_view to_string(Role role) {
    switch (role) {
        case Role::outbound:
            return "outbound";
        case Role::server:
            return "server";
        case Role::load_balancer:
            return "load-balancer";
        case Role::nat_gateway:
            return "nat-gateway";
        case Role::kubernetes_node:
            return "kubernetes-node";
        case Role::database_client:
            return "database-client";
    }
    return "";
}

bool Profile::has_role(Role role) const {
    return std::ranges::find(roles, role) != roles.end();
}

std::optional<Profile> read_profile(const std::string& file, std::string_view text,
                                    Diagnostics& diagnostics) {
    const std::size_t before = diagnostics.size();
    TomlDocument document(file, text, diagnostics);
    auto root = document.root();
    if (!root) return std::nullopt;

    Profile profile;
    profile.file = file;
    read_schema(*root);
    profile.name = read_filled(*root, "name");
    if (auto summary = root->text("summary")) profile.summary = std::move(summary->text);
    profile.roles = read_roles(*root);
    for (TomlTable& table : read_tables(*root, "destination"))
        profile.destinations.push_back(read_destination(table));
    read_node_ports(*root, profile);
    root->finish();
    sort_by_place(diagnostics, before);
    if (diagnostics.size() != before) return std::nullopt;
    return profile;
}

}  // namespace tcptune::rules

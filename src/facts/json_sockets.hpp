// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <tcptune/facts/json_members.hpp>
#include <tcptune/facts/socket_table.hpp>

#include <nlohmann/json.hpp>

/// The member `sockets` of a facts file.
namespace tcptune::facts {

void read_sockets(JsonMembers& members, const nlohmann::json& node, const JsonPath& path,
                  SocketTable& sockets);

// Keeps members in the order of writing.
using OrderedJson = nlohmann::ordered_json;
[[nodiscard]] OrderedJson destination_json(const Destination& destination);
[[nodiscard]] OrderedJson listener_json(const Listener& listener);
[[nodiscard]] OrderedJson process_json(const Process& process);

}  // namespace tcptune::facts

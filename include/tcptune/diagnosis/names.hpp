// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <tcptune/facts/socket_table.hpp>

#include <cstdint>
#include <string>

/// How things are called in a report. Raw: the report escapes them.
namespace tcptune::diagnosis {

/// "10.0.3.7:5432", "[2001:db8::1]:5432".
[[nodiscard]] std::string end_point(const std::string& address, std::int64_t port);
/// "10.0.0.5 -> 10.0.3.7:5432".
[[nodiscard]] std::string destination_name(const facts::Destination& destination);
/// "0.0.0.0:8080".
[[nodiscard]] std::string listener_name(const facts::Listener& listener);
/// "nginx (pid 812)", "pid 812" when its command is not known.
[[nodiscard]] std::string process_name(const facts::Process& process);

}  // namespace tcptune::diagnosis

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <tcptune/report/boot_report.hpp>

#include <string>
#include <string_view>

/// The words that the reports about the next boot share.
namespace tcptune::report {

/// "/etc/sysctl.conf:4"; without a line the file alone.
[[nodiscard]] std::string place_of(const conf::Statement& statement);
/// As it could stand in a file: "net.ipv4.ip_forward = 1", "-net.ipv4.ip_forward".
[[nodiscard]] std::string statement_words(const conf::Statement& statement);
/// "1", "no such key", "not known: why".
[[nodiscard]] std::string reading_words(const conf::Reading& reading);
/// "systemd-sysctl" or "sysctl --system", as the one that boots the host or the other one.
[[nodiscard]] std::string_view booting_loader(const BootScene& scene);
[[nodiscard]] std::string_view other_loader(const BootScene& scene);
/// "this host", "DIR".
[[nodiscard]] std::string subject_words(const BootScene& scene);

/// What else was looked at, and what cannot be judged.
class Page;
void put_limits(Page& page, const BootScene& scene);

}  // namespace tcptune::report

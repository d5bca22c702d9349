// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <tcptune/facts/socket_table.hpp>
#include <tcptune/facts/value.hpp>

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tcptune::facts {

/// Which host, boot and network namespace the facts are of. Texts may be empty when not known.
struct HostIdentity {
    std::string hostname;
    std::string kernel_release;  ///< `uname -r`
    std::string boot_id;
    std::string netns;          ///< "cookie:4026" or "inode:4:4026531840"
    bool netns_initial = true;  ///< the host's own first network namespace, as far as can be told
    std::optional<std::int64_t> other_netns;  ///< others seen below /proc; nothing when not looked
    bool operator==(const HostIdentity&) const = default;
};

/// What a line of a configuration file says about a key: a value, or that it shall not be set.
struct ConfiguredValue {
    std::string key;
    std::string value;
    std::string file;
    std::uint32_t line = 0;
    bool winner = false;       ///< this line decides at the next boot, as systemd-sysctl loads
    std::string name = {};     ///< the pattern that names the key; "" when the line names it
    bool exclusion = false;    ///< "-key" without a value
    bool procps_only = false;  ///< read by "sysctl --system" and not by systemd-sysctl
    std::string late = {};     ///< who sets it after the loaders have run: "ufw"; "" for them
    bool operator==(const ConfiguredValue&) const = default;
};

enum class SourceStatus { ok, absent, denied, malformed };
[[nodiscard]] const char* to_string(SourceStatus status);

/// One place that facts were read from.
struct Source {
    std::string name;  ///< "/proc/net/netstat", "sock_diag"
    SourceStatus status = SourceStatus::ok;
    std::string detail;
    bool operator==(const Source&) const = default;
};

/// A since-boot counter read once, or twice `window_s` apart.
struct CounterReading {
    std::int64_t first = 0;
    std::optional<std::int64_t> second;
    bool operator==(const CounterReading&) const = default;
    /// The latest reading.
    [[nodiscard]] std::int64_t latest() const { return second.value_or(first); }
};

/// One network namespace of the host, for --all-netns.
struct NamespaceSummary {
    std::string name;  ///< name under /run/netns, or "pid 812"
    std::int64_t time_wait = 0;
    std::int64_t sockets = 0;
    bool operator==(const NamespaceSummary&) const = default;
};

/// All that is known of one host at one time. A value: the core reads nothing else.
struct FactSet {
    HostIdentity host;
    std::map<std::string, FactValue, std::less<>> values;         ///< by fact name; see FactSchema
    std::map<std::string, CounterReading, std::less<>> counters;  ///< "TcpExt.TWRecycled"
    double window_s = 0;                      ///< between the two counter readings; 0: one reading
    std::vector<ConfiguredValue> configured;  ///< in load order
    SocketTable sockets;
    std::vector<Source> sources;
    std::vector<NamespaceSummary> namespaces;

    bool operator==(const FactSet&) const = default;

    /// The value, or Unknown with the reason: of the fact's own entry, or that nothing is known.
    [[nodiscard]] FactValue get(std::string_view name) const;
    /// The running text of a sysctl ("32768 60999"), or nothing.
    [[nodiscard]] std::optional<std::string> sysctl_text(std::string_view key) const;
    [[nodiscard]] std::optional<KernelVersion> kernel() const;
    /// The line that decides `key` at the next boot, if any file sets it.
    [[nodiscard]] const ConfiguredValue* boot_winner(std::string_view key) const;
};

}  // namespace tcptune::facts

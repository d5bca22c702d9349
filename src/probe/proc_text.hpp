// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace tcptune::probe {

/// Counters by name, "TcpExt.TWRecycled".
using CounterMap = std::map<std::string, std::int64_t, std::less<>>;

/// Adds the counters of /proc/net/netstat or /proc/net/snmp that facts::known_counters() names.
/// Both have pairs of lines, names and values, with the group before the colon. False when no pair
/// could be read.
bool add_table_counters(std::string_view text, CounterMap& counters);

/// Adds softnet.dropped and softnet.time_squeeze, summed over the processors' hexadecimal rows.
bool add_softnet_counters(std::string_view text, CounterMap& counters);

/// Adds conntrack.insert_failed, .drop and .early_drop of /proc/net/stat/nf_conntrack: a line of
/// names, then a hexadecimal row for each processor.
bool add_conntrack_counters(std::string_view text, CounterMap& counters);

/// The TCP line of /proc/net/sockstat. `inuse` (hashed sockets without TIME_WAIT) and `time_wait`
/// are of this namespace; orphans, alloc and memory are of the whole host, both families.
struct SockStat {
    std::int64_t inuse = 0;
    std::int64_t orphans = 0;
    std::int64_t time_wait = 0;  ///< with the stand-ins of orphans in FIN_WAIT_2
    std::int64_t alloc = 0;
    std::int64_t mem_pages = 0;
    bool operator==(const SockStat&) const = default;
};
[[nodiscard]] std::optional<SockStat> parse_sockstat(std::string_view text);
/// `TCP6: inuse`, of this namespace.
[[nodiscard]] std::optional<std::int64_t> parse_sockstat6(std::string_view text);

/// `Tcp: CurrEstab` of /proc/net/snmp: this namespace's sockets in ESTABLISHED or CLOSE_WAIT.
[[nodiscard]] std::optional<std::int64_t> parse_current_established(std::string_view text);

/// MemTotal of /proc/meminfo in bytes.
[[nodiscard]] std::optional<std::int64_t> parse_memory_total(std::string_view text);
/// The number of members of "0-3,5".
[[nodiscard]] std::optional<std::int64_t> parse_cpu_list(std::string_view text);
/// The last number of /proc/sys/fs/file-nr: how many file handles there may be.
[[nodiscard]] std::optional<std::int64_t> parse_file_limit(std::string_view text);
/// The allocated and used file handles of /proc/sys/fs/file-nr ("allocated unused limit").
[[nodiscard]] std::optional<std::int64_t> parse_open_files(std::string_view text);

}  // namespace tcptune::probe

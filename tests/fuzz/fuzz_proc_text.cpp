// SPDX-License-Identifier: Apache-2.0
// Every reader of a text of /proc, on the same bytes.
#include "probe/proc_text.hpp"
#include "probe/process_text.hpp"

#include <tcptune/facts/fact_schema.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

using namespace tcptune;

namespace {

void require(bool holds) {
    if (!holds) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(static_cast<const char*>(static_cast<const void*>(data)), size);
    probe::CounterMap counters;
    (void)probe::add_table_counters(text, counters);
    (void)probe::add_softnet_counters(text, counters);
    (void)probe::add_conntrack_counters(text, counters);
    const auto known = facts::known_counters();
    for (const auto& [name, value] : counters)
        require(std::binary_search(known.begin(), known.end(), name));
    if (const auto stat = probe::parse_sockstat(text))
        require(stat->inuse >= 0 && stat->time_wait >= 0 && stat->alloc >= 0);
    if (const auto inuse = probe::parse_sockstat6(text)) require(*inuse >= 0);
    if (const auto bytes = probe::parse_memory_total(text)) require(*bytes > 0);
    if (const auto cpus = probe::parse_cpu_list(text)) require(*cpus > 0);
    if (const auto open = probe::parse_open_files(text)) require(*open >= 0);
    if (const auto current = probe::parse_current_established(text)) (void)*current;
    if (const auto limit = probe::parse_file_limit(text)) (void)*limit;
    const probe::Belonging belonging = probe::parse_cgroup(text);
    require(belonging.container.size() <= 12);
    require(belonging.unit.empty() || belonging.unit.ends_with(".service"));
    (void)probe::parse_open_files_limit(text);
    if (const auto inode = probe::parse_socket_link(text)) require(*inode > 0);
    return 0;
}

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <tcptune/facts/fact_set.hpp>
#include <tcptune/host/file_tree.hpp>

#include <cstdint>
#include <map>
#include <string>

namespace tcptune::probe {

/// The counters of facts::known_counters() that this kernel has, by name, and what was read for
/// them. netstat, snmp and conntrack count for this network namespace, softnet for the whole host.
struct CounterReadings {
    std::map<std::string, std::int64_t, std::less<>> values;
    std::vector<facts::Source> sources;
};

[[nodiscard]] CounterReadings read_counters(const host::FileTree& tree);

}  // namespace tcptune::probe

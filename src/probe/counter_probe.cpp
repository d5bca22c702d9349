// SPDX-License-Identifier: Apache-2.0
#include "probe/proc_text.hpp"
#include "probe/source_log.hpp"

#include <tcptune/probe/counter_probe.hpp>

#include <array>
#include <string_view>

namespace tcptune::probe {
namespace {

struct CounterFile {
    std::string_view path;
    bool (*add)(std::string_view text, CounterMap& counters);
};

// conntrack's is absent without the module: that is no fault, and rules see it as unknown.
constexpr std::array<CounterFile, 4> files = {{
    {"/proc/net/netstat", add_table_counters},
    {"/proc/net/snmp", add_table_counters},
    {"/proc/net/softnet_stat", add_softnet_counters},
    {"/proc/net/stat/nf_conntrack", add_conntrack_counters},
}};

}  // namespace

CounterReadings read_counters(const host::FileTree& tree) {
    CounterReadings readings;
    for (const CounterFile& known : files) {
        const host::FileText file = tree.read(known.path);
        facts::Source source{std::string(known.path), to_source_status(file.status), file.reason};
        if (file.ok() && !known.add(file.text, readings.values)) {
            source.status = facts::SourceStatus::malformed;
            source.detail = "not the expected table";
        }
        readings.sources.push_back(std::move(source));
    }
    return readings;
}

}  // namespace tcptune::probe

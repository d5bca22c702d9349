// SPDX-License-Identifier: Apache-2.0
#include "probe/machine_probe.hpp"

#include "probe/proc_text.hpp"
#include "probe/source_log.hpp"

#include <tcptune/base/text.hpp>
#include <tcptune/host/identity.hpp>

#include <string>

namespace tcptune::probe {
namespace {

using Parser = std::optional<std::int64_t> (*)(std::string_view);

/// One number of one file.
facts::FactValue number_of(const host::FileText& file, Parser parse) {
    if (!file.ok()) return unknown_of(file);
    if (const auto number = parse(file.text)) return *number;
    return facts::Unknown{"unexpected text: " + file.path};
}

std::optional<std::int64_t> parse_whole(std::string_view text) {
    return parse_integer(trim(text.substr(0, 64)));
}

void set_identity(const host::Identity& identity, facts::FactSet& facts) {
    facts.host.hostname = identity.hostname;
    facts.host.kernel_release = identity.kernel_release;
    facts.host.boot_id = identity.boot_id;
    facts.host.netns = identity.netns;
    facts.host.netns_initial = identity.netns_initial.value_or(true);
    if (identity.netns_initial)
        facts.values["netns.initial"] = *identity.netns_initial;
    else
        facts.values["netns.initial"] = facts::Unknown{"no sysctl that differs can be read"};
}

void set_kernel(const std::string& release, facts::FactSet& facts) {
    if (release.empty()) {
        const facts::Unknown unknown{"cannot be read: /proc/sys/kernel/osrelease"};
        facts.values["kernel.release"] = unknown;
        facts.values["kernel.version"] = unknown;
        return;
    }
    facts.values["kernel.release"] = release;
    if (const auto version = KernelVersion::parse(release))
        facts.values["kernel.version"] = *version;
    else
        facts.values["kernel.version"] = facts::Unknown{"not a version: " + release};
}

}  // namespace

void probe_machine(const host::FileTree& tree, bool live, bool count_namespaces,
                   facts::FactSet& facts) {
    const host::Identity identity = host::read_identity(tree, live);
    set_identity(identity, facts);
    set_kernel(identity.kernel_release, facts);
    if (count_namespaces) facts.host.other_netns = host::count_other_namespaces(tree);
    if (facts.host.other_netns)
        facts.values["netns.others"] = *facts.host.other_netns;
    else
        facts.values["netns.others"] = facts::Unknown{
            count_namespaces ? "cannot be read: /proc/self/ns/net" : "was not looked at"};

    const host::FileText memory = read_source(tree, "/proc/meminfo", facts);
    facts.values["host.memory_bytes"] = number_of(memory, parse_memory_total);
    const host::FileText cpus = read_source(tree, "/sys/devices/system/cpu/online", facts);
    facts.values["host.cpus"] = number_of(cpus, parse_cpu_list);
    const host::FileText files = read_source(tree, "/proc/sys/fs/file-nr", facts);
    facts.values["file.open"] = number_of(files, parse_open_files);
    facts.values["file.limit"] = number_of(files, parse_file_limit);

    const host::FileText tracked = tree.read("/proc/sys/net/netfilter/nf_conntrack_count");
    if (tracked.status == host::FileStatus::absent)
        facts.values["conntrack.count"] = facts::Unknown{"connection tracking is not loaded"};
    else
        facts.values["conntrack.count"] = number_of(tracked, parse_whole);
}

}  // namespace tcptune::probe

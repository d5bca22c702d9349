// SPDX-License-Identifier: Apache-2.0
#include "probe/owner_search.hpp"

#include "probe/descriptor_walk.hpp"
#include "probe/process_text.hpp"

#include <tcptune/base/text.hpp>
#include <tcptune/host/file_tree.hpp>

#include <algorithm>
#include <string>
#include <unordered_set>

namespace tcptune::probe {
namespace {

using Clock = std::chrono::steady_clock;

void count(const Holding& holding, double weight, HoldingProcess& process) {
    if (holding.destination >= 0) process.destinations[holding.destination] += weight;
    if (holding.close_wait) process.close_wait += weight;
    if (holding.listener >= 0 && std::find(process.listeners.begin(), process.listeners.end(),
                                           holding.listener) == process.listeners.end())
        process.listeners.push_back(holding.listener);
}

std::string text_of(const host::FileTree& tree, std::int64_t pid, const char* file) {
    return tree.read("/proc/" + std::to_string(pid) + "/" + file).text;
}

}  // namespace

OwnerSearch search_owners(const Holdings& wanted, std::chrono::milliseconds time) {
    OwnerSearch search;
    std::unordered_set<std::uint32_t> seen;
    const Clock::time_point end = Clock::now() + time;
    for (const std::int64_t pid : running_processes()) {
        if (Clock::now() >= end) {
            search.stopped = true;
            break;
        }
        HoldingProcess process;
        process.pid = pid;
        bool any = false;
        const WalkEnd walked =
            walk_sockets(pid, Thoroughness::sample, [&](std::uint32_t inode, double weight) {
                const auto found = wanted.find(inode);
                if (found == wanted.end()) return;
                any = true;
                seen.insert(inode);
                count(found->second, weight, process);
            });
        if (walked == WalkEnd::denied) ++search.denied;
        if (any) search.processes.push_back(std::move(process));
    }
    search.found = seen.size();
    return search;
}

std::vector<std::int64_t> holders_of(const std::vector<std::uint32_t>& inodes, std::size_t most) {
    Holdings wanted;
    for (const std::uint32_t inode : inodes)
        if (inode != 0) wanted.try_emplace(inode);
    std::vector<std::int64_t> pids;
    if (wanted.empty()) return pids;
    for (const HoldingProcess& process : search_owners(wanted, search_time).processes)
        if (pids.size() < most) pids.push_back(process.pid);
    return pids;
}

facts::Process describe_process(std::int64_t pid) {
    facts::Process process;
    process.pid = pid;
    const host::RootedFileTree tree("/");
    std::string command = text_of(tree, pid, "comm");
    if (command.ends_with('\n')) command.pop_back();
    process.command = std::move(command);
    Belonging belonging = parse_cgroup(text_of(tree, pid, "cgroup"));
    process.unit = std::move(belonging.unit);
    process.container = std::move(belonging.container);
    process.open_files = count_descriptors(pid);
    process.open_files_limit = parse_open_files_limit(text_of(tree, pid, "limits"));
    return process;
}

std::vector<facts::Process> processes_near_limit(double share, std::size_t most) {
    std::vector<facts::Process> near;
    const host::RootedFileTree tree("/");
    const auto fill = [](const facts::Process& process) {
        return static_cast<double>(process.open_files.value_or(0)) /
               static_cast<double>(std::max<std::int64_t>(1, *process.open_files_limit));
    };
    for (const std::int64_t pid : running_processes()) {
        facts::Process process;
        process.open_files = count_descriptors(pid);
        if (!process.open_files) continue;
        process.open_files_limit = parse_open_files_limit(text_of(tree, pid, "limits"));
        if (!process.open_files_limit || fill(process) < share) continue;
        near.push_back(describe_process(pid));
        if (!near.back().open_files || !near.back().open_files_limit) near.pop_back();
    }
    std::stable_sort(near.begin(), near.end(),
                     [&](const auto& a, const auto& b) { return fill(a) > fill(b); });
    if (near.size() > most) near.resize(most);
    return near;
}

}  // namespace tcptune::probe

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
    if (holding.bound_only) process.bound_only += weight;
    if (holding.listener >= 0 && std::find(process.listeners.begin(), process.listeners.end(),
                                           holding.listener) == process.listeners.end())
        process.listeners.push_back(holding.listener);
}

std::string text_of(const host::FileTree& tree, std::int64_t pid, const char* file) {
    return tree.read("/proc/" + std::to_string(pid) + "/" + file).text;
}

class Search {
public:
    explicit Search(const Holdings& wanted) : wanted_(wanted) {}

    void look_into(std::int64_t pid, Thoroughness thoroughness) {
        HoldingProcess process;
        process.pid = pid;
        bool any = false;
        const WalkEnd walked =
            walk_sockets(pid, thoroughness, [&](std::uint32_t inode, double weight) {
                const auto found = wanted_.find(inode);
                if (found == wanted_.end()) return;
                any = true;
                seen_.insert(inode);
                count(found->second, weight, process);
            });
        if (walked == WalkEnd::denied) ++search_.denied;
        if (any) search_.processes.push_back(std::move(process));
    }

    OwnerSearch result(bool stopped) {
        search_.found = seen_.size();
        search_.stopped = stopped;
        return std::move(search_);
    }

private:
    const Holdings& wanted_;
    OwnerSearch search_;
    std::unordered_set<std::uint32_t> seen_;
};

}  // namespace

OwnerSearch search_owners(const Holdings& wanted, std::chrono::milliseconds time) {
    Search search(wanted);
    const Clock::time_point end = Clock::now() + time;
    for (const std::int64_t pid : running_processes()) {
        if (Clock::now() >= end) return search.result(true);
        search.look_into(pid, Thoroughness::sample);
    }
    return search.result(false);
}

OwnerSearch search_process(const Holdings& wanted, std::int64_t pid) {
    Search search(wanted);
    search.look_into(pid, Thoroughness::all);
    return search.result(false);
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

std::string why_missing(const OwnerSearch& search, std::size_t asked) {
    if (search.stopped) return "stopped: looking through all processes takes too long";
    if (search.denied == 0 || search.found >= asked) return {};
    return "permission denied: " + with_thousands(static_cast<std::int64_t>(search.denied)) +
           (search.denied == 1 ? " process of another user" : " processes of other users") +
           " could not be looked into";
}

}  // namespace tcptune::probe

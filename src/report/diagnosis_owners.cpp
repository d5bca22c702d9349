// SPDX-License-Identifier: Apache-2.0
#include "report/diagnosis_words.hpp"
#include "report/text_layout.hpp"

#include <tcptune/base/escape.hpp>
#include <tcptune/base/text.hpp>

#include <algorithm>

#include <fmt/format.h>

namespace tcptune::report {
namespace {

using diagnosis::Diagnosis;

constexpr std::size_t most_groups = 3;
constexpr std::size_t most_pids = 3;

/// Workers of one program: same command, unit and container.
struct Group {
    std::string command, unit, container;
    bool inferred = false;
    std::vector<std::int64_t> pids;
    std::uint64_t sockets = 0;
};

std::vector<Group> grouped(const Diagnosis& diagnosis, const std::vector<facts::Owner>& owners) {
    std::vector<Group> groups;
    for (const facts::Owner& owner : owners) {
        const facts::Process* process = diagnosis.process(owner.pid);
        const facts::Process nameless;
        const facts::Process& known = process != nullptr ? *process : nameless;
        auto group = std::ranges::find_if(groups, [&](const Group& other) {
            return other.command == known.command && other.unit == known.unit &&
                   other.container == known.container && other.inferred == owner.inferred;
        });
        if (group == groups.end()) {
            groups.push_back({.command = known.command,
                              .unit = known.unit,
                              .container = known.container,
                              .inferred = owner.inferred,
                              .pids = {},
                              .sockets = 0});
            group = groups.end() - 1;
        }
        group->pids.push_back(owner.pid);
        group->sockets += owner.sockets;
    }
    return groups;
}

/// The twelve digits that container tools show of an id.
std::string short_container(const std::string& id) {
    const bool is_hash = id.size() > 12 && id.find_first_not_of("0123456789abcdef") == id.npos;
    return is_hash ? id.substr(0, 12) : clip(escape_line(id), 40);
}

std::string pids_words(const std::vector<std::int64_t>& pids) {
    std::string words = pids.size() == 1 ? "pid " : "pids ";
    const std::size_t shown = std::min(pids.size(), most_pids);
    for (std::size_t i = 0; i < shown; ++i)
        words += fmt::format("{}{}", i > 0 ? ", " : "", pids[i]);
    if (pids.size() > shown) words += fmt::format(" and {} more", pids.size() - shown);
    return words;
}

std::string name_of(const Group& group) {
    std::string inner = pids_words(group.pids);
    if (!group.unit.empty()) inner += ", " + group.unit;
    if (!group.container.empty()) inner += ", container " + short_container(group.container);
    return group.command.empty() ? inner : fmt::format("{} ({})", group.command, inner);
}

std::string sockets_words(const Group& group) {
    const bool one = group.sockets == 1;
    return fmt::format("{}{} {}{}", group.inferred ? "inferred from " : "",
                       with_thousands(static_cast<std::int64_t>(group.sockets)),
                       group.inferred ? "live " : "", one ? "socket" : "sockets");
}

std::string joined(const std::vector<Group>& groups, bool with_sockets) {
    std::string words;
    const std::size_t shown = std::min(groups.size(), most_groups);
    for (std::size_t i = 0; i < shown; ++i) {
        if (i > 0) words += "; ";
        words += name_of(groups[i]);
        if (with_sockets) words += ": " + sockets_words(groups[i]);
    }
    if (groups.size() > shown) words += fmt::format("; and {} more", groups.size() - shown);
    return words;
}

}  // namespace

std::string owners_words(const Diagnosis& diagnosis, const facts::Destination& destination) {
    if (!destination.owners.empty()) {
        return "by " + joined(grouped(diagnosis, destination.owners), true);
    }
    if (destination.ports_in_use() == destination.count(facts::TcpState::time_wait)) {
        return "owner not known: TIME_WAIT has none, and no socket to it is live";
    }
    if (!diagnosis.owners_unknown.empty()) return "by a process that is not known (see Not known)";
    return {};
}

std::string processes_words(const Diagnosis& diagnosis, const std::vector<std::int64_t>& pids) {
    std::vector<facts::Owner> owners;
    for (const std::int64_t pid : pids)
        owners.push_back({.pid = pid, .sockets = 0, .inferred = false});
    return joined(grouped(diagnosis, owners), false);
}

}  // namespace tcptune::report

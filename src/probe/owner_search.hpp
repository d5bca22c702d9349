// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <tcptune/facts/socket_table.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

namespace tcptune::probe {

/// What one descriptor is to the report.
struct Holding {
    std::int32_t destination = -1;  ///< index, -1: none
    std::int32_t listener = -1;
    bool close_wait = false;
    bool bound_only = false;
};
using Holdings = std::unordered_map<std::uint32_t, Holding>;  ///< by inode

/// A process that holds some of them. Counts of a process with very many descriptors are drawn
/// from a sample.
struct HoldingProcess {
    std::int64_t pid = 0;
    std::map<std::int32_t, double> destinations;
    std::vector<std::int32_t> listeners;
    double close_wait = 0;
    double bound_only = 0;
};

struct OwnerSearch {
    std::vector<HoldingProcess> processes;  ///< by pid
    std::size_t found = 0;                  ///< descriptors of which a holder was seen
    std::size_t denied = 0;                 ///< processes that this user may not look into
    bool stopped = false;                   ///< out of time
};

/// Enough for a host of thousands of processes.
inline constexpr std::chrono::milliseconds search_time{1000};

/// Looks through the descriptors of every process of the running system that this user may look
/// into. Processes come and go meanwhile: what is gone is left out.
[[nodiscard]] OwnerSearch search_owners(const Holdings& wanted, std::chrono::milliseconds time);
/// The same in one process, all of it.
[[nodiscard]] OwnerSearch search_process(const Holdings& wanted, std::int64_t pid);

/// Why some owners are missing: "permission denied: 12 processes ..."; "" when none is.
[[nodiscard]] std::string why_missing(const OwnerSearch& search, std::size_t asked);

/// Command, unit, descriptors and limit; empty where they cannot be read.
[[nodiscard]] facts::Process describe_process(std::int64_t pid);

/// All processes that use at least `share` of their limit of open files, worst first, at most
/// `most`.
[[nodiscard]] std::vector<facts::Process> processes_near_limit(double share, std::size_t most);

}  // namespace tcptune::probe

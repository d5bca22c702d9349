// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <tcptune/diagnosis/diagnosis.hpp>
#include <tcptune/facts/value.hpp>
#include <tcptune/rules/symptom.hpp>

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace tcptune::diagnosis {

/// The facts of one destination, listener or process, by name: "destination.time_wait".
using ScopeValues = std::map<std::string, facts::FactValue, std::less<>>;

[[nodiscard]] ScopeValues values_of(const DestinationView& view);
[[nodiscard]] ScopeValues values_of(const facts::Process& process);
/// `syn_counted`: unfinished handshakes were counted. Without, the counters may say that no SYN
/// ever met a full queue (`never_full`), which bounds them.
[[nodiscard]] ScopeValues values_of(const facts::Listener& listener, bool syn_counted,
                                    bool never_full);
/// A destination of which only is known that it holds at most so many ports: what counters prove
/// of every destination, without a dump.
[[nodiscard]] ScopeValues bounded_destination(double most, const capacity::PortBudget& budget);

/// One thing that a symptom is asked of.
struct Candidate {
    std::string name;  ///< for people; empty for the host
    ScopeValues values;
    std::vector<std::int64_t> pids;
};

}  // namespace tcptune::diagnosis

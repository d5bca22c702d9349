// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <tcptune/facts/fact_set.hpp>
#include <tcptune/rules/rule_set.hpp>

#include <cstdint>
#include <functional>
#include <string>

namespace tcptune::cli {

/// How to look at this host.
struct Look {
    double window_s = 0;
    std::string netns;             ///< a name below /run/netns or a process id; "" for our own
    bool all_netns = false;        ///< also count the sockets of every other namespace
    bool count_namespaces = true;  ///< how many others there are: one look per process
    bool details = false;          ///< queues, states and owners
    bool configuration = true;     ///< sysctl.d
    bool force_dump = false;
    std::int64_t only_pid = 0;
    std::function<double(double)> wait = {};  ///< for the window; nothing: sleeps
};

/// Facts of this host, for the keys that the rules speak about. Throws Error when the namespace
/// cannot be entered; a source that cannot be read is an unknown fact, not an error.
[[nodiscard]] facts::FactSet look_at_host(const rules::RuleSet& rules, const Look& look);

/// Facts of a file, or of this host when `file` is empty.
[[nodiscard]] facts::FactSet facts_from(const std::string& file, const rules::RuleSet& rules,
                                        const Look& look);

}  // namespace tcptune::cli

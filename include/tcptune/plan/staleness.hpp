// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <tcptune/facts/fact_set.hpp>
#include <tcptune/plan/plan_file.hpp>
#include <tcptune/sysctl/catalog.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace tcptune::plan {

///  host        another host
///  boot        another boot of the same host, or not known which
///  netns       another network namespace
///  kernel      another kernel release
///  running     the running value is neither the one before the change nor the wanted one
///  configured  other lines set the key at boot
enum class Aspect { host, boot, netns, kernel, running, configured };
[[nodiscard]] std::string_view to_string(Aspect aspect);

/// One thing that is not as the plan expects it.
struct Difference {
    Aspect aspect = Aspect::host;
    std::string key;       ///< of running and configured
    std::string expected;  ///< "" when the plan does not know it
    std::string found;     ///< "" when it cannot be read now
    std::string sentence;  ///< all of it for people, without a full stop; not escaped
    bool operator==(const Difference&) const = default;
};

/// A key that runs with the wanted value already.
struct AlreadySet {
    std::string key;
    bool at_boot = false;  ///< the configuration sets it too: nothing is left to write
    bool operator==(const AlreadySet&) const = default;
};

struct Staleness {
    std::vector<Difference> differences;  ///< none: the plan fits
    /// Only when there are no differences: of a stale plan nothing may be relied upon.
    std::vector<AlreadySet> already_set;
    [[nodiscard]] bool is_stale() const { return !differences.empty(); }
};

/// All differences between what a plan expects and the facts of now. What either side does not
/// know is a difference: nothing passes unseen. The host name decides nothing, because it may
/// change at any time; it only says whether another boot id means another host.
[[nodiscard]] Staleness compare_with_host(const SavedPlan& plan, const facts::FactSet& now,
                                          const sysctl::ParameterCatalog& catalog);

}  // namespace tcptune::plan

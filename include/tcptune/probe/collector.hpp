// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <tcptune/facts/fact_set.hpp>
#include <tcptune/sysctl/catalog.hpp>

#include <cstdint>
#include <functional>
#include <string>

namespace tcptune::probe {

struct CollectOptions {
    /// Where the files are: "/", or an image or a test's directory.
    std::string root = "/";
    /// The root is the running system: the kernel is asked for sockets and the namespace as well.
    bool live = true;
    /// Time between two readings of the counters; 0: one reading, no waiting.
    double window_s = 0;
    /// Waits so long and says how long it really was; the default sleeps.
    std::function<double(double)> wait;
    /// Dump the socket table even when the counters prove that it is not needed.
    bool force_dump = false;
    /// Read the files of sysctl.d(5) too.
    bool configuration = true;
    /// Also the queues of the listeners, the states of both directions and who holds the sockets.
    bool details = false;
    /// With details: look for the owner of every destination of this process; 0: the fullest ones.
    std::int64_t only_pid = 0;
    /// Look at every process for other network namespaces (netns.others).
    bool count_namespaces = false;
};

/// All facts that can be observed (not the derived port.* and workload.*), of the network
/// namespace that the calling thread is in. A source that is absent, denied or malformed makes its
/// facts unknown and is noted in FactSet::sources. Throws SystemError only when the root cannot be
/// opened.
[[nodiscard]] facts::FactSet collect(const sysctl::ParameterCatalog& catalog,
                                     const CollectOptions& options);

/// Adds the running and the configured values of a catalog to facts collected with a smaller one.
void collect_settings(const sysctl::ParameterCatalog& catalog, const std::string& root,
                      facts::FactSet& facts);

}  // namespace tcptune::probe

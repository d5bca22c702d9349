// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "probe/socket_probe.hpp"
#include "probe/waiting_tally.hpp"

#include <tcptune/facts/fact_set.hpp>

#include <cstdint>
#include <optional>

namespace tcptune::probe {

/// Destinations whose owners are looked for: those that a report shows.
inline constexpr std::size_t destinations_with_owners = 8;

struct OwnerFocus {
    std::int64_t pid = 0;  ///< only this process, all of its destinations
    bool forced = false;   ///< also of destinations that are nearly empty
};

/// Puts owners to the fullest destinations, to listeners with a full queue and to sockets in
/// CLOSE_WAIT. Costs a sample of the live
/// sockets and a look at the descriptors of all processes, and is not done when there is nothing
/// to ask.
void probe_owners(const SocketLook& look, const std::optional<WaitingTally>& waiting,
                  const OwnerFocus& focus, const DumpLimits& limits, facts::FactSet& facts);

}  // namespace tcptune::probe

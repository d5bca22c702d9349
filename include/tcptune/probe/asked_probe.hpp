// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <tcptune/facts/fact_set.hpp>

#include <cstdint>
#include <string>

namespace tcptune::probe {

/// What a message names, as far as it does.
struct Asked {
    std::string message_id;
    std::string call;
    std::string address;    ///< numeric, or ""
    std::int64_t port = 0;  ///< 0: none
};

/// The facts `asked.*`: whether the address is one of this host, and who is on the port. `live`
/// false: facts are of a file, and nothing can be looked up.
void probe_asked(const Asked& asked, bool live, facts::FactSet& facts);

}  // namespace tcptune::probe

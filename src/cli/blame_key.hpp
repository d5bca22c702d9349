// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <tcptune/sysctl/catalog.hpp>

#include <string>

namespace tcptune::cli {

/// The dotted name of what a person calls "net.ipv4.tcp_tw_reuse", "net/ipv4/tcp_tw_reuse",
/// "/proc/sys/net/ipv4/tcp_tw_reuse" or, for a key of the catalog, "tcp_tw_reuse". Any sysctl, not
/// only the catalog's. Throws Error (usage).
[[nodiscard]] std::string blame_key(const std::string& word,
                                    const sysctl::ParameterCatalog& catalog);

/// The key of the catalog that may have been meant; "".
[[nodiscard]] std::string similar_key(const std::string& key,
                                      const sysctl::ParameterCatalog& catalog);

}  // namespace tcptune::cli

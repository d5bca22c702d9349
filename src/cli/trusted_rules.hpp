// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <tcptune/sysctl/catalog.hpp>

namespace tcptune::cli {

/// What the rule files say that may be written. A file or directory that somebody else than root,
/// or the owner of this very program, could have changed counts for nothing and is told on standard
/// error; so is a file with an error. Throws Error (configuration) when nothing is left.
[[nodiscard]] sysctl::ParameterCatalog trusted_catalog();

}  // namespace tcptune::cli

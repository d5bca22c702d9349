// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <tcptune/sysctl/catalog.hpp>

#include <span>
#include <string>

namespace tcptune::helper {

/// The [parameter] tables of the rule files in directories of increasing weight: what may be
/// written at all. A file masks the files of its name in lighter directories; a link to /dev/null
/// and an empty file mask and declare nothing. Only files and directories count that are root's
/// and that nobody else may write. A file that cannot be used is logged, declares nothing and
/// still masks: what its author meant is not guessed.
[[nodiscard]] sysctl::ParameterCatalog load_catalog(std::span<const std::string> directories);

}  // namespace tcptune::helper

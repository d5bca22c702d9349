// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "conf/script.hpp"

#include <deque>

namespace tcptune::conf {

/// What comes after the boot's loader, in order: each writer's own text, and the files that it
/// loads again after it.
[[nodiscard]] std::deque<Script> late_scripts(const BootTree& tree, NameTable& names);

}  // namespace tcptune::conf

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "conf/replay.hpp"

#include <tcptune/conf/boot_oracle.hpp>

namespace tcptune::conf {

/// An effect as others see it, with its sentence.
[[nodiscard]] Claim claim_of(const Effect& effect, const Script& script, const NameTable& names);

}  // namespace tcptune::conf

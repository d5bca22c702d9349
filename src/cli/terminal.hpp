// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cli/options.hpp"

#include <tcptune/report/style.hpp>

namespace tcptune::cli {

/// How to write to descriptor `fd`: colour and characters beyond ASCII only on a terminal (or
/// with --color=always), never more than 80 columns. Honours NO_COLOR and TERM=dumb.
[[nodiscard]] report::TextStyle style_for(int fd, ColourChoice colour);

}  // namespace tcptune::cli

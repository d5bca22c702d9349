// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>

namespace tcptune::report {

/// What the reader's screen can show. The defaults are those of a pipe or a file.
struct TextStyle {
    std::size_t width = 80;
    bool colour = false;   ///< SGR escape sequences
    bool unicode = false;  ///< characters beyond ASCII
    bool direct = false;   ///< the commands to type next repeat --direct
};

}  // namespace tcptune::report

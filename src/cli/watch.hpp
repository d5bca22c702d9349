// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string>

namespace tcptune::cli {

/// One look: the whole screen for a terminal, one line for anything else.
struct WatchView {
    std::string screen;
    std::string line;
};

/// Shows what `look` gives again and again, `seconds` apart. On a terminal the screen is painted
/// anew and `q` ends it; elsewhere each look is a plain line. SIGINT and SIGTERM end it too, and
/// the terminal is as it was before, whatever ends it.
void watch(double seconds, bool terminal, const std::function<WatchView()>& look);

}  // namespace tcptune::cli

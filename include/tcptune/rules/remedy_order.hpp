// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <tcptune/rules/rule.hpp>

namespace tcptune::rules {

/// In which order to try cures: what the application can do, then the network, then what an
/// administrator can configure, then a sysctl; what is none comes last.
[[nodiscard]] constexpr int try_order(Remedy remedy) {
    switch (remedy) {
        case Remedy::application:
            return 0;
        case Remedy::topology:
            return 1;
        case Remedy::configuration:
            return 2;
        case Remedy::sysctl:
            return 3;
        case Remedy::none:
            break;
    }
    return 4;
}

}  // namespace tcptune::rules

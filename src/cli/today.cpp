// SPDX-License-Identifier: Apache-2.0
#include "cli/today.hpp"

#include <array>
#include <cstddef>
#include <ctime>

namespace tcptune::cli {

std::string today() {
    const std::time_t now = std::time(nullptr);
    std::tm parts{};
    (void)::gmtime_r(&now, &parts);
    std::array<char, 16> text{};
    const std::size_t length = std::strftime(text.data(), text.size(), "%Y-%m-%d", &parts);
    return {text.data(), length};
}

}  // namespace tcptune::cli

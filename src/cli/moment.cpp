// SPDX-License-Identifier: Apache-2.0
#include "cli/moment.hpp"

#include <array>
#include <cstddef>
#include <ctime>

namespace tcptune::cli {

std::int64_t unix_now() {
    return std::time(nullptr);
}

std::string local_moment(std::int64_t unix_s) {
    const std::time_t moment = unix_s;
    std::tm parts{};
    if (::localtime_r(&moment, &parts) == nullptr) return "an unknown time";
    std::array<char, 32> text{};
    const std::size_t length = std::strftime(text.data(), text.size(), "%Y-%m-%d %H:%M:%S", &parts);
    return {text.data(), length};
}

}  // namespace tcptune::cli

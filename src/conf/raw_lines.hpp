// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <tcptune/conf/statements.hpp>

#include <cstdint>
#include <string_view>
#include <vector>

namespace tcptune::conf {

/// A line that a loader takes as an assignment or an exclusion, its name not yet normalised.
struct RawLine {
    std::string_view name;
    std::string_view value;
    std::uint32_t line = 0;
    bool exclusion = false;
    bool ignore_errors = false;
};

/// Views into `text`.
[[nodiscard]] std::vector<RawLine> raw_lines(std::string_view text, Loader loader);

}  // namespace tcptune::conf

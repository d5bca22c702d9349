// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <tcptune/base/error.hpp>

#include <span>
#include <string_view>

namespace tcptune::cli {

/// Every number a command of tcptune may exit with.
enum class Exit : int {
    done = 0,
    failed = 1,
    difference = 2,
    usage = 64,
    bad_data = 65,
    no_input = 66,
    unavailable = 69,
    internal = 70,
    not_authorized = 77,
    configuration = 78,
    broken_pipe = 128 + 13,
};

/// One row of the table that tcptune(1), `tcptune help exit-codes` and JSON `exit_code` share.
struct ExitStatus {
    int code = 0;
    std::string_view name;
    std::string_view meaning;   ///< one sentence without a full stop
    std::string_view given_by;  ///< commands; "" for numbers kept for later releases
};

[[nodiscard]] std::span<const ExitStatus> exit_statuses();

[[nodiscard]] Exit exit_for(ErrorCode code);
[[nodiscard]] inline int number(Exit status) {
    return static_cast<int>(status);
}

}  // namespace tcptune::cli

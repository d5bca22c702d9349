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
    write_failed = 10,
    uncertain = 11,
    rolled_back = 12,
    policy = 13,
    stale = 14,
    boot_conflict = 15,
    conflict = 16,
    usage = 64,
    bad_data = 65,
    no_input = 66,
    unavailable = 69,
    internal = 70,
    busy = 75,
    not_authorized = 77,
    configuration = 78,
    broken_pipe = 128 + 13,
};

/// One row of the table that tcptune(1), `tcptune help exit-codes` and JSON `exit_code` share.
struct ExitStatus {
    int code = 0;
    std::string_view name;
    std::string_view meaning;   ///< one sentence without a full stop
    std::string_view given_by;  ///< commands
};

[[nodiscard]] std::span<const ExitStatus> exit_statuses();
/// The row's name, "rolled-back": the member `status` of JSON. "signal" beyond 128.
[[nodiscard]] std::string_view status_word(Exit status);

[[nodiscard]] Exit exit_for(ErrorCode code);
[[nodiscard]] inline int number(Exit status) {
    return static_cast<int>(status);
}

}  // namespace tcptune::cli

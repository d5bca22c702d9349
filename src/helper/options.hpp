// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <optional>

namespace tcptune::helper {

struct Options {
    std::chrono::duration<double> idle_limit{60};
    bool recover_only = false;
};

/// Reads the command line and answers --help and --version. The exit status when there is nothing
/// more to do, else nothing. There is no option that moves a file: tests use mounts.
[[nodiscard]] std::optional<int> read_options(int argc, char** argv, Options& options);

}  // namespace tcptune::helper

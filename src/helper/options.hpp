// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <tcptune/txn/transaction_service.hpp>

#include <chrono>
#include <optional>
#include <string>
#include <vector>

namespace tcptune::helper {

struct Options {
    std::vector<std::string> rule_directories;
    txn::Places places;
    std::chrono::duration<double> idle_limit{60};
    bool recover_only = false;
};

/// Reads the command line and answers --help and --version. The exit status when there is nothing
/// more to do, else nothing. What moves files elsewhere is there for tests only, and only in a
/// program that was built for them.
[[nodiscard]] std::optional<int> read_options(int argc, char** argv, Options& options);

}  // namespace tcptune::helper

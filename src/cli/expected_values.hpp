// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cli/options.hpp"

#include <tcptune/conf/comparison.hpp>

#include <string>
#include <vector>

/// What the values of a host are held against.
namespace tcptune::cli {

struct ExpectedValues {
    conf::Expectation expectation;
    std::string against;             ///< "files", "drop-in", "plan", "transaction"
    std::string name;                ///< of the plan or the transaction; the drop-in's path
    std::vector<std::string> notes;  ///< sentences without a full stop
    bool readable = true;            ///< else what is expected is not known
};

/// The values of tcptune's own file, when it is there.
[[nodiscard]] ExpectedValues expected_of_drop_in(const conf::BootTree& tree);

/// Of a saved plan, or of a transaction by the first digits of its id. Throws Error (usage: it is
/// neither; no_input), InputError and txn::Refused.
[[nodiscard]] ExpectedValues expected_of(const std::string& plan_or_id, const ReachOptions& reach);

}  // namespace tcptune::cli

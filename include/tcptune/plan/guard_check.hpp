// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <tcptune/plan/evaluation.hpp>

#include <span>
#include <string>
#include <vector>

namespace tcptune::plan {

/// One guard of a rule file, read over a window of counters.
struct GuardReading {
    std::string id;  ///< "net.ipv4.tcp_timestamps/paws-rejections"
    std::string key;
    std::string text;
    Truth verdict = Truth::unknown;  ///< yes: it holds; no: it is violated
    std::vector<Reading> readings;   ///< the lines of its condition
};

/// The guards of these keys' rules, in the order of `keys` and then of the files. `facts` hold
/// counters read twice; with one reading what asks for a rate is unknown, but of a counter that
/// never moved. The rules must be loaded with
/// their guards (Parts::advice has them).
[[nodiscard]] std::vector<GuardReading> check_guards(const rules::RuleSet& rules,
                                                     std::span<const std::string> keys,
                                                     const facts::FactSet& facts,
                                                     const Inputs& inputs);

}  // namespace tcptune::plan

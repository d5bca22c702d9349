// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <tcptune/plan/plan.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace sample {

/// A host without anything to say about.
tcptune::plan::Plan idle();

/// 20,000 TIME_WAITs to one destination; tcp_tw_reuse goes from 2 to 1.
tcptune::plan::Plan churning();

/// Every text of the plan is hostile: escape sequences, markup, very long words.
tcptune::plan::Plan hostile();

std::vector<std::string> lines_of(std::string_view text);

/// The widest line, in characters.
std::size_t widest(std::string_view text);

}  // namespace sample

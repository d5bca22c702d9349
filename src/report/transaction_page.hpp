// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "report/text_layout.hpp"

#include <tcptune/report/transaction_report.hpp>

#include <cstdint>
#include <span>
#include <string>

namespace tcptune::report {

/// The time alone when it is a time of today.
[[nodiscard]] std::string moment_near(const MomentText& moment, std::int64_t unix_s,
                                      std::int64_t now_unix_s);

void outcome_lines(Page& page, std::span<const txn::Outcome> outcomes);

}  // namespace tcptune::report

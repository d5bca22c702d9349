// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "report/json_document.hpp"

#include <tcptune/report/transaction_report.hpp>

#include <span>
#include <string>

namespace tcptune::report {

/// A sysctl value: a string, or a list of strings where it has several words.
[[nodiscard]] Json setting_json(const std::string& text);
/// The items of a result: keys, and the drop-in by its path.
[[nodiscard]] Json outcomes_json(std::span<const txn::Outcome> outcomes);
/// `status` and `summary`.
void add_ending(Json& json, const Ending& ending);

}  // namespace tcptune::report

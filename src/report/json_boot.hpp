// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "report/json_document.hpp"

#include <tcptune/report/boot_report.hpp>

namespace tcptune::report {

/// The value, or null.
[[nodiscard]] Json value_or_null(const conf::Reading& reading);
/// What is said where the value is null; else "".
[[nodiscard]] std::string why_null(const conf::Reading& reading);
/// `file`, `line`, `name`, `value`, ... and the fate.
[[nodiscard]] Json claim_json(const conf::Claim& claim);
/// `root`, `kernel`, `boots_with`, `late_writers`, `unreadable`, `cannot_judge`.
void add_scene(Json& json, const BootScene& scene);

}  // namespace tcptune::report

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <tcptune/base/diagnostic.hpp>
#include <tcptune/base/error.hpp>
#include <tcptune/plan/explanation.hpp>
#include <tcptune/plan/plan.hpp>
#include <tcptune/rules/profile_file.hpp>
#include <tcptune/rules/rule_set.hpp>

#include <span>
#include <string>
#include <string_view>

/// JSON for programs, format_version "1.0": members are only ever added within one major version,
/// and readers ignore members that they do not know. Schemas: src/report/schemas.
namespace tcptune::report {

/// kind "plan"; also the saved plan file. Documented in tcptune-plan(5).
[[nodiscard]] std::string plan_json(const plan::Plan& plan, int exit_code);

/// kind "explanation" of one key or finding.
[[nodiscard]] std::string explanation_json(std::string_view subject, bool why_not,
                                           const plan::Explanation& explanation, int exit_code);

/// kind "rules".
[[nodiscard]] std::string rules_json(std::span<const rules::Rule* const> rules, int exit_code);

/// kind "profiles".
[[nodiscard]] std::string profiles_json(std::span<const rules::Profile> profiles, int exit_code);

/// kind "rule_check": what `rules lint` and `rules test` found.
[[nodiscard]] std::string check_json(std::string_view check, const Diagnostics& diagnostics,
                                     std::size_t files, int exit_code);

/// kind "error": why a command that was asked for JSON has none to give.
[[nodiscard]] std::string error_json(std::string_view object, std::string_view reason,
                                     const Diagnostics& diagnostics, int exit_code);

}  // namespace tcptune::report

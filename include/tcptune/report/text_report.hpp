// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <tcptune/plan/explanation.hpp>
#include <tcptune/plan/plan.hpp>
#include <tcptune/report/next_command.hpp>
#include <tcptune/report/style.hpp>
#include <tcptune/rules/profile_file.hpp>
#include <tcptune/rules/rule_set.hpp>

#include <span>
#include <string>

namespace tcptune::report {

/// The screen of `tcptune plan`: findings, destinations, steps, advice, what is not advised and
/// why, what is not known, one sentence of verdict and one command. No line is wider than the
/// style; nothing foreign reaches it unescaped.
[[nodiscard]] std::string text_plan(const plan::Plan& plan, const Invocation& invocation,
                                    const TextStyle& style);

/// An explanation as an indented tree: verdict, sentence, numbers.
[[nodiscard]] std::string text_explanation(const plan::Explanation& explanation,
                                           const TextStyle& style);

/// One line per rule: key, access, where the file is.
[[nodiscard]] std::string text_rules(const rules::RuleSet& rules, const TextStyle& style);

/// One entry per profile: name, roles, summary.
[[nodiscard]] std::string text_profiles(std::span<const rules::Profile> profiles,
                                        const TextStyle& style);

}  // namespace tcptune::report

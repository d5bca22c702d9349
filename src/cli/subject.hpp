// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <tcptune/rules/rule_set.hpp>

#include <string>

namespace tcptune::cli {

/// The rule that a person means by "net.ipv4.tcp_tw_reuse", "net/ipv4/tcp_tw_reuse",
/// "tcp_tw_reuse" or "net.ipv4.tcp_tw_reuse/ID"; null when there is none.
[[nodiscard]] const rules::Rule* find_subject(const rules::RuleSet& rules,
                                              const std::string& subject);

/// "there is no rule for ...; did you mean ...?"
[[nodiscard]] std::string unknown_subject(const rules::RuleSet& rules, const std::string& subject);

}  // namespace tcptune::cli

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cli/exit_status.hpp"
#include "cli/options.hpp"

#include <tcptune/report/style.hpp>

/// One function per command: reads its inputs, writes its answer to standard output and returns
/// the exit status. Throws Error for what stops it.
namespace tcptune::cli {

[[nodiscard]] Exit run_diagnose(const DiagnoseOptions& options, ColourChoice colour);
[[nodiscard]] Exit run_plan(const PlanOptions& options, const report::TextStyle& style);
[[nodiscard]] Exit run_facts(const FactsOptions& options);
[[nodiscard]] Exit run_explain(const ExplainOptions& options, const report::TextStyle& style);
[[nodiscard]] Exit run_rules(const RulesOptions& options, const report::TextStyle& style);
[[nodiscard]] Exit run_profiles(const ProfilesOptions& options, const report::TextStyle& style);
[[nodiscard]] Exit run_apply(const ApplyOptions& options, ColourChoice colour);
[[nodiscard]] Exit run_checkpoint(const CheckpointOptions& options, ColourChoice colour);
[[nodiscard]] Exit run_rehearse(const RehearseOptions& options, const report::TextStyle& style);
[[nodiscard]] Exit run_transaction(const TransactionOptions& options,
                                   const report::TextStyle& style);
[[nodiscard]] Exit run_lint(const LintOptions& options, const report::TextStyle& style);
[[nodiscard]] Exit run_blame(const BlameOptions& options, const report::TextStyle& style);
[[nodiscard]] Exit run_verify(const VerifyOptions& options, const report::TextStyle& style);
[[nodiscard]] Exit run_drift(const DriftOptions& options);
[[nodiscard]] Exit run_upgrade(const UpgradeOptions& options, const report::TextStyle& style);
[[nodiscard]] Exit run_help(const HelpOptions& options);

}  // namespace tcptune::cli

// SPDX-License-Identifier: Apache-2.0
#include "cli/exit_status.hpp"

#include <algorithm>
#include <array>

namespace tcptune::cli {
namespace {

constexpr std::array<ExitStatus, 18> table{{
    {0, "done", "done; nothing to do; no difference; findings below the threshold", "all"},
    {1, "failed", "operational error, nothing was changed", "all"},
    {2, "difference",
     "a difference or finding: steps exist, values differ, or rehearse saw a refusal",
     "plan --detailed-exitcode, diagnose --fail-on, lint, verify, drift, upgrade-check, rehearse"},
    {10, "write-failed", "a write failed or read back differently: everything rolled back",
     "apply, checkpoint"},
    {11, "uncertain", "rollback incomplete or the state is not certain: a person must look",
     "apply, confirm, rollback, checkpoint, status"},
    {12, "rolled-back",
     "check or guard failed, not confirmed in time, refused at the prompt, or drift: rolled back",
     "apply, confirm, rollback, checkpoint"},
    {13, "policy", "refused by policy", "apply, rollback"},
    {14, "stale",
     "stale plan: host, boot, namespace, kernel, values or files differ; "
     "nothing touched",
     "apply, checkpoint, rehearse"},
    {15, "boot-conflict", "another file or loader would win at boot; nothing touched",
     "apply, verify --boot"},
    {16, "conflict", "rolled back, but somebody else's later change was left alone",
     "rollback, confirm, apply, checkpoint"},
    {64, "usage", "the command line is wrong", "all"},
    {65, "bad-data", "a rule, profile, policy, facts or plan file is malformed or newer", "all"},
    {66, "no-input", "an input file or directory cannot be read; no such transaction", "all"},
    {69, "unavailable", "a needed part of the system is not there",
     "apply, confirm, rollback, checkpoint, history, show, status, diff, verify, rehearse"},
    {70, "internal", "a fault of tcptune itself", "all"},
    {75, "busy", "busy: another transaction", "apply, confirm, rollback, checkpoint"},
    {77, "not-authorized", "not authorized", "all"},
    {78, "configuration", "tcptune's own configuration is wrong or missing", "all"},
}};

}  // namespace

std::span<const ExitStatus> exit_statuses() {
    return table;
}

std::string_view status_word(Exit status) {
    const auto row = std::ranges::find(table, number(status), &ExitStatus::code);
    return row == table.end() ? "signal" : row->name;
}

Exit exit_for(ErrorCode code) {
    switch (code) {
        case ErrorCode::operational:
            return Exit::failed;
        case ErrorCode::usage:
            return Exit::usage;
        case ErrorCode::bad_data:
            return Exit::bad_data;
        case ErrorCode::no_input:
            return Exit::no_input;
        case ErrorCode::unavailable:
            return Exit::unavailable;
        case ErrorCode::internal:
            return Exit::internal;
        case ErrorCode::not_authorized:
            return Exit::not_authorized;
        case ErrorCode::configuration:
            return Exit::configuration;
    }
    return Exit::internal;
}

}  // namespace tcptune::cli

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <tcptune/report/apply_report.hpp>

namespace sample {

inline const std::string id = "3f2a91c0d2b44e6f8a1b2c3d4e5f6071";
inline constexpr std::int64_t noon = 1795262400;  // 2026-11-21T12:00:00Z

/// UTC, so that no test depends on where it runs.
inline std::string moment(std::int64_t unix_s) {
    std::string text = tcptune::report::utc_text(unix_s);
    text[10] = ' ';
    text.pop_back();
    return text;
}

inline tcptune::txn::Outcome outcome(std::string key, tcptune::txn::OutcomeStatus status,
                                     std::string before, std::string after,
                                     std::string detail = {}) {
    return {std::move(key), status, std::move(before), std::move(after), std::move(detail)};
}

inline tcptune::txn::Result applied() {
    using tcptune::txn::OutcomeStatus;
    return {id,
            tcptune::txn::State::applied,
            tcptune::txn::Reason::asked,
            {outcome("net.ipv4.tcp_tw_reuse", OutcomeStatus::applied, "2", "1"),
             outcome("net.ipv4.ip_local_port_range", OutcomeStatus::applied, "32768 60999",
                     "1024 65535")}};
}

inline tcptune::txn::Result committed() {
    tcptune::txn::Result result = applied();
    result.state = tcptune::txn::State::committed;
    for (tcptune::txn::Outcome& each : result.outcomes)
        each.status = tcptune::txn::OutcomeStatus::kept;
    return result;
}

inline tcptune::txn::TransactionInfo armed() {
    tcptune::txn::TransactionInfo info;
    info.id = id;
    info.state = tcptune::txn::State::applied;
    info.uid = 1000;
    info.started_unix_s = noon;
    info.seconds_left = 90;
    info.persist = true;
    info.label = "CHG-7: less churn";
    info.outcomes = applied().outcomes;
    return info;
}

inline tcptune::report::ApplyReport apply_report() {
    tcptune::report::ApplyReport report;
    report.helper = "the helper tcptuned 0.1.0";
    report.id = id;
    report.persist = true;
    report.plan_digest = std::string(64, 'a');
    report.asked = {{"net.ipv4.tcp_tw_reuse", "2", "1"},
                    {"net.ipv4.ip_local_port_range", "32768 60999", "1024 65535"}};
    report.begun = applied();
    report.ended = committed();
    report.ending = {0, "done", "applied and kept"};
    return report;
}

inline tcptune::report::ApplyReport checkpoint_report() {
    using tcptune::txn::OutcomeStatus;
    tcptune::report::ApplyReport report;
    report.helper = "the helper tcptuned 0.1.0";
    report.id = id;
    report.command.emplace();
    report.command->words = {"sysctl", "-p", "a file"};
    report.command->started = true;
    report.command->status = 3;
    report.keys = {{"net.ipv4.tcp_tw_reuse", "2", "0", true, false},
                   {"net.ipv4.ip_forward", "0", "1", false, true}};
    report.files = {{"/etc/sysctl.d/50-new.conf", "", std::string(64, 'b')}};
    report.begun =
        tcptune::txn::Result{id, tcptune::txn::State::applied, tcptune::txn::Reason::asked, {}};
    report.ended =
        tcptune::txn::Result{id,
                             tcptune::txn::State::rolled_back,
                             tcptune::txn::Reason::asked,
                             {outcome("net.ipv4.tcp_tw_reuse", OutcomeStatus::restored, "0", "2")}};
    report.ending = {12, "rolled-back",
                     "the command failed; what it did to the catalog's sysctls is undone"};
    return report;
}

}  // namespace sample

// SPDX-License-Identifier: Apache-2.0
#include "sample_plan.hpp"

#include <algorithm>

namespace sample {

using namespace tcptune;

plan::Plan idle() {
    plan::Plan plan;
    plan.host = {.hostname = "web-7",
                 .kernel_release = "6.18.44",
                 .boot_id = "7c9a4f2e-0000-4000-8000-000000000001",
                 .netns = "cookie:1",
                 .netns_initial = true,
                 .other_netns = 0};
    plan.profile = "general";
    plan.policy = "default";
    plan.method = facts::SocketMethod::counters;
    plan.budget = capacity::PortBudget{.range = 28232,
                                       .reserved = 0,
                                       .bound = 0,
                                       .usable = 28232,
                                       .preferred = 14116,
                                       .preferred_even = true};
    plan.digest = std::string(64, 'a');
    return plan;
}

namespace {

plan::PlanDestination full_destination(const capacity::PortBudget& budget) {
    plan::PlanDestination entry;
    entry.destination.local_address = "10.9.0.1";
    entry.destination.remote_address = "10.9.0.2";
    entry.destination.remote_port = 7777;
    entry.destination.states[static_cast<std::size_t>(facts::TcpState::time_wait)] = 20000;
    entry.before.ceiling = {.budget = budget,
                            .reuse = false,
                            .hold_s = 60,
                            .per_s = 28232.0 / 60,
                            .slow_above_per_s = 14116.0 / 60};
    entry.before.in_use = 20000;
    entry.before.share = 20000.0 / 28232;
    entry.before.stage = capacity::Stage::slow;
    entry.before.rate_per_s = 333.4;
    entry.before.seconds_left = 24.7;
    entry.before.ports_until_slow = 0;
    entry.after = entry.before;
    entry.after->ceiling.reuse = true;
    entry.after->ceiling.per_s = 28232.0;
    entry.after->ceiling.slow_above_per_s = 14116.0;
    entry.after->seconds_left = std::nullopt;
    return entry;
}

}  // namespace

plan::Plan churning() {
    plan::Plan plan = idle();
    plan.method = facts::SocketMethod::dump;
    plan.host.other_netns = 3;
    plan.destinations.push_back(full_destination(*plan.budget));

    plan::PlanFinding finding;
    finding.id = "net.ipv4.tcp_tw_reuse/enable-for-outgoing-churn";
    finding.key = "net.ipv4.tcp_tw_reuse";
    finding.title = "Ports towards one destination wait in TIME_WAIT";
    finding.explanation = "Outgoing connections are close to the end of the local ports.";
    finding.severity = rules::Severity::critical;
    finding.evidence = {{"port.reusable_share > threshold.pressure", "0.708 > 0.5", "yes"}};
    finding.remedy = rules::Remedy::sysctl;
    plan.findings.push_back(finding);

    plan::PlanChange change;
    change.key = "net.ipv4.tcp_tw_reuse";
    change.before_runtime = "2";
    change.before_boot = "2";
    change.after_runtime = "1";
    change.takes_effect = "new connections";
    change.order = 1;
    change.reason = finding.explanation;
    change.rule_id = finding.id;
    change.finding_ids = {finding.id};
    change.hazards = {{"rewritten-timestamps", rules::Level::medium, plan::Truth::yes,
                       "A middlebox that rewrites timestamps makes reused connections stall."}};
    change.expected_effect = {.text = "Ports serve again after one second.",
                              .ceiling_before_per_s = 28232.0 / 60,
                              .ceiling_after_per_s = 28232.0,
                              .slow_above_before_per_s = 14116.0 / 60,
                              .slow_above_after_per_s = 14116.0,
                              .note = "a limit of ports; the processor ends earlier"};
    plan.changes.push_back(change);

    plan.advice = {{.id = "net.ipv4.ip_local_port_range/more-addresses",
                    .key = "net.ipv4.ip_local_port_range",
                    .title = "Use a second source address",
                    .text = "Each source address has its own ports.",
                    .reason = "",
                    .remedy = rules::Remedy::topology,
                    .severity = rules::Severity::warning},
                   {.id = "net.ipv4.tcp_tw_reuse/pool",
                    .key = "net.ipv4.tcp_tw_reuse",
                    .title = "Keep connections open",
                    .text = "A pool needs no port per request.",
                    .reason = "",
                    .remedy = rules::Remedy::application,
                    .severity = rules::Severity::info}};
    plan.not_advised = {{.id = "net.ipv4.tcp_fin_timeout/no-cure",
                         .key = "net.ipv4.tcp_fin_timeout",
                         .title = "does not shorten TIME_WAIT",
                         .text = "TIME_WAIT lasts 60 s whatever this key says.",
                         .reason = "",
                         .remedy = rules::Remedy::none,
                         .severity = rules::Severity::info}};
    plan.conflicts = {{.key = "net.ipv4.tcp_tw_reuse",
                       .file = "/etc/sysctl.d/99-old.conf",
                       .value = "0",
                       .text = "would win at the next boot",
                       .line = 12}};
    plan.refusals = {{.key = "net.ipv4.ip_local_port_range",
                      .rule_id = "net.ipv4.ip_local_port_range/widen",
                      .reason = "denied",
                      .by_policy = true,
                      .where = "site.toml:4"}};
    plan.unknowns = {"permission denied: conntrack (asked for by net.netfilter.nf_conntrack_max)"};
    return plan;
}

plan::Plan hostile() {
    const std::string evil =
        "\x1b[31m<script>alert(1)</script>|`*_\u202e" + std::string(300, 'x') + "\r\n@all";
    plan::Plan plan = churning();
    plan.host.hostname = evil;
    plan.host.kernel_release = evil;
    plan.host.netns = evil;
    plan.profile = evil;
    plan.policy = evil;
    for (plan::PlanFinding& finding : plan.findings) {
        finding.key = finding.title = finding.explanation = evil;
        finding.evidence = {{evil, evil, "yes"}};
    }
    for (plan::PlanChange& change : plan.changes) {
        change.key = change.before_runtime = change.after_runtime = evil;
        change.reason = change.takes_effect = change.expected_effect.note = evil;
        change.before_boot = "other" + evil;
        change.hazards.front().text = evil;
    }
    for (plan::PlanAdvice& advice : plan.advice)
        advice.title = advice.text = advice.reason = evil;
    for (plan::PlanAdvice& advice : plan.not_advised)
        advice.key = advice.title = evil;
    for (plan::Conflict& conflict : plan.conflicts) {
        conflict.file = conflict.value = conflict.text = conflict.key = evil;
    }
    for (plan::Refusal& refusal : plan.refusals)
        refusal.key = refusal.reason = refusal.where = evil;
    plan.unknowns = {evil};
    plan.namespaces = {{.name = evil, .time_wait = 9000000000000, .sockets = -1}};
    plan.goals = {{.destination = evil,
                   .rate_per_s = 1e300,
                   .ceiling_before_per_s = 1e300,
                   .ceiling_after_per_s = std::nullopt,
                   .slow_above_after_per_s = 1,
                   .met_before = false,
                   .met_after = false,
                   .text = evil}};
    plan::PlanDestination long_address = plan.destinations.front();
    long_address.destination.local_address = "fe80:1234:5678:9abc:def0:1234:5678:9abc";
    long_address.destination.remote_address = "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff";
    long_address.before.in_use = 9000000000000000;
    long_address.before.share = 1e300;
    long_address.before.seconds_left = 1e300;
    plan.destinations.push_back(long_address);
    return plan;
}

std::vector<std::string> lines_of(std::string_view text) {
    std::vector<std::string> lines;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        lines.emplace_back(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return lines;
}

std::size_t widest(std::string_view text) {
    std::size_t most = 0;
    for (const std::string& line : lines_of(text)) {
        const auto characters = std::ranges::count_if(
            line, [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; });
        most = std::max(most, static_cast<std::size_t>(characters));
    }
    return most;
}

}  // namespace sample

// SPDX-License-Identifier: Apache-2.0
#include "sample_diagnosis.hpp"

#include <tcptune/base/text.hpp>

namespace sample {

using namespace tcptune;

namespace {

constexpr std::size_t index_of(facts::TcpState state) {
    return static_cast<std::size_t>(state);
}

capacity::PortBudget default_budget() {
    return {.range = 28232,
            .reserved = 0,
            .bound = 0,
            .usable = 28232,
            .preferred = 14116,
            .preferred_even = true};
}

diagnosis::DestinationView exhausted_destination() {
    diagnosis::DestinationView view;
    view.destination.local_address = "10.0.0.5";
    view.destination.remote_address = "10.0.3.7";
    view.destination.remote_port = 5432;
    view.destination.states[index_of(facts::TcpState::time_wait)] = 28230;
    view.destination.states[index_of(facts::TcpState::established)] = 2;
    view.destination.owners = {{.pid = 812, .sockets = 1, .inferred = true},
                               {.pid = 813, .sockets = 1, .inferred = true}};
    view.forecast.ceiling = {.budget = default_budget(),
                             .reuse = false,
                             .hold_s = 60,
                             .per_s = 28232.0 / 60,
                             .slow_above_per_s = 14116.0 / 60};
    view.forecast.in_use = 28232;
    view.forecast.held = 28232;
    view.forecast.share = 1;
    view.forecast.stage = capacity::Stage::exhausted;
    view.forecast.rate_per_s = 470.4;
    view.forecast.seconds_left = 0;
    view.forecast.ports_until_slow = 0;
    return view;
}

diagnosis::DestinationView idle_destination() {
    diagnosis::DestinationView view = exhausted_destination();
    view.destination.remote_address = "10.0.3.8";
    view.destination.remote_port = 443;
    view.destination.states = {};
    view.destination.states[index_of(facts::TcpState::established)] = 40;
    view.destination.owners = {{.pid = 99, .sockets = 40, .inferred = false}};
    view.forecast.in_use = view.forecast.held = 40;
    view.forecast.share = 40.0 / 28232;
    view.forecast.stage = capacity::Stage::free;
    view.forecast.rate_per_s = 0;
    view.forecast.seconds_left.reset();
    view.forecast.ports_until_slow = 14076;
    return view;
}

std::vector<diagnosis::Finding> port_and_leak_findings() {
    diagnosis::Finding ports;
    ports.id = "ports-by-time-wait";
    ports.title = "Closed connections (TIME_WAIT) hold every local port towards a destination";
    ports.text =
        "This host closes its connections first, and each keeps its local port for 60 s. New "
        "ones fail with EADDRNOTAVAIL until a port is free again.";
    ports.severity = rules::Severity::critical;
    ports.scope = rules::Scope::destination;
    ports.subjects = {
        {.name = "10.0.0.5 -> 10.0.3.7:5432",
         .evidence = {{"destination.stage == \"exhausted\"", "exhausted == exhausted", "yes"},
                      {"destination.time_wait >= 0.25 * destination.in_use", "28230 >= 7058",
                       "yes"}},
         .pids = {812, 813}}};
    diagnosis::Finding leak;
    leak.id = "close-wait-leak";
    leak.title = "A program does not close connections that its peers have closed";
    leak.text = "CLOSE_WAIT ends only when the program calls close(); no timer does it.";
    leak.severity = rules::Severity::warning;
    leak.scope = rules::Scope::host;
    leak.subjects = {{.name = "",
                      .evidence = {{"socket.tcp.close_wait >= 100", "512 >= 100", "yes"}},
                      .pids = {99}}};
    return {ports, leak};
}

}  // namespace

diagnosis::Diagnosis calm() {
    diagnosis::Diagnosis diagnosis;
    diagnosis.host = {.hostname = "proxy-1",
                      .kernel_release = "6.18.44",
                      .boot_id = "7c9a4f2e-0000-4000-8000-000000000001",
                      .netns = "cookie:1",
                      .netns_initial = true,
                      .other_netns = 0};
    diagnosis.method = facts::SocketMethod::counters;
    diagnosis.by_state = {{"ESTABLISHED", 12}, {"TIME_WAIT", 3}, {"CLOSE_WAIT", 0}};
    diagnosis.budget = default_budget();
    diagnosis.budget_is_upper_bound = true;
    return diagnosis;
}

diagnosis::Diagnosis full() {
    diagnosis::Diagnosis diagnosis = calm();
    diagnosis.method = facts::SocketMethod::dump;
    diagnosis.budget_is_upper_bound = false;
    diagnosis.by_state = {
        {"TIME_WAIT", 28230}, {"ESTABLISHED", 42}, {"CLOSE_WAIT", 512}, {"LISTEN", 12}};
    diagnosis.destinations = {exhausted_destination(), idle_destination()};
    diagnosis.listeners = {{.address = "0.0.0.0",
                            .port = 8080,
                            .queue = 3,
                            .backlog = 128,
                            .syn_received = 1,
                            .owners = {}}};
    facts::Process php{.pid = 812,
                       .command = "php-fpm",
                       .unit = "php-fpm.service",
                       .container = "",
                       .open_files = 40,
                       .open_files_limit = 1024,
                       .close_wait = 0};
    facts::Process second = php;
    second.pid = 813;
    facts::Process java{.pid = 99,
                        .command = "java",
                        .unit = "",
                        .container = std::string(64, 'a'),
                        .open_files = {},
                        .open_files_limit = {},
                        .close_wait = 512};
    diagnosis.processes = {java, php, second};
    diagnosis.findings = port_and_leak_findings();
    diagnosis.advice = {{.remedy = rules::Remedy::application,
                         .title = "Keep connections to the server open",
                         .text = "A pool of persistent connections needs a port each, not one per "
                                 "request.",
                         .finding_ids = {"ports-by-time-wait"}},
                        {.remedy = rules::Remedy::topology,
                         .title = "Add source addresses",
                         .text = "Each one has all ports of its own.",
                         .finding_ids = {"ports-by-time-wait"}}};
    diagnosis.not_cures = {
        {.what = "net.ipv4.tcp_fin_timeout", .text = "It is the time of FIN_WAIT_2 alone."}};
    diagnosis.steps = {{.key = "net.ipv4.tcp_tw_reuse",
                        .before = "2",
                        .after = "1",
                        .effect = "Ports serve again after a second.",
                        .limit_before_per_s = 470.5,
                        .limit_after_per_s = 28232}};
    diagnosis.plan_was_asked = true;
    return diagnosis;
}

diagnosis::Diagnosis asked() {
    diagnosis::Diagnosis diagnosis = full();
    diagnosis::Answer answer;
    answer.question.text = "java.net.ConnectException: Cannot assign requested address";
    answer.question.message_id = "EADDRNOTAVAIL";
    answer.question.call = "connect";
    answer.id = "EADDRNOTAVAIL";
    answer.title = "Cannot assign requested address";
    answer.text = "connect() found no local port, or the address is not on this host.";
    answer.confirmed = {diagnosis.findings.front().title};
    answer.ruled_out = {"The address is not here", "Open connections hold every port"};
    answer.open = {"Bound sockets hold the ports"};
    diagnosis.answer = answer;
    diagnosis.findings.front().asked = true;
    diagnosis.open = {{.id = "bound-only",
                       .title = "Bound sockets hold the ports",
                       .reasons = {"the socket table lacks them"}}};
    return diagnosis;
}

diagnosis::Diagnosis hostile_diagnosis() {
    const std::string evil =
        "\x1b[31m<script>alert(1)</script>|`*_\u202e" + std::string(300, 'x') + "\r\n@all";
    diagnosis::Diagnosis diagnosis = asked();
    diagnosis.host.hostname = diagnosis.host.kernel_release = diagnosis.host.netns = evil;
    diagnosis.only_destination = diagnosis.owners_unknown = diagnosis.budget_missing = evil;
    diagnosis.window_s = 1e300;
    diagnosis.by_state[evil] = 9000000000000;
    for (diagnosis::DestinationView& view : diagnosis.destinations) {
        view.destination.local_address = view.destination.remote_address = evil;
        view.destination.owners.push_back({.pid = -1, .sockets = 4294967295U, .inferred = true});
        view.forecast.share = view.forecast.rate_per_s = 1e300;
        view.forecast.in_use = 9000000000000000;
    }
    diagnosis.destinations.push_back(diagnosis.destinations.front());
    diagnosis.destinations.back().destination.remote_address =
        "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff";
    diagnosis.destinations.back().destination.owners.clear();
    for (facts::Process& process : diagnosis.processes) {
        process.command = process.unit = process.container = evil;
    }
    for (diagnosis::Finding& finding : diagnosis.findings) {
        finding.title = finding.text = evil;
        for (diagnosis::Subject& subject : finding.subjects) {
            subject.name = evil;
            subject.evidence = {{evil, evil, "yes"}};
        }
    }
    diagnosis.open.push_back({.id = evil, .title = evil, .reasons = {evil}});
    diagnosis.open.push_back({.id = evil, .title = evil, .reasons = {"two readings" + evil}});
    for (diagnosis::Advice& advice : diagnosis.advice)
        advice.title = advice.text = evil;
    diagnosis.not_cures.front() = {.what = evil, .text = evil};
    diagnosis.steps.front() = {.key = evil,
                               .before = evil,
                               .after = evil,
                               .effect = evil,
                               .limit_before_per_s = {},
                               .limit_after_per_s = {}};
    diagnosis.answer->question.text = diagnosis.answer->title = diagnosis.answer->text = evil;
    diagnosis.answer->confirmed = diagnosis.answer->ruled_out = diagnosis.answer->open = {evil};
    diagnosis.sources = {{.name = evil, .status = facts::SourceStatus::denied, .detail = evil}};
    diagnosis.namespaces = {{.name = evil, .time_wait = 9000000000000, .sockets = -1}};
    return diagnosis;
}

std::string folded(std::string_view text) {
    std::string out;
    for (const std::string_view word : split_words(text)) {
        if (!out.empty()) out += ' ';
        out += word;
    }
    return out;
}

std::string shown(const diagnosis::Diagnosis& diagnosis, const report::TextStyle& style,
                  const report::DiagnoseInvocation& invocation) {
    return report::text_diagnosis(diagnosis, invocation, style);
}

bool says(std::string_view text, std::string_view part) {
    return folded(text).find(part) != std::string::npos;
}

}  // namespace sample

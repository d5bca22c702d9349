// SPDX-License-Identifier: Apache-2.0
#include "report/plan_order.hpp"

#include <tcptune/report/next_command.hpp>

#include <algorithm>
#include <string_view>

namespace tcptune::report {
namespace {

bool is_plain(char c) {
    constexpr std::string_view plain =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789@%+=:,./_-";
    return plain.find(c) != std::string_view::npos;
}

/// A command with the words that make it look at the same thing again.
std::string command_line(std::string command, const Invocation& invocation,
                         std::string_view more = {}) {
    for (const std::string& word : invocation.input_words)
        command += ' ' + shell_word(word);
    if (!more.empty()) {
        command += ' ';
        command += more;
    }
    return command;
}

std::string as_root(const Invocation& invocation, std::string command) {
    return invocation.privileged ? command : "sudo " + command;
}

bool any_unknown(const plan::Plan& plan, std::string_view part) {
    return std::ranges::any_of(plan.unknowns, [&](const std::string& unknown) {
        return unknown.find(part) != std::string::npos;
    });
}

}  // namespace

std::string shell_word(const std::string& word) {
    if (!word.empty() && std::ranges::all_of(word, is_plain)) return word;
    std::string quoted = "'";
    for (const char c : word) {
        if (c == '\'') {
            quoted += "'\\''";
        } else {
            quoted += c;
        }
    }
    return quoted + "'";
}

std::string drop_lines_command(const std::set<std::string>& keys, const std::string& file) {
    std::string command = "tcptune lint --fix --write " + shell_word(file);
    for (const std::string& key : keys)
        command += " --drop=" + shell_word(key);
    return command;
}

std::string next_command(const plan::Plan& plan, const Invocation& invocation) {
    const bool live = !invocation.from_file;
    const auto explain = [&](const std::string& subject) {
        return command_line("tcptune explain " + subject, invocation);
    };
    if (!plan.changes.empty()) {
        // A saved plan is read next; one that is only on the screen is saved first.
        if (!invocation.saved_to.empty()) return explain(shell_word(by_order(plan).front()->key));
        return command_line("tcptune plan", invocation, "--out plan.json");
    }
    if (any_unknown(plan, "ermission denied")) {
        if (!live) return "sudo tcptune facts --out facts.json";
        if (!invocation.privileged) return command_line("sudo tcptune plan", invocation);
    }
    for (const plan::PlanFinding* finding : by_urgency(plan)) {
        if (finding->severity == rules::Severity::info) break;
        if (finding->key.empty()) continue;
        const bool of_rule = finding->id.starts_with(finding->key);
        return explain(shell_word(of_rule ? finding->id : finding->key));
    }
    if (!plan.refusals.empty())
        return explain("--why-not " + shell_word(plan.refusals.front().key));
    if (std::ranges::any_of(plan.goals,
                            [](const auto& goal) { return goal.known && !goal.met_after; })) {
        return explain("net.ipv4.ip_local_port_range");
    }
    if (live && !invocation.all_namespaces && plan.host.other_netns.value_or(0) > 0) {
        return as_root(invocation, command_line("tcptune plan", invocation, "--all-netns"));
    }
    if (live && !invocation.window_given) {
        return command_line("tcptune plan", invocation, "--window 5");
    }
    if (plan.profile == "general") return "tcptune profiles list";
    return live ? command_line("tcptune plan", invocation) : "tcptune plan";
}

}  // namespace tcptune::report

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

std::string plan_command(const Invocation& invocation, bool as_root, std::string_view more) {
    std::string command = as_root && !invocation.privileged ? "sudo tcptune plan" : "tcptune plan";
    for (const std::string& word : invocation.input_words)
        command += ' ' + shell_word(word);
    if (!more.empty()) {
        command += ' ';
        command += more;
    }
    return command;
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

std::string next_command(const plan::Plan& plan, const Invocation& invocation) {
    const bool live = !invocation.from_file;
    if (!plan.changes.empty()) {
        // A saved plan is read next; one that is only on the screen is saved first.
        if (invocation.saved_to.empty()) return plan_command(invocation, false, "--out plan.json");
        return "tcptune explain " + shell_word(by_order(plan).front()->key);
    }
    if (live && !invocation.privileged && any_unknown(plan, "ermission denied")) {
        return plan_command(invocation, true, "");
    }
    for (const plan::PlanFinding* finding : by_urgency(plan)) {
        if (finding->severity == rules::Severity::info) break;
        if (finding->key.empty()) continue;
        const bool of_rule = finding->id.starts_with(finding->key);
        return "tcptune explain " + shell_word(of_rule ? finding->id : finding->key);
    }
    if (!plan.refusals.empty()) {
        return "tcptune explain --why-not " + shell_word(plan.refusals.front().key);
    }
    if (live && !invocation.all_namespaces && plan.host.other_netns.value_or(0) > 0) {
        return plan_command(invocation, true, "--all-netns");
    }
    if (live && !invocation.window_given) return plan_command(invocation, false, "--window 5");
    if (plan.profile == "general") return "tcptune profiles list";
    return live ? plan_command(invocation, false, "") : "tcptune plan";
}

}  // namespace tcptune::report

// SPDX-License-Identifier: Apache-2.0
#include "report/diagnosis_words.hpp"

#include <tcptune/report/diagnosis_report.hpp>
#include <tcptune/report/next_command.hpp>

#include <algorithm>
#include <string_view>

namespace tcptune::report {
namespace {

using diagnosis::Diagnosis;

std::string command_line(std::string command, const std::vector<std::string>& words) {
    for (const std::string& word : words)
        command += ' ' + shell_word(word);
    return command;
}

std::string again(std::string_view prefix, const DiagnoseInvocation& invocation,
                  const std::vector<std::string>& more = {}) {
    std::vector<std::string> words = invocation.shared_words;
    words.insert(words.end(), invocation.own_words.begin(), invocation.own_words.end());
    words.insert(words.end(), more.begin(), more.end());
    return command_line(std::string(prefix) + "tcptune diagnose", words);
}

bool table_was_denied(const Diagnosis& diagnosis) {
    return diagnosis.method == facts::SocketMethod::none &&
           std::ranges::any_of(diagnosis.sources, [](const facts::Source& source) {
               return source.status == facts::SourceStatus::denied;
           });
}

/// Whose sockets they are matters where there is trouble with them.
bool owners_were_denied(const Diagnosis& diagnosis) {
    return any_trouble(diagnosis) &&
           diagnosis.owners_unknown.find("ermission denied") != std::string::npos;
}

/// Whether a second reading of the counters would answer something that nothing else explains.
bool window_would_tell(const Diagnosis& diagnosis) {
    const bool nothing_explains =
        diagnosis.answer ? diagnosis.answer->confirmed.empty() && !diagnosis.answer->open.empty()
                         : !any_trouble(diagnosis);
    return nothing_explains && std::ranges::any_of(diagnosis.open, needs_two_readings);
}

/// "pid 812" is 812 on the command line.
std::string netns_word(const std::string& name) {
    constexpr std::string_view by_process = "pid ";
    return name.starts_with(by_process) ? name.substr(by_process.size()) : name;
}

}  // namespace

std::string next_command(const Diagnosis& diagnosis, const DiagnoseInvocation& invocation) {
    const std::string plan = command_line("tcptune plan", invocation.shared_words);
    if (invocation.from_file) {
        return table_was_denied(diagnosis) ? "sudo tcptune facts --out facts.json" : plan;
    }
    const std::string_view sudo = invocation.privileged ? "" : "sudo ";
    if (!sudo.empty() && (table_was_denied(diagnosis) || owners_were_denied(diagnosis))) {
        return again(sudo, invocation);
    }
    if (!diagnosis.steps.empty()) return plan;
    for (const diagnosis::NamespaceVerdict& other : diagnosis.judged)
        if (!any_trouble(diagnosis) && other.worst && *other.worst != rules::Severity::info)
            return "sudo tcptune diagnose --netns " + shell_word(netns_word(other.name));
    if (!invocation.window_given && window_would_tell(diagnosis)) {
        return again("", invocation, {"--window", "5"});
    }
    if (any_trouble(diagnosis)) {
        // No setting helps: what is worth seeing is the cure at work.
        return invocation.watching ? plan : again("", invocation, {"--watch"});
    }
    if (!invocation.all_namespaces && diagnosis.host.other_netns.value_or(0) > 0) {
        return again(sudo, invocation, {"--all-netns"});
    }
    return plan;
}

}  // namespace tcptune::report

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <tcptune/report/lint_report.hpp>

#include <string>

namespace tcptune::sample {

inline lint::Finding removed_key() {
    return {.file = "etc/sysctl.conf",
            .line = 3,
            .column = 1,
            .key = "net.ipv4.tcp_tw_recycle",
            .category = lint::Category::removed_key,
            .severity = lint::Severity::error,
            .rule_id = "lint/removed-key",
            .title = "Linux 4.12 took net.ipv4.tcp_tw_recycle away",
            .explanation =
                "It dropped connections of clients that share one address, and nothing "
                "takes its place.",
            .mend = "Take the line out.",
            .fix = {.kind = lint::Fix::Kind::remove}};
}

inline lint::Finding bad_comment() {
    return {.file = "roles/web/99 sysctl.conf",
            .line = 1,
            .column = 4,
            .key = "net.ipv4.tcp_fin_timeout",
            .category = lint::Category::myth,
            .severity = lint::Severity::warning,
            .rule_id = "net.ipv4.tcp_fin_timeout/time-wait",
            .title = "It does not shorten TIME_WAIT",
            .explanation = "TIME_WAIT always lasts 60 s.",
            .mend = "Say in the comment what it does."};
}

/// Two files with findings, one without, one that is no sysctl file, one that cannot be read.
inline report::LintOutcome lint_outcome() {
    report::LintOutcome outcome;
    outcome.kernel = {.major = 6, .minor = 1, .patch = 0};
    outcome.exit_code = 66;
    outcome.report.files = {
        {.file = "etc/sysctl.conf", .lines = 4, .assignments = 2},
        {.file = "roles/web/99 sysctl.conf",
         .kind = lint::TextKind::template_text,
         .lines = 9,
         .assignments = 1,
         .not_judged = 2},
        {.file = "etc/sysctl.d/10.conf", .lines = 1, .assignments = 1},
        {.file = "sysctl/notes.conf", .kind = lint::TextKind::other, .lines = 7},
    };
    outcome.report.findings = {removed_key(), bad_comment()};
    outcome.source_lines = {"net.ipv4.tcp_tw_recycle = 1",
                            "\xC3\xA4 <fin> \"&\" = 15 # less TIME_WAIT"};
    outcome.unread = {{.file = "gone.conf", .reason = "No such file or directory"}};
    return outcome;
}

/// One finding whose every foreign text is hostile.
inline report::LintOutcome hostile_outcome() {
    report::LintOutcome outcome = lint_outcome();
    lint::Finding finding = removed_key();
    finding.file = "a\x1b[2J\n<x>&\".conf\xff";
    finding.key = "x\x01.\xEF\xBF\xBE";
    finding.title = "\x1b]0;x\x07 <b> & \" ' \xff";
    finding.explanation = "\xE2\x80\xAE]]>";
    finding.mend = std::string("nul\0here", 8);
    outcome.report.files = {{.file = finding.file, .lines = 1}};
    outcome.report.findings = {finding};
    outcome.source_lines = {std::string("k\x1b[31m=\0\xff\xEF\xBF\xBF", 12)};
    outcome.unread = {{.file = "b\x1b\r", .reason = "<\x02>"}};
    return outcome;
}

}  // namespace tcptune::sample

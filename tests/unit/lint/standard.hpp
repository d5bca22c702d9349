// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <tcptune/lint/lint.hpp>

#include <string>
#include <vector>

/// A few rules and names, enough to see how lint() works with them.
namespace lint_test {

inline constexpr const char* timeout_rule = R"(schema = 1
[parameter]
key     = "net.ipv4.tcp_fin_timeout"
summary = "Seconds an orphan waits in FIN_WAIT_2"
type    = "int"
scope   = "netns"
access  = "apply"
takes_effect = "new connections"
[[parameter.default]]
value = 60
[[parameter.kernel]]
parser = "integer"
[[lint]]
id       = "short"
category = "harmful-value"
severity = "warning"
title    = "Too short"
all      = ["value < 5"]
text     = "Slow peers are cut off."
mend     = "Write 30."
set      = "30"
fires    = ["4"]
silent   = ["5"]
[[lint]]
id       = "needs-reuse"
category = "dependency-missing"
severity = "warning"
title    = "Nothing sets tcp_tw_reuse"
all      = ["value == 77", "sysctl.net.ipv4.tcp_tw_reuse == 2"]
text     = "For the test."
mend     = "Set it."
fires    = ["77"]
silent   = ["5"]
[[myth]]
id      = "time-wait"
claim   = "It shortens TIME_WAIT"
truth   = "It does not."
pattern = "TIME.WAIT"
[[myth]]
id      = "late-myth"
claim   = "It was so"
truth   = "Not since 5.4."
pattern = "claimed wrongly"
since   = "5.4"
)";

inline constexpr const char* reuse_rule = R"(schema = 1
[parameter]
key     = "net.ipv4.tcp_tw_reuse"
summary = "Reuse of ports in TIME_WAIT"
type    = "int"
min     = 0
max     = 2
scope   = "netns"
access  = "apply"
takes_effect = "new connections"
[[parameter.default]]
value = 2
[[parameter.kernel]]
parser = "integer"
min    = 0
max    = 2
)";

inline constexpr const char* recycle_rule = R"(schema = 1
[parameter]
key     = "net.ipv4.tcp_tw_recycle"
summary = "Fast recycling; removed in 4.12"
type    = "bool"
scope   = "netns"
access  = "advise"
takes_effect = "new connections"
until   = "4.12"
[[parameter.default]]
value = false
until = "4.12"
)";

inline constexpr const char* delay_rule = R"(schema = 1
[parameter]
key     = "net.ipv4.tcp_tw_reuse_delay"
summary = "Milliseconds before reuse"
type    = "int"
scope   = "netns"
access  = "apply"
takes_effect = "new connections"
since   = "6.14"
[[parameter.default]]
value = 1000
)";

class Rules {
public:
    Rules() {
        loaded_ = tcptune::rules::load_rules(
            std::vector<tcptune::rules::RuleSource>{
                {"net.ipv4.tcp_fin_timeout.toml", timeout_rule},
                {"net.ipv4.tcp_tw_reuse.toml", reuse_rule},
                {"net.ipv4.tcp_tw_recycle.toml", recycle_rule},
                {"net.ipv4.tcp_tw_reuse_delay.toml", delay_rule}},
            tcptune::rules::Parts::knowledge);
        for (const char* key :
             {"net.ipv4.tcp_sack", "net.core.somaxconn", "net.ipv4.tcp_congestion_control",
              "vm.swappiness", "net.ipv4.conf.*.rp_filter", "net.ipv4.tcp_fin_timeout",
              "net.ipv4.tcp_tw_reuse", "net.ipv4.tcp_tw_recycle", "net.ipv4.tcp_tw_reuse_delay"})
            names_.add(key);
        names_.add_complete("net.ipv4");
        names_.add_foreign("FreeBSD", "kern.ipc.");
        names_.add_foreign("FreeBSD", "net.inet.");
        names_.add(tcptune::rules::GoneKey{.key = "net.ipv4.tcp_fack",
                                           .no_effect = true,
                                           .since = {4, 15, 0},
                                           .harmless = true,
                                           .text = "Gone.",
                                           .mend = "Remove it.",
                                           .reference = ""});
    }

    [[nodiscard]] tcptune::lint::Report judge(std::string text, std::string file = "a.conf",
                                              std::set<std::string> drop = {},
                                              tcptune::KernelVersion kernel = {6, 1, 0}) const {
        const std::vector<tcptune::lint::Input> inputs{{std::move(file), std::move(text)}};
        return tcptune::lint::lint(
            inputs,
            {.rules = loaded_.rules, .names = names_, .kernel = kernel, .drop = std::move(drop)});
    }
    [[nodiscard]] bool sound() const { return loaded_.diagnostics.empty(); }

private:
    tcptune::rules::LoadedRules loaded_;
    tcptune::rules::NameBook names_;
};

inline const Rules& rules() {
    static const Rules all;
    return all;
}

/// "line:column severity rule" of each finding, without "lint/".
inline std::string found(const tcptune::lint::Report& report) {
    std::string text;
    for (const auto& finding : report.findings) {
        if (!text.empty()) text += "; ";
        std::string rule = finding.rule_id;
        if (rule.starts_with("lint/")) rule.erase(0, 5);
        text += std::to_string(finding.line) + ":" + std::to_string(finding.column) + " " +
                std::string(to_string(finding.severity)) + " " + rule;
    }
    return text;
}
inline std::string found(std::string text, std::string file = "a.conf") {
    return found(rules().judge(std::move(text), std::move(file)));
}

/// What the fixes make of the lines: "line: text" or "line: -".
inline std::string fixes(std::string text, std::set<std::string> drop = {}) {
    std::string result;
    for (const auto& finding : rules().judge(std::move(text), "a.conf", std::move(drop)).findings) {
        if (finding.fix.kind == tcptune::lint::Fix::Kind::none) continue;
        if (!result.empty()) result += "; ";
        result +=
            std::to_string(finding.line) + ": " +
            (finding.fix.kind == tcptune::lint::Fix::Kind::remove ? "-" : finding.fix.replacement);
    }
    return result;
}

}  // namespace lint_test

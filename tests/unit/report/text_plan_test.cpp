// SPDX-License-Identifier: Apache-2.0
#include "sample_plan.hpp"

#include <tcptune/report/text_report.hpp>

#include <algorithm>

#include <doctest/doctest.h>

using namespace tcptune;

namespace {

std::string shown(const plan::Plan& plan, report::TextStyle style = {},
                  const report::Invocation& invocation = {}) {
    return report::text_plan(plan, invocation, style);
}

bool says(const std::string& text, std::string_view part) {
    std::string folded;
    for (const char c : text) {
        const char kept = c == '\n' ? ' ' : c;
        if (kept != ' ' || !folded.ends_with(' ')) folded += kept;
    }
    return folded.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("the plan names the destination, its stage and the limit before and after") {
    const std::string text = shown(sample::churning());
    CHECK(says(text, "10.9.0.1 -> 10.9.0.2:7777"));
    CHECK(says(text, "20,000 of 28,232 slow 333/s 470/s 235/s 24 s"));
    CHECK(says(text, "net.ipv4.tcp_tw_reuse: 2 -> 1"));
    CHECK(says(text, "port limit 470/s -> 28,232/s"));
    CHECK(says(text, "the processor ends earlier"));
}

TEST_CASE("the plan says what is not advised and why, and what could not be known") {
    const std::string text = shown(sample::churning());
    CHECK(says(text, "net.ipv4.tcp_fin_timeout: does not shorten TIME_WAIT"));
    CHECK(says(text, "TIME_WAIT lasts 60 s whatever this key says."));
    CHECK(says(text, "permission denied: conntrack"));
    CHECK(says(text, "/etc/sysctl.d/99-old.conf:12: net.ipv4.tcp_tw_reuse = 0"));
    CHECK(says(text, "denied (policy default) [site.toml:4]"));
    CHECK(says(text, "3 others were not looked at"));
}

TEST_CASE("advice for the program comes before advice for the network") {
    const std::string text = shown(sample::churning());
    CHECK(text.find("Keep connections open") < text.find("Use a second source address"));
}

TEST_CASE("the most urgent finding comes first and an unknown one is not among the findings") {
    plan::Plan plan = sample::churning();
    plan::PlanFinding mild = plan.findings.front();
    mild.id = mild.title = "mild";
    mild.severity = rules::Severity::info;
    plan::PlanFinding open = mild;
    open.title = "cannot be judged";
    open.status = plan::FindingStatus::unknown;
    plan.findings.insert(plan.findings.begin(), {open, mild});
    const std::string text = shown(plan);
    CHECK(text.find("Ports towards one destination") < text.find("mild"));
    CHECK(text.find("cannot be judged") == std::string::npos);
}

TEST_CASE("no line is wider than the screen, whatever the texts are") {
    for (const std::size_t width : {80U, 60U, 40U}) {
        for (const bool unicode : {false, true}) {
            CAPTURE(width);
            CAPTURE(unicode);
            report::TextStyle style{.width = width, .colour = false, .unicode = unicode};
            CHECK(sample::widest(shown(sample::hostile(), style)) <= width);
            CHECK(sample::widest(shown(sample::churning(), style)) <= width);
            CHECK(sample::widest(shown(sample::idle(), style)) <= width);
        }
    }
}

TEST_CASE("nothing of the host reaches the terminal as a control character") {
    const std::string text = shown(sample::hostile());
    CHECK(std::ranges::none_of(
        text, [](char c) { return (c >= 0 && c < 0x20 && c != '\n') || c == 0x7f; }));
    CHECK(text.find("\u202e") == std::string::npos);
}

TEST_CASE("colour adds nothing but colour") {
    std::string coloured = shown(sample::churning(), {.width = 80, .colour = true});
    CHECK(coloured.find("\x1b[1;31m") != std::string::npos);
    for (std::size_t at = coloured.find('\x1b'); at != std::string::npos;
         at = coloured.find('\x1b')) {
        coloured.erase(at, coloured.find('m', at) - at + 1);
    }
    CHECK(coloured == shown(sample::churning()));
}

TEST_CASE("the plan ends with its verdict and one command") {
    const std::vector<std::string> lines = sample::lines_of(shown(sample::idle()));
    REQUIRE(lines.size() > 2);
    CHECK(lines.back().starts_with("Next: tcptune "));
    CHECK(says(shown(sample::idle()), plan::verdict_sentence(sample::idle())));
}

TEST_CASE("a running value that the next boot would not set is pointed out") {
    plan::Plan plan = sample::churning();
    CHECK_FALSE(says(shown(plan), "is not what the next boot would set"));
    plan.changes.front().before_boot = "0";
    CHECK(says(shown(plan), "the running value 2 is not what the next boot would set: 0."));
}

TEST_CASE("a goal that no setting reaches is said with both limits") {
    plan::Plan plan = sample::churning();
    plan.profile = "outbound-proxy";
    plan.goals = {{.destination = "10.0.3.7:5432",
                   .rate_per_s = 50000,
                   .ceiling_before_per_s = 470.5,
                   .ceiling_after_per_s = 28232,
                   .slow_above_after_per_s = 14116,
                   .met_before = false,
                   .met_after = false,
                   .text = "Two source addresses would do."}};
    const std::string text = shown(plan);
    CHECK(says(text, "50,000/s to 10.0.3.7:5432: port limit 470/s -> 28,232/s: not reached."));
    CHECK(says(text, "Two source addresses would do."));
}

TEST_CASE("a goal that cannot be judged says why and nothing else") {
    plan::Plan plan = sample::idle();
    plan.profile = "outbound-proxy";
    plan.goals.push_back({});
    plan.goals.front().known = false;
    plan.goals.front().text = "The port range is not known.";
    const std::string text = shown(plan);
    CHECK(says(text, "Expected by the profile outbound-proxy The port range is not known."));
    CHECK_FALSE(says(text, "reached"));
    CHECK_FALSE(says(text, "any one destination"));
}

TEST_CASE("where only counters were read the usable ports are an upper bound") {
    plan::Plan plan = sample::idle();
    CHECK(says(shown(plan), "A fresh destination has at most 28,232 usable ports (28,232 in"));
    plan.method = facts::SocketMethod::dump;
    CHECK(says(shown(plan), "A fresh destination has 28,232 usable ports (28,232 in"));
}

TEST_CASE("namespaces that could not be counted are not taken for none") {
    const std::string sentence =
        "How many other network namespaces there are is not known: some processes may not be "
        "looked at.";
    plan::Plan plan = sample::idle();
    CHECK_FALSE(says(shown(plan), sentence));
    plan.host.other_netns.reset();
    CHECK(says(shown(plan), sentence));
    plan.namespaces = {{.name = "pid 812", .time_wait = 12000, .sockets = 40}};
    CHECK_FALSE(says(shown(plan), sentence));
}

TEST_CASE("the namespaces that were looked at are listed instead of counted") {
    plan::Plan plan = sample::churning();
    plan.namespaces = {{.name = "pid 812", .time_wait = 12000, .sockets = 40}};
    const std::string text = shown(plan);
    CHECK(says(text, "12,000 40 pid 812"));
    CHECK_FALSE(says(text, "not looked at"));
}

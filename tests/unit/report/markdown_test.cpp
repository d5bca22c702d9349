// SPDX-License-Identifier: Apache-2.0
#include "sample_plan.hpp"

#include <tcptune/report/markdown_report.hpp>

#include <doctest/doctest.h>

using namespace tcptune;

namespace {

bool has(const std::string& text, std::string_view part) {
    return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("a review comment has a summary line, a table of changes and folded evidence") {
    const std::string text = report::markdown_plan(sample::churning(), false);
    CHECK(text.starts_with("**tcptune plan**: 1 change, 1 critical and 0 warning findings"));
    CHECK(has(text,
              "| 1 | `net.ipv4.tcp_tw_reuse` | `2` | `1` | low | new connections | "
              "port limit 470/s -> 28,232/s |"));
    CHECK(has(text, "<details>\n<summary>Evidence</summary>\n\n"));
    CHECK(has(text, "`port.reusable_share > threshold.pressure`: `0.708 > 0.5`, yes"));
    CHECK(has(text, "`/etc/sysctl.d/99-old.conf:12`"));
}

TEST_CASE("the host is named only when asked for") {
    CHECK_FALSE(has(report::markdown_plan(sample::churning(), false), "web-7"));
    CHECK(has(report::markdown_plan(sample::churning(), true), "on `web-7`"));
}

TEST_CASE("text of the host cannot become markup, a mention or a table column") {
    const std::string text = report::markdown_plan(sample::hostile(), true);
    CHECK_FALSE(has(text, "\x1b"));
    CHECK_FALSE(has(text, "\r"));
    // Outside code spans every sign of markup is literal.
    bool in_code = false;
    std::string outside;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '`' && (i == 0 || text[i - 1] != '\\')) in_code = !in_code;
        if (!in_code) outside += text[i];
    }
    CHECK_FALSE(in_code);
    CHECK_FALSE(has(outside, "<script"));
    CHECK_FALSE(has(outside, "@all"));
    CHECK(has(outside, "&lt;script>"));
}

TEST_CASE("every row of a table has as many columns as its head") {
    for (const plan::Plan& plan : {sample::churning(), sample::hostile()}) {
        std::size_t columns = 0;
        for (const std::string& line : sample::lines_of(report::markdown_plan(plan, true))) {
            if (!line.starts_with('|')) {
                columns = 0;
                continue;
            }
            std::size_t bars = 0;
            for (std::size_t i = 0; i < line.size(); ++i) {
                if (line[i] == '|' && (i == 0 || line[i - 1] != '\\')) ++bars;
            }
            if (columns == 0) columns = bars;
            CHECK(bars == columns);
        }
    }
}

TEST_CASE("a plan without steps has no empty table") {
    const std::string text = report::markdown_plan(sample::idle(), false);
    CHECK(text.starts_with("**tcptune plan**: 0 changes"));
    CHECK_FALSE(has(text, "| key |"));
    CHECK_FALSE(has(text, "<details>"));
}

TEST_CASE("a review comment says what is not known of goals and of other namespaces") {
    plan::Plan plan = sample::idle();
    CHECK_FALSE(has(report::markdown_plan(plan, false), "network namespaces"));
    plan.host.other_netns.reset();
    plan.goals.push_back({});
    plan.goals.front().known = false;
    plan.goals.front().text = "The port range is missing.";
    const std::string text = report::markdown_plan(plan, false);
    CHECK(has(text,
              "\nHow many other network namespaces there are is not known: some processes "
              "may not be looked at.\n"));
    CHECK(has(text, "\n- The port range is missing.\n"));
    CHECK_FALSE(has(text, "not reached"));
}

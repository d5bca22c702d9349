// SPDX-License-Identifier: Apache-2.0
#include "sample_lint.hpp"

#include <tcptune/base/text.hpp>

#include <string>

#include <doctest/doctest.h>

using namespace tcptune;
using report::text_lint;

TEST_CASE("the screen shows place, line, caret, reason, mend and a summary") {
    CHECK(text_lint(sample::lint_outcome(), {}) ==
          "etc/sysctl.conf:3:1: error: Linux 4.12 took net.ipv4.tcp_tw_recycle away "
          "[removed-key]\n"
          "    net.ipv4.tcp_tw_recycle = 1\n"
          "    ^\n"
          "    why:  It dropped connections of clients that share one address, and nothing\n"
          "          takes its place.\n"
          "    mend: Take the line out.\n"
          "\n"
          "roles/web/99 sysctl.conf:1:4: warning: It does not shorten TIME_WAIT [myth]\n"
          "    \\u{e4} <fin> \"&\" = 15 # less TIME_WAIT\n"
          "            ^\n"
          "    why:  TIME_WAIT always lasts 60 s.\n"
          "    mend: Say in the comment what it does.\n"
          "\n"
          "1 error, 1 warning in 4 files, judged for Linux 6.1; 1 file left alone: not a\n"
          "Linux sysctl file; 2 lines of templates not judged; 1 input not read\n");
}

TEST_CASE("without findings the screen is one line") {
    report::LintOutcome outcome;
    outcome.kernel = {.major = 6, .minor = 18, .patch = 44};
    outcome.report.files = {{.file = "a"}};
    CHECK(text_lint(outcome, {}) == "no findings in 1 file, judged for Linux 6.18.44\n");
    outcome.report.files.resize(1234);
    CHECK(text_lint(outcome, {}) == "no findings in 1,234 files, judged for Linux 6.18.44\n");
}

TEST_CASE("the screen ends with the command to run next") {
    report::LintOutcome outcome;
    outcome.next = "tcptune lint --fix etc";
    CHECK(text_lint(outcome, {}).ends_with("\nNext: tcptune lint --fix etc\n"));
}

TEST_CASE("a finding of a whole file has no line and no caret") {
    report::LintOutcome outcome = sample::lint_outcome();
    outcome.report.findings[0].line = 0;
    outcome.report.findings[0].column = 0;
    outcome.source_lines[0] = "";
    CHECK(text_lint(outcome, {})
              .starts_with("etc/sysctl.conf: error: Linux 4.12 took net.ipv4.tcp_tw_recycle away "
                           "[removed-key]\n"
                           "    why:  It dropped"));
}

TEST_CASE("a long reason is given once and named afterwards") {
    report::LintOutcome outcome = sample::lint_outcome();
    std::string& reason = outcome.report.findings[0].explanation;
    reason += " It has been gone for many years.";
    outcome.report.findings[1] = outcome.report.findings[0];
    outcome.report.findings[1].line = 9;
    const std::string text = text_lint(outcome, {});
    CHECK(text.find("It dropped") == text.rfind("It dropped"));
    CHECK(text.find("    why:  as at etc/sysctl.conf:3:1\n    mend: Take the line out.\n") !=
          std::string::npos);
}

TEST_CASE("the caret stands below its byte where a line is not UTF-8") {
    report::LintOutcome outcome = sample::lint_outcome();
    outcome.source_lines[0] = "\xff\xC3\xA4x=1";
    outcome.report.findings[0].column = 4;
    const std::string text = text_lint(outcome, {.width = 80, .colour = false, .unicode = true});
    CHECK(text.find("    \\xff\xC3\xA4x=1\n         ^\n") != std::string::npos);
}

TEST_CASE("nothing of a hostile file reaches the screen, and no line is too wide but the place") {
    const std::string text = text_lint(sample::hostile_outcome(), {});
    for (const char c : text)
        CHECK((c == '\n' || (c >= ' ' && c <= '~')));
    CHECK(text.find("\n<x>") == std::string::npos);
    for (const std::size_t width : {40U, 60U, 80U}) {
        const std::string narrow = text_lint(sample::lint_outcome(), {.width = width});
        for (const std::string_view line : split(narrow, '\n'))
            CHECK((line.size() <= width || line.find(" [") != std::string_view::npos));
    }
}

TEST_CASE("colours stand only where the style has them") {
    const std::string text = text_lint(sample::lint_outcome(), {.width = 80, .colour = true});
    CHECK(text.find("\x1b[1;31merror\x1b[0m: Linux") != std::string::npos);
    CHECK(text.find("\x1b[33mwarning\x1b[0m: It") != std::string::npos);
    CHECK(text_lint(sample::lint_outcome(), {}).find('\x1b') == std::string::npos);
}

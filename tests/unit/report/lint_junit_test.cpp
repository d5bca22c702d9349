// SPDX-License-Identifier: Apache-2.0
#include "sample_lint.hpp"

#include <string>

#include <doctest/doctest.h>

using namespace tcptune;
using report::lint_junit;

namespace {

bool holds(const std::string& text, std::string_view part) {
    return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("JUnit has a suite per file and a case per finding, clean file or missing file") {
    const std::string xml = lint_junit(sample::lint_outcome());
    CHECK(xml ==
          R"(<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="tcptune lint" tests="5" failures="1" errors="1" skipped="1" time="0">
  <testsuite name="etc/sysctl.conf" tests="1" failures="1" errors="0" skipped="0" time="0">
    <testcase classname="etc/sysctl.conf" name="lint/removed-key: net.ipv4.tcp_tw_recycle" file="etc/sysctl.conf" line="3" time="0">
      <failure type="removed-key" message="Linux 4.12 took net.ipv4.tcp_tw_recycle away">etc/sysctl.conf:3:1: error: Linux 4.12 took net.ipv4.tcp_tw_recycle away
    net.ipv4.tcp_tw_recycle = 1
It dropped connections of clients that share one address, and nothing takes its place.
mend: Take the line out.
</failure>
    </testcase>
  </testsuite>
  <testsuite name="roles/web/99 sysctl.conf" tests="1" failures="0" errors="0" skipped="0" time="0">
    <testcase classname="roles/web/99 sysctl.conf" name="net.ipv4.tcp_fin_timeout/time-wait" file="roles/web/99 sysctl.conf" line="1" time="0">
      <system-out>roles/web/99 sysctl.conf:1:4: warning: It does not shorten TIME_WAIT
    )"
          "\xC3\xA4"
          R"( &lt;fin&gt; &quot;&amp;&quot; = 15 # less TIME_WAIT
TIME_WAIT always lasts 60 s.
mend: Say in the comment what it does.
</system-out>
    </testcase>
  </testsuite>
  <testsuite name="etc/sysctl.d/10.conf" tests="1" failures="0" errors="0" skipped="0" time="0">
    <testcase classname="etc/sysctl.d/10.conf" name="no findings" file="etc/sysctl.d/10.conf" time="0"/>
  </testsuite>
  <testsuite name="sysctl/notes.conf" tests="1" failures="0" errors="0" skipped="1" time="0">
    <testcase classname="sysctl/notes.conf" name="not a Linux sysctl file" file="sysctl/notes.conf" time="0">
      <skipped/>
    </testcase>
  </testsuite>
  <testsuite name="gone.conf" tests="1" failures="0" errors="1" skipped="0" time="0">
    <testcase classname="gone.conf" name="can be read" file="gone.conf" time="0">
      <error type="no-input" message="No such file or directory"/>
    </testcase>
  </testsuite>
</testsuites>
)");
}

TEST_CASE("a case fails from the severity that fails the run") {
    report::LintOutcome outcome = sample::lint_outcome();
    outcome.fail_on = lint::Severity::warning;
    CHECK(holds(lint_junit(outcome), R"(tests="5" failures="2")"));
    outcome.fail_on = std::nullopt;
    CHECK(holds(lint_junit(outcome), R"(tests="5" failures="0")"));
    CHECK(!holds(lint_junit(outcome), "<failure"));
}

TEST_CASE("cases of one name are told apart") {
    report::LintOutcome outcome = sample::lint_outcome();
    outcome.report.findings[1] = outcome.report.findings[0];
    const std::string xml = lint_junit(outcome);
    CHECK(holds(xml, "name=\"lint/removed-key: net.ipv4.tcp_tw_recycle\""));
    CHECK(holds(xml, "name=\"lint/removed-key: net.ipv4.tcp_tw_recycle (2)\""));
}

TEST_CASE("hostile bytes become text that XML has") {
    const std::string xml = lint_junit(sample::hostile_outcome());
    for (const char c : xml)
        CHECK((c == '\n' || static_cast<unsigned char>(c) >= ' '));
    CHECK(holds(xml, R"(a\x1b[2J\n&lt;x&gt;&amp;&quot;.conf\xff)"));
    CHECK(holds(xml, "x\\x01.\\u{fffe}"));
    CHECK(holds(xml, R"(\u{202e}]]&gt;)"));
    CHECK(holds(xml, R"(nul\x00here)"));
}

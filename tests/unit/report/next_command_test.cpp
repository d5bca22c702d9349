// SPDX-License-Identifier: Apache-2.0
#include "sample_plan.hpp"

#include <tcptune/report/next_command.hpp>

#include <doctest/doctest.h>

using namespace tcptune;
using report::next_command;

TEST_CASE("a plan with steps is saved first and read then") {
    report::Invocation invocation;
    CHECK(next_command(sample::churning(), invocation) == "tcptune plan --out plan.json");
    invocation.saved_to = "plan.json";
    CHECK(next_command(sample::churning(), invocation) == "tcptune explain net.ipv4.tcp_tw_reuse");
}

TEST_CASE("the command repeats what it was asked with") {
    report::Invocation invocation;
    invocation.input_words = {"--facts", "proxy host.json", "--profile", "web-server"};
    invocation.from_file = true;
    CHECK(next_command(sample::churning(), invocation) ==
          "tcptune plan --facts 'proxy host.json' --profile web-server --out plan.json");
    invocation.saved_to = "plan.json";
    CHECK(next_command(sample::churning(), invocation) ==
          "tcptune explain net.ipv4.tcp_tw_reuse --facts 'proxy host.json' --profile web-server");
}

TEST_CASE("where a source was denied the next command is the same as root") {
    plan::Plan plan = sample::idle();
    plan.unknowns = {"permission denied: sock_diag (asked for by net.ipv4.tcp_tw_reuse)"};
    CHECK(next_command(plan, {}) == "sudo tcptune plan");
    report::Invocation as_root;
    as_root.privileged = true;
    CHECK(next_command(plan, as_root) != "sudo tcptune plan");
    report::Invocation saved;
    saved.from_file = true;
    CHECK(next_command(plan, saved) == "sudo tcptune facts --out facts.json");
}

TEST_CASE("a finding without a step leads to its explanation") {
    plan::Plan plan = sample::churning();
    plan.changes.clear();
    plan.unknowns.clear();
    CHECK(next_command(plan, {}) ==
          "tcptune explain net.ipv4.tcp_tw_reuse/enable-for-outgoing-churn");
    plan.findings.clear();
    CHECK(next_command(plan, {}) == "tcptune explain --why-not net.ipv4.ip_local_port_range");
}

TEST_CASE("a clean host leads to the namespaces that were not looked at") {
    plan::Plan plan = sample::idle();
    plan.host.other_netns = 2;
    CHECK(next_command(plan, {}) == "sudo tcptune plan --all-netns");
    report::Invocation looked;
    looked.all_namespaces = true;
    CHECK(next_command(plan, looked) == "tcptune plan --window 5");
    looked.window_given = true;
    CHECK(next_command(plan, looked) == "tcptune profiles list");
}

TEST_CASE("a goal that no setting reaches leads to the ports themselves") {
    plan::Plan plan = sample::idle();
    plan.goals.push_back({});
    CHECK(next_command(plan, {}) == "tcptune explain net.ipv4.ip_local_port_range");
    plan.goals.front().known = false;
    CHECK(next_command(plan, {}) == "tcptune plan --window 5");
}

TEST_CASE("a word for the shell is quoted only where the shell would change it") {
    CHECK(report::shell_word("plan.json") == "plan.json");
    CHECK(report::shell_word("") == "''");
    CHECK(report::shell_word("a b") == "'a b'");
    CHECK(report::shell_word("it's $HOME") == "'it'\\''s $HOME'");
}

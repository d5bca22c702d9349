// SPDX-License-Identifier: Apache-2.0
#include "sample_diagnosis.hpp"

#include <tcptune/report/diagnosis_report.hpp>

#include <doctest/doctest.h>

using namespace tcptune;
using sample::says;
using sample::shown;

TEST_CASE("the next command is the plan, with the words that it takes too") {
    report::DiagnoseInvocation invocation;
    invocation.shared_words = {"--facts", "proxy host.json"};
    invocation.own_words = {"--dest", "10.0.3.7"};
    CHECK(report::next_command(sample::full(), {}) == "tcptune plan");
    CHECK(report::next_command(sample::full(), invocation) ==
          "tcptune plan --facts 'proxy host.json'");
    CHECK(report::next_command(sample::calm(), {}) == "tcptune plan");
}

TEST_CASE("owners that permission hides are worth another look as root, when there is trouble") {
    report::DiagnoseInvocation invocation;
    invocation.own_words = {"--dest", "10.0.3.7"};
    diagnosis::Diagnosis diagnosis = sample::full();
    diagnosis.owners_unknown = "permission denied: 12 processes";
    CHECK(report::next_command(diagnosis, invocation) == "sudo tcptune diagnose --dest 10.0.3.7");
    invocation.privileged = true;
    CHECK(report::next_command(diagnosis, invocation) == "tcptune plan");
    diagnosis::Diagnosis healthy = sample::calm();
    healthy.owners_unknown = diagnosis.owners_unknown;
    CHECK(report::next_command(healthy, {}) == "tcptune plan");
}

TEST_CASE("a table that was denied is read as root, one of a file is saved anew") {
    diagnosis::Diagnosis diagnosis = sample::calm();
    diagnosis.method = facts::SocketMethod::none;
    diagnosis.sources = {
        {.name = "sock_diag", .status = facts::SourceStatus::denied, .detail = ""}};
    CHECK(report::next_command(diagnosis, {}) == "sudo tcptune diagnose");
    report::DiagnoseInvocation saved;
    saved.from_file = true;
    CHECK(report::next_command(diagnosis, saved) == "sudo tcptune facts --out facts.json");
}

TEST_CASE("a second reading is proposed only where it can answer what nothing else does") {
    diagnosis::Diagnosis diagnosis = sample::calm();
    diagnosis.open = {{.id = "listen-overflows",
                       .title = "Connections were dropped",
                       .reasons = {"counter X needs two readings (--window)"}}};
    CHECK(report::next_command(diagnosis, {}) == "tcptune diagnose --window 5");
    report::DiagnoseInvocation done;
    done.window_given = true;
    CHECK(report::next_command(diagnosis, done) == "tcptune plan");
    report::DiagnoseInvocation file;
    file.from_file = true;
    CHECK(report::next_command(diagnosis, file) == "tcptune plan");
    diagnosis::Diagnosis explained = sample::full();
    explained.open = diagnosis.open;
    CHECK(report::next_command(explained, {}) == "tcptune plan");
    diagnosis.open.front().reasons = {"no such file"};
    CHECK(report::next_command(diagnosis, {}) == "tcptune plan");
}

TEST_CASE("where no setting helps the next command watches the cure at work") {
    diagnosis::Diagnosis diagnosis = sample::full();
    diagnosis.steps.clear();
    CHECK(report::next_command(diagnosis, {}) == "tcptune diagnose --watch");
    report::DiagnoseInvocation watching;
    watching.watching = true;
    CHECK(report::next_command(diagnosis, watching) == "tcptune plan");
}

TEST_CASE("a host without trouble leads to the namespaces that were not looked at") {
    diagnosis::Diagnosis diagnosis = sample::calm();
    diagnosis.host.other_netns = 2;
    CHECK(report::next_command(diagnosis, {}) == "sudo tcptune diagnose --all-netns");
    CHECK(says(shown(diagnosis),
               "- 2 other network namespaces were not looked at (as root: --all-netns)"));
    report::DiagnoseInvocation looked;
    looked.all_namespaces = true;
    CHECK(report::next_command(diagnosis, looked) == "tcptune plan");
}

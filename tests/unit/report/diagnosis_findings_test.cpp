// SPDX-License-Identifier: Apache-2.0
#include "report/diagnosis_words.hpp"
#include "sample_diagnosis.hpp"

#include <tcptune/report/diagnosis_report.hpp>

#include <doctest/doctest.h>

using namespace tcptune;
using sample::says;
using sample::shown;

namespace {

std::size_t at(const std::string& text, std::string_view part) {
    const std::size_t found = text.find(part);
    CAPTURE(part);
    REQUIRE(found != std::string::npos);
    return found;
}

}  // namespace

TEST_CASE("a finding names its subject, the numbers and the process") {
    const std::string text = shown(sample::full());
    CHECK(says(text, "10.0.0.5 -> 10.0.3.7:5432: time_wait >= 0.25 * in_use (28230 >= 7058)"));
    CHECK(says(text,
               "socket.tcp.close_wait >= 100 (512 >= 100) by java (pid 99, container "
               "aaaaaaaaaaaa)"));
    CHECK_FALSE(says(text, std::string(13, 'a')));
}

TEST_CASE("of many subjects the first three are named and the others counted") {
    diagnosis::Diagnosis diagnosis = sample::full();
    diagnosis::Finding& finding = diagnosis.findings.front();
    finding.subjects.resize(1);
    for (const char* name : {"second", "third", "fourth"})
        finding.subjects.push_back({.name = name, .evidence = {}, .pids = {}});
    finding.more_subjects = 7;
    const std::string text = shown(diagnosis);
    CHECK(says(text, "second third and 8 more (--format=json)"));
    CHECK_FALSE(says(text, "fourth"));
}

TEST_CASE("cures keep their order and a sysctl comes last") {
    const std::string text = shown(sample::full());
    CHECK(at(text, "Keep connections to the server open") < at(text, "Add source addresses"));
    CHECK(at(text, "Add source addresses") < at(text, "net.ipv4.tcp_tw_reuse: 2 -> 1"));
    CHECK(says(text, "sysctl net.ipv4.tcp_tw_reuse: 2 -> 1 port limit 470/s -> 28,232/s"));
    CHECK(says(text, "- net.ipv4.tcp_fin_timeout: It is the time of FIN_WAIT_2 alone."));
}

TEST_CASE("the screen has the beginning of the first cures and the titles of all") {
    diagnosis::Diagnosis diagnosis = sample::full();
    diagnosis.findings.resize(1);
    diagnosis.advice.clear();
    const std::string tail(140, 'z');
    for (int i = 1; i <= 5; ++i) {
        diagnosis.advice.push_back({.remedy = rules::Remedy::application,
                                    .title = "Cure " + std::to_string(i),
                                    .text = "Do " + std::to_string(i) + ". Then " + tail + ".",
                                    .finding_ids = {"ports-by-time-wait"}});
    }
    const std::string text = shown(diagnosis);
    CHECK(says(text, "What cures it, first things first (in full: --format=markdown)"));
    CHECK(says(text, "Cure 3 Do 3. program Cure 4 program Cure 5 sysctl"));
    CHECK_FALSE(says(text, "zzz"));
    CHECK_FALSE(says(shown(sample::full()), "in full"));
}

TEST_CASE("each of several findings has its first cures explained") {
    diagnosis::Diagnosis diagnosis = sample::full();
    diagnosis.advice.clear();
    for (const char* id : {"ports-by-time-wait", "close-wait-leak"}) {
        for (const char* number : {"1", "2", "3"}) {
            diagnosis.advice.push_back({.remedy = rules::Remedy::application,
                                        .title = std::string(id) + " " + number,
                                        .text = std::string("Do it, ") + number + ".",
                                        .finding_ids = {id}});
        }
    }
    const std::string text = shown(diagnosis);
    CHECK(says(text,
               "ports-by-time-wait 2 Do it, 2. program ports-by-time-wait 3 program "
               "close-wait-leak 1 Do it, 1. program close-wait-leak 2 Do it, 2."));
    CHECK_FALSE(says(text, "Do it, 3."));
}

TEST_CASE("of many things that do not cure it three are explained and all are named") {
    diagnosis::Diagnosis diagnosis = sample::full();
    diagnosis.not_cures.clear();
    for (const char* what : {"a", "b", "c", "d", "e", "f"})
        diagnosis.not_cures.push_back({.what = what, .text = std::string("Not ") + what + "."});
    CHECK(says(shown(diagnosis), "- b: Not b. - c: Not c. - nor: d; e; f"));
    for (const char* what : {"g", "h", "i"})
        diagnosis.not_cures.push_back({.what = what, .text = ""});
    CHECK(says(shown(diagnosis), "- nor: d; e; f; g; h; and 1 more"));
}

TEST_CASE("advice to ask for a plan gives way to the plan's answer") {
    diagnosis::Diagnosis diagnosis = sample::full();
    diagnosis.advice.push_back({.remedy = rules::Remedy::sysctl,
                                .title = "Then the kernel: tcptune plan",
                                .text = "",
                                .finding_ids = {"ports-by-time-wait"}});
    CHECK_FALSE(says(shown(diagnosis), "Then the kernel"));
    diagnosis.steps.clear();
    CHECK(says(shown(diagnosis), "sysctl No sysctl would help here."));
    diagnosis.plan_was_asked = false;
    CHECK(says(shown(diagnosis), "sysctl Then the kernel: tcptune plan"));
    diagnosis.plan_was_asked = true;
    diagnosis.advice.back().title = "Then net.core.somaxconn";
    CHECK(says(shown(diagnosis),
               "sysctl Then net.core.somaxconn sysctl The plan proposes no step here."));
}

TEST_CASE("that no sysctl would help is said when the plan was asked, and only then") {
    diagnosis::Diagnosis diagnosis = sample::full();
    CHECK_FALSE(says(shown(diagnosis), "No sysctl would help here."));
    diagnosis.steps.clear();
    CHECK(says(shown(diagnosis), "No sysctl would help here."));
    diagnosis.plan_was_asked = false;
    CHECK_FALSE(says(shown(diagnosis), "No sysctl would help here."));
}

TEST_CASE("a destination in trouble is no healthy port even without a finding") {
    diagnosis::Diagnosis diagnosis = sample::full();
    diagnosis.findings.clear();
    CHECK(says(shown(diagnosis), "10.0.0.5 -> 10.0.3.7:5432 is exhausted."));
}

TEST_CASE("what is not known is listed, questions with the same reason in one line") {
    diagnosis::Diagnosis diagnosis = sample::full();
    diagnosis.owners_unknown = "permission denied: 12 processes";
    diagnosis.sources = {
        {.name = "/proc/net/stat/nf_conntrack",
         .status = facts::SourceStatus::absent,
         .detail = ""},
        {.name = "/proc/1/fd", .status = facts::SourceStatus::denied, .detail = ""}};
    diagnosis.open = {
        {.id = "listen-overflows",
         .title = "Connections were dropped",
         .reasons = {"counter TcpExt.ListenOverflows needs two readings (--window)"}},
        {.id = "paws-rejects",
         .title = "Segments were rejected",
         .reasons = {"counter TcpExt.PAWSEstab needs two readings (--window)"}},
        {.id = "conntrack-full", .title = "Conntrack is full", .reasons = {"no such file"}},
        {.id = "file-handles-host", .title = "x", .reasons = {"not known: file.limit"}}};
    const std::string text = shown(diagnosis);
    CHECK(says(text,
               "- listen-overflows, paws-rejects: only two readings of the counters tell "
               "(--window 5)"));
    CHECK(says(text, "- conntrack-full: no such file"));
    CHECK(says(text, "- file-handles-host: file.limit"));
    CHECK(says(text, "- owners of some sockets: permission denied: 12 processes"));
    CHECK(says(text, "- /proc/1/fd: permission denied"));
    CHECK_FALSE(says(text, "nf_conntrack"));
}

TEST_CASE("open questions are named beside the good news") {
    diagnosis::Diagnosis diagnosis = sample::calm();
    diagnosis.open = {{.id = "a", .title = "A", .reasons = {"b"}}};
    CHECK(says(shown(diagnosis),
               "Nothing is wrong with the ports; 1 question stays open (see Not known)."));
}

TEST_CASE("an answer says what the message means and which causes this host shows") {
    const std::string text = shown(sample::asked());
    CHECK(says(text,
               "EADDRNOTAVAIL: Cannot assign requested address asked: "
               "java.net.ConnectException: Cannot assign requested address connect() found "
               "no local port, or the address is not on this host."));
    CHECK(says(text, "here Closed connections (TIME_WAIT) hold every local port"));
    CHECK(says(text, "not here The address is not here; Open connections hold every port"));
    CHECK(says(text, "cannot tell Bound sockets hold the ports"));
}

TEST_CASE("of many causes that an answer rules out three are named") {
    diagnosis::Diagnosis diagnosis = sample::asked();
    diagnosis.answer->ruled_out = {"A", "B", "C", "D", "E"};
    CHECK(says(shown(diagnosis), "not here A; B; C; and 2 more cannot tell"));
}

TEST_CASE("the evidence shown is the comparison with a limit") {
    using report::short_evidence;
    const std::vector<plan::PlanEvidence> evidence{
        {"sysctl.x == 1", "1 == 1", "yes"},
        {"listener.queue > 0", "9 > 0", "yes"},
        {"listener.queue > listener.backlog", "9 > 9", "no"},
        {"listener.queue >= listener.backlog", "9 >= 8", "yes"}};
    CHECK(short_evidence(evidence, rules::Scope::listener) == "queue >= backlog (9 >= 8)");
    CHECK(short_evidence({evidence[0], evidence[1]}, rules::Scope::listener) ==
          "queue > 0 (9 > 0)");
    CHECK(short_evidence({evidence[0], evidence[2]}, rules::Scope::listener).empty());
    CHECK(short_evidence({evidence[3]}, rules::Scope::host) ==
          "listener.queue >= listener.backlog (9 >= 8)");
}

TEST_CASE("evidence without a number is no news beside its subject") {
    diagnosis::Diagnosis diagnosis = sample::full();
    diagnosis.findings.front().subjects.front().evidence.pop_back();
    const std::string text = shown(diagnosis);
    CHECK(says(text, "destination 10.0.0.5 -> 10.0.3.7:5432 This host closes"));
    CHECK_FALSE(says(text, "exhausted == exhausted"));
}

TEST_CASE("namespaces that were looked at are a list of the diagnosis") {
    diagnosis::Diagnosis diagnosis = sample::calm();
    diagnosis.host.other_netns = 1;
    diagnosis.namespaces = {{.name = "pid 812", .time_wait = 12000, .sockets = 40}};
    CHECK(says(shown(diagnosis), "12,000 40 pid 812"));
    CHECK_FALSE(says(shown(diagnosis), "not looked at"));
    diagnosis.namespaces.clear();
    diagnosis.host.other_netns.reset();
    CHECK(says(shown(diagnosis), "- How many other network namespaces there are is not known"));
}

TEST_CASE("an answer without a cause says that none shows") {
    diagnosis::Diagnosis diagnosis = sample::asked();
    diagnosis.answer->confirmed.clear();
    CHECK(says(shown(diagnosis), "here none of its known causes shows now"));
    diagnosis.answer->ruled_out.clear();
    diagnosis.answer->open.clear();
    CHECK(says(shown(diagnosis), "here nothing that can be seen from this host causes it"));
}

TEST_CASE("a text is cut between sentences and never within one") {
    using report::first_sentences;
    CHECK(first_sentences("One. Two. Three.", 9) == "One. Two.");
    CHECK(first_sentences("One. Two. Three.", 8) == "One.");
    CHECK(first_sentences("One. Two. Three.", 100) == "One. Two. Three.");
    CHECK(first_sentences("A sentence that is longer than the limit. Two.", 5) ==
          "A sentence that is longer than the limit.");
    CHECK(first_sentences("Since 3.11. in a word, and 1.5 of it. Next.", 20) ==
          "Since 3.11. in a word, and 1.5 of it.");
    CHECK(first_sentences("", 5).empty());
}

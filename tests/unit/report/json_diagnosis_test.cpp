// SPDX-License-Identifier: Apache-2.0
#include "sample_diagnosis.hpp"

#include <tcptune/report/diagnosis_report.hpp>

#include <limits>

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

using namespace tcptune;
using nlohmann::json;

TEST_CASE("a diagnosis in JSON has the members that others build on") {
    const json parsed = json::parse(report::diagnosis_json(sample::full(), 2));
    CHECK(parsed["format_version"] == "1.0");
    CHECK(parsed["kind"] == "diagnosis");
    CHECK(parsed["exit_code"] == 2);
    CHECK(parsed["host"]["kernel"] == "6.18.44");
    CHECK(parsed["sockets"] ==
          json{{"method", "dump"},
               {"by_state",
                {{"TIME_WAIT", 28230}, {"ESTABLISHED", 42}, {"CLOSE_WAIT", 512}, {"LISTEN", 12}}}});
    CHECK(parsed["ports"] == json{{"range", 28232},
                                  {"reserved", 0},
                                  {"bound", 0},
                                  {"usable", 28232},
                                  {"preferred", 14116},
                                  {"upper_bound", false}});
    CHECK(parsed["steps"] == json::array({{{"key", "net.ipv4.tcp_tw_reuse"},
                                           {"before", "2"},
                                           {"after", "1"},
                                           {"effect", "Ports serve again after a second."},
                                           {"limit_before_per_s", 470.5},
                                           {"limit_after_per_s", 28232.0}}}));
    CHECK(parsed["plan_was_asked"] == true);
    CHECK(parsed["answer"] == nullptr);
    CHECK(parsed["advice"][1] == json{{"remedy", "topology"},
                                      {"title", "Add source addresses"},
                                      {"text", "Each one has all ports of its own."},
                                      {"finding_ids", {"ports-by-time-wait"}}});
    CHECK(parsed["not_cures"][0]["what"] == "net.ipv4.tcp_fin_timeout");
}

TEST_CASE("a destination in JSON is that of a plan, with its owners") {
    diagnosis::Diagnosis diagnosis = sample::full();
    diagnosis.more_destinations = 4;
    const json parsed = json::parse(report::diagnosis_json(diagnosis, 0));
    CHECK(parsed["destinations"].size() == 2);
    CHECK(parsed["more_destinations"] == 4);
    const json& destination = parsed["destinations"][0];
    CHECK(destination["remote_address"] == "10.0.3.7");
    CHECK(destination["remote_port"] == 5432);
    CHECK(destination["ports_in_use"] == 28232);
    CHECK(destination["stage"] == "exhausted");
    CHECK(destination["states"]["time_wait"] == 28230);
    CHECK(destination["seconds_left"] == 0.0);
    CHECK_FALSE(destination.contains("after"));
    CHECK(destination["owners"][0] == json{{"pid", 812},
                                           {"command", "php-fpm"},
                                           {"unit", "php-fpm.service"},
                                           {"container", ""},
                                           {"sockets", 1},
                                           {"inferred", true}});
}

TEST_CASE("an owner of which nothing but the number is known is still listed") {
    diagnosis::Diagnosis diagnosis = sample::full();
    diagnosis.processes.clear();
    const json parsed = json::parse(report::diagnosis_json(diagnosis, 0));
    CHECK(parsed["destinations"][0]["owners"][0]["pid"] == 812);
    CHECK(parsed["destinations"][0]["owners"][0]["command"] == "");
}

TEST_CASE("listeners and processes in JSON, with null for what is not known") {
    const json parsed = json::parse(report::diagnosis_json(sample::full(), 0));
    CHECK(parsed["listeners"][0] == json{{"address", "0.0.0.0"},
                                         {"port", 8080},
                                         {"queue", 3},
                                         {"backlog", 128},
                                         {"syn_received", 1},
                                         {"owners", json::array()}});
    CHECK(parsed["processes"][0]["pid"] == 99);
    CHECK(parsed["processes"][0]["open_files"] == nullptr);
    CHECK(parsed["processes"][0]["close_wait"] == 512);
    CHECK(parsed["processes"][1]["open_files_limit"] == 1024);
}

TEST_CASE("a finding in JSON has all its subjects and their evidence") {
    const json parsed = json::parse(report::diagnosis_json(sample::asked(), 0));
    const json& finding = parsed["findings"][0];
    CHECK(finding["id"] == "ports-by-time-wait");
    CHECK(finding["severity"] == "critical");
    CHECK(finding["scope"] == "destination");
    CHECK(finding["asked"] == true);
    CHECK(finding["more_subjects"] == 0);
    CHECK(finding["subjects"][0]["pids"] == json{812, 813});
    CHECK(finding["subjects"][0]["evidence"][1] ==
          json{{"expression", "destination.time_wait >= 0.25 * destination.in_use"},
               {"value", "28230 >= 7058"},
               {"verdict", "yes"}});
    CHECK(parsed["findings"][1]["asked"] == false);
}

TEST_CASE("an answer in JSON tells causes that show, that do not, and that are open") {
    const json answer = json::parse(report::diagnosis_json(sample::asked(), 0))["answer"];
    CHECK(answer["question"] == "java.net.ConnectException: Cannot assign requested address");
    CHECK(answer["id"] == "EADDRNOTAVAIL");
    CHECK(answer["confirmed"].size() == 1);
    CHECK(answer["ruled_out"] ==
          json{"The address is not here", "Open connections hold every port"});
    CHECK(answer["open"] == json::array({"Bound sockets hold the ports"}));
}

TEST_CASE("what is not known is null or says why") {
    diagnosis::Diagnosis diagnosis = sample::asked();
    diagnosis.budget.reset();
    diagnosis.owners_unknown = "permission denied: 12 processes";
    diagnosis.sources = {
        {.name = "sock_diag", .status = facts::SourceStatus::denied, .detail = "x"}};
    const json parsed = json::parse(report::diagnosis_json(diagnosis, 0));
    CHECK(parsed["ports"] == nullptr);
    CHECK(parsed["owners_unknown"] == "permission denied: 12 processes");
    CHECK(parsed["sources"][0] ==
          json{{"name", "sock_diag"}, {"status", "denied"}, {"detail", "x"}});
    CHECK(parsed["open"][0] == json{{"id", "bound-only"},
                                    {"title", "Bound sockets hold the ports"},
                                    {"reasons", {"the socket table lacks them"}}});
}

TEST_CASE("ports of a host that was not dumped are an upper bound") {
    const json parsed = json::parse(report::diagnosis_json(sample::calm(), 0));
    CHECK(parsed["sockets"]["method"] == "counters");
    CHECK(parsed["ports"]["upper_bound"] == true);
    CHECK(parsed["destinations"] == json::array());
    CHECK(parsed["findings"] == json::array());
}

TEST_CASE("hostile text and numbers of a diagnosis are still valid JSON") {
    diagnosis::Diagnosis diagnosis = sample::hostile_diagnosis();
    diagnosis.processes.front().command = "\xff\xfe bad";
    diagnosis.by_state["\xff"] = 1;
    diagnosis.destinations.front().forecast.share = std::numeric_limits<double>::infinity();
    const json parsed = json::parse(report::diagnosis_json(diagnosis, 0));
    CHECK(parsed["destinations"][0]["share"] == nullptr);
    CHECK(parsed["processes"][0]["command"].get<std::string>().find("\ufffd") != std::string::npos);
    CHECK(report::diagnosis_json(diagnosis, 0) == report::diagnosis_json(diagnosis, 0));
}

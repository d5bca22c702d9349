// SPDX-License-Identifier: Apache-2.0
#include <tcptune/report/rehearsal_report.hpp>

#include <string>

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

using namespace tcptune;
using plan::RehearsalOutcome;

namespace {

plan::Rehearsal sample() {
    plan::Rehearsal rehearsal;
    rehearsal.planned_for = {"web1", "6.18.44", "boot", "cookie:1", true, {}};
    rehearsal.hostname = "web1";
    rehearsal.present_values = 23;
    rehearsal.steps = {
        {"net.ipv4.tcp_tw_reuse", "1", RehearsalOutcome::ok, "2", "1", ""},
        {"net.ipv4.ip_local_port_range", "10240 65535", RehearsalOutcome::ok, "32768 60999",
         "10240 65535", ""},
        {"net.core.netdev_max_backlog",
         "4000",
         RehearsalOutcome::not_rehearsed,
         {},
         "",
         "a new network namespace does not have this key: it is one for the whole host"},
    };
    return rehearsal;
}

bool has(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("what was not tried is never counted as working") {
    plan::Rehearsal rehearsal = sample();
    CHECK(!rehearsal.has_failed());
    CHECK(plan::rehearsal_sentence(rehearsal) ==
          "2 of 3 steps work on this kernel; 1 cannot be rehearsed here, and nothing is known of "
          "it.");
    rehearsal.steps.erase(rehearsal.steps.begin(), rehearsal.steps.begin() + 2);
    CHECK(plan::rehearsal_sentence(rehearsal) ==
          "The one step cannot be rehearsed here: nothing was found out.");
    rehearsal.steps.push_back(rehearsal.steps[0]);
    CHECK(plan::rehearsal_sentence(rehearsal) ==
          "None of the 2 steps can be rehearsed here: nothing was found out.");
    rehearsal.steps = {sample().steps[0]};
    CHECK(plan::rehearsal_sentence(rehearsal) == "The one step works on this kernel.");
    rehearsal.steps.clear();
    CHECK(plan::rehearsal_sentence(rehearsal) ==
          "The plan has no steps: there is nothing to rehearse.");
}

TEST_CASE("the first step that fails is named") {
    plan::Rehearsal rehearsal = sample();
    rehearsal.steps[1].outcome = RehearsalOutcome::different;
    rehearsal.steps[2].outcome = RehearsalOutcome::refused;
    CHECK(rehearsal.has_failed());
    CHECK(plan::rehearsal_sentence(rehearsal) ==
          "The plan fails on this kernel: step 2 of 3, net.ipv4.ip_local_port_range, reads back "
          "differently.");
}

TEST_CASE("the screen shows every step with its outcome") {
    plan::Rehearsal rehearsal = sample();
    rehearsal.steps[1].outcome = RehearsalOutcome::refused;
    rehearsal.steps[1].found = "10240 60999";
    rehearsal.steps[1].reason = "the kernel refuses the value: Invalid argument";
    CHECK(report::text_rehearsal(rehearsal, "tcptune plan", {}) ==
          R"(Rehearsal on web1, Linux 6.18.44
in a network namespace of its own that began with 23 of this host's values; the
host was not touched

Steps, in this order
  1. ok             net.ipv4.tcp_tw_reuse: 2 -> 1
  2. REFUSED        net.ipv4.ip_local_port_range: 32768 60999 -> 10240 65535
                    the kernel refuses the value: Invalid argument.
                    It holds 10240 60999 then.
  3. NOT REHEARSED  net.core.netdev_max_backlog = 4000
                    a new network namespace does not have this key: it is one
                    for the whole host.

The plan fails on this kernel: step 2 of 3, net.ipv4.ip_local_port_range, is
refused.
Next: tcptune plan
)");
}

TEST_CASE("another host and values that could not be given are said, and nothing unescaped") {
    plan::Rehearsal rehearsal = sample();
    rehearsal.other_host = true;
    rehearsal.planned_for.hostname = "db\x1b[31m";
    rehearsal.missing_values = {
        {"net.ipv4.x", "7\n8", RehearsalOutcome::refused, "1", "1\x1b", "no"}};
    const std::string text = report::text_rehearsal(rehearsal, "", {});
    CHECK(has(text, "The plan is for host db\\x1b[31m."));
    CHECK(has(text, "Present values that the rehearsal had to do without\n  net.ipv4.x = 7 8\n"));
    CHECK(has(text, "It holds 1\\x1b then."));
    CHECK(!has(text, "\x1b"));
    CHECK(!has(text, "Next:"));
}

TEST_CASE("JSON has the outcomes as words, counts and the sentence of the screen") {
    const auto json = nlohmann::json::parse(report::rehearsal_json(sample(), 0, "done"));
    CHECK(json["kind"] == "rehearsal");
    CHECK(json["host"]["hostname"] == "web1");
    CHECK(json["rehearsed_on"] == "web1");
    CHECK(json["other_host"] == false);
    CHECK(json["present_values"] == 23);
    CHECK(json["missing_values"].empty());
    REQUIRE(json["steps"].size() == 3);
    CHECK(json["steps"][1]["order"] == 2);
    CHECK(json["steps"][1]["before"] == nlohmann::json{"32768", "60999"});
    CHECK(json["steps"][1]["wanted"] == nlohmann::json{"10240", "65535"});
    CHECK(json["steps"][2]["outcome"] == "not_rehearsed");
    CHECK(json["steps"][2]["before"].is_null());
    CHECK(json["counts"]["ok"] == 2);
    CHECK(json["counts"]["not_rehearsed"] == 1);
    CHECK(json["status"] == "done");
    CHECK(json["summary"] == plan::rehearsal_sentence(sample()));
    CHECK(json["exit_code"] == 0);
}

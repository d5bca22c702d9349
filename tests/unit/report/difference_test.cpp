// SPDX-License-Identifier: Apache-2.0
#include <tcptune/report/difference_report.hpp>

#include <doctest/doctest.h>

using namespace tcptune::report;

namespace {

Difference sample() {
    Difference difference;
    difference.title = "Rollback of transaction 0123abcd";
    difference.left = "now";
    difference.right = "after the rollback";
    difference.rows = {
        {"net.ipv4.tcp_tw_reuse", "1", "2", ""},
        {"net.ipv4.tcp_fin_timeout", "30", "30", ""},
        {"net.ipv4.ip_local_port_range", "1024 65535", "1024 65535", "somebody else set this"},
        {"net.ipv4.ip_local_reserved_ports", "", std::nullopt, ""}};
    return difference;
}

}  // namespace

TEST_CASE("a difference shows what differs, what is noted, and counts the rest") {
    CHECK(sample().differing() == 2);
    CHECK(text_difference(sample(), {}) ==
          "Rollback of transaction 0123abcd (now -> after the rollback)\n"
          "  net.ipv4.tcp_tw_reuse: 1 -> 2\n"
          "  net.ipv4.ip_local_port_range: 1024 65535\n"
          "    somebody else set this\n"
          "  net.ipv4.ip_local_reserved_ports: (empty) -> (none)\n"
          "The same in 1 other key.\n");
}

TEST_CASE("no difference is said, and so is that there is nothing to compare") {
    Difference difference = sample();
    difference.rows = {{"net.ipv4.tcp_tw_reuse", "1", "1", ""}};
    CHECK(text_difference(difference, {}).ends_with("\nNo difference in 1 key.\n"));
    difference.rows.clear();
    CHECK(text_difference(difference, {}).ends_with("\nThere is no key to compare.\n"));
}

TEST_CASE("a hostile value of a difference is escaped in text and in JSON") {
    Difference difference = sample();
    difference.rows = {{"net.ipv4.x", "1", "\x1b[2J\xff", "a\nb"}};
    const std::string text = text_difference(difference, {});
    CHECK(text.find('\x1b') == std::string::npos);
    CHECK(text.find("a\nb") == std::string::npos);
    const std::string json = difference_json("diff", difference, {0, "done", "values differ"});
    CHECK(json.find("\\u001b[2J\\ufffd") != std::string::npos);
}

TEST_CASE("JSON of a difference has every row, lists of values as lists and nothing as null") {
    const std::string json = difference_json("rollback", sample(), {0, "done", "nothing written"});
    CHECK(json.find("\"kind\": \"difference\"") != std::string::npos);
    CHECK(json.find("\"operation\": \"rollback\"") != std::string::npos);
    CHECK(json.find("\"differing\": 2") != std::string::npos);
    CHECK(json.find("\"right\": null") != std::string::npos);
    CHECK(json.find("\"1024\",\n") != std::string::npos);
    CHECK(json.find("\"exit_code\": 0") != std::string::npos);
}

TEST_CASE("JSON of several rollbacks has one entry each, in the order in which they were undone") {
    using namespace tcptune;
    const std::vector<txn::Result> results{
        {"bbbb", txn::State::rolled_back, txn::Reason::asked, {}},
        {"aaaa",
         txn::State::rolled_back_with_conflicts,
         txn::Reason::asked,
         {{"net.ipv4.tcp_tw_reuse", txn::OutcomeStatus::conflict, "2", "0", "left alone"}}}};
    const std::string json = rollbacks_json(results, {16, "conflict", "left alone"});
    CHECK(json.find("bbbb") < json.find("aaaa"));
    CHECK(json.find("\"status\": \"conflict\",\n  \"summary\": \"left alone\",\n"
                    "  \"exit_code\": 16") != std::string::npos);
}

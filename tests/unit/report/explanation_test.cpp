// SPDX-License-Identifier: Apache-2.0
#include "sample_plan.hpp"

#include <tcptune/report/text_report.hpp>

#include <doctest/doctest.h>

using namespace tcptune;

namespace {

plan::Explanation node(std::string text, std::string verdict = "", std::string value = "",
                       std::vector<plan::Explanation> children = {}) {
    return {std::move(text), std::move(verdict), std::move(value), std::move(children)};
}

}  // namespace

TEST_CASE("an explanation is a tree with verdicts and numbers beside the sentences") {
    const plan::Explanation root =
        node("net.ipv4.tcp_tw_reuse = 2", "", "",
             {node("Reuse of TIME_WAIT"), node("why", "", "",
                                               {node("enable", "yes", "",
                                                     {node("port.share > 0.5", "no", "0.2 > 0.5",
                                                           {node("port.share", "", "0.2")})})})});
    CHECK(report::text_explanation(root, {}) ==
          "net.ipv4.tcp_tw_reuse = 2\n"
          "  - Reuse of TIME_WAIT\n"
          "\n"
          "  why\n"
          "    yes      enable\n"
          "      no       port.share > 0.5: 0.2 > 0.5\n"
          "        - port.share = 0.2\n");
}

TEST_CASE("a deep explanation stays inside the page") {
    plan::Explanation deep = node(std::string(200, 'x'));
    for (int i = 0; i < 60; ++i)
        deep = node("level", i % 2 == 0 ? "yes" : "", "", {deep});
    CHECK(sample::widest(report::text_explanation(deep, {})) <= 80);
}

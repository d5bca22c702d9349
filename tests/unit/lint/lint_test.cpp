// SPDX-License-Identifier: Apache-2.0
#include "standard.hpp"

#include <algorithm>
#include <chrono>

#include <doctest/doctest.h>

using namespace tcptune::lint;
using lint_test::fixes;
using lint_test::found;
using lint_test::rules;

TEST_CASE("a text without fault is silent, and its lines are counted") {
    REQUIRE(rules().sound());
    const auto report = rules().judge("# c\n\n; c\nnet.ipv4.tcp_sack = 1\nvm/swappiness=1");
    CHECK(found(report).empty());
    CHECK(report.files.at(0).lines == 5);
    CHECK(report.files.at(0).assignments == 2);
    CHECK(found("").empty());
    CHECK_FALSE(report.worst());
}

TEST_CASE("lines that no loader takes are errors, with the line that was meant") {
    CHECK(found("net.ipv4.tcp_sack = 1\nsome prose\n") == "2:1 error no-assignment");
    CHECK(found("  net.ipv4.tcp_sack 1\n") == "1:3 error no-equals-sign");
    CHECK(fixes("net.ipv4.tcp_sack 1\n") == "1: net.ipv4.tcp_sack = 1");
    CHECK(fixes("net.ipv4.tcp_sack: 1\n") == "1: net.ipv4.tcp_sack = 1");
    CHECK(found("net.ipv4.tcp_sack\n") == "1:1 error no-value");
    CHECK(found("net.ipv4.tcp_sack == 1\n") == "1:20 error double-equals");
    CHECK(fixes("net.ipv4.tcp_sack == 1\n") == "1: net.ipv4.tcp_sack =1");
    CHECK(fixes("net.ipv4.tcp_sack = \"1\"\n") == "1: net.ipv4.tcp_sack = 1");
    CHECK(fixes("/proc/sys/net/ipv4/tcp_sack = 1\nvm.swappiness=1\n") ==
          "1: net.ipv4.tcp_sack = 1");
    CHECK(fixes("Net.IPv4.tcp_sack = 1\nvm.swappiness=1\n") == "1: net.ipv4.tcp_sack = 1");
}

TEST_CASE("hidden characters are named where they stand, in code points") {
    CHECK(found("net.ipv4.tcp_sack = \xc2\xa0"
                "1\n") == "1:21 error hidden-character");
    CHECK(fixes("net.ipv4.tcp_\xe2\x80\x8bsack = 1\n") == "1: net.ipv4.tcp_sack = 1");
    CHECK(found("net.ipv4.tcp_sack = 1\n\xe3\x80\x80# c\n") == "2:1 warning hidden-character");
    CHECK(found("\xef\xbb\xbfnet.ipv4.tcp_sack = 1\n") == "1:1 error byte-order-mark");
    CHECK(found("\xef\xbb\xbf# c\nnet.ipv4.tcp_sack = 1\n") == "1:1 warning byte-order-mark");
    CHECK(found("# \xe2\x80\x8b hidden in a comment\nnet.ipv4.tcp_sack = 1\n").empty());
}

TEST_CASE("where the loaders differ, the finding is a warning or an error") {
    CHECK(found("- net.ipv4.tcp_sack = 1\n") ==
          "1:1 info newer-grammar; 1:3 warning space-after-dash");
    CHECK(found("net.ipv4.tcp_sack. = 1\n") == "1:1 warning separator-at-end");
    CHECK(found("net.ipv4.tcp_sack = 1\\\n").find("warning backslash") != std::string::npos);
    CHECK(found("net.ipv4.tcp_sack =\n") == "1:20 warning empty-value");
    CHECK(found("net.ipv4.tcp_sack = 1\rvm.swappiness = 1\n") == "1:22 error lone-cr");
    CHECK(found("net.ipv4.tcp_sack = 1\r\nvm.swappiness = 1\r\n") == "1:22 info crlf");
    CHECK(found("vm.swappiness = 1\n" + std::string("#") + std::string(1 << 20, 'x') + "\n") ==
          "2:1 error long-line");
}

TEST_CASE("keys that are gone, not there yet, misspelt or another system's") {
    CHECK(found("net.ipv4.tcp_tw_recycle = 1\n") == "1:1 error net.ipv4.tcp_tw_recycle/removed");
    CHECK(found("net.ipv4.tcp_tw_recycle = 0\n") == "1:1 info net.ipv4.tcp_tw_recycle/removed");
    CHECK(found(rules().judge("net.ipv4.tcp_tw_recycle = 1\n", "a.conf", {}, {4, 9, 0})).empty());
    CHECK(found("net.ipv4.tcp_tw_reuse_delay = 500\n") == "1:1 warning not-yet");
    CHECK(found("net.ipv4.tcp_fack = 1\n") == "1:1 info no-effect");
    CHECK(found("net.ipv4.tcp_sakc = 1\nvm.swappiness = 1\n") == "1:1 error unknown-key");
    CHECK(fixes("net.ipv4.tcp_sakc = 1\nvm.swappiness = 1\n") == "1: net.ipv4.tcp_sack = 1");
    CHECK(found("net.ipv4.entirely_different = 1\n") == "1:1 warning unknown-key");
    CHECK(found("net.mptcp.entirely_different = 1\n") == "1:1 info unknown-key");
    CHECK(found("vm.swappiness = 1\nkern.ipc.x = 1\n") == "2:1 warning foreign-key");
    CHECK(found("net.ipv4.conf.eth0.100.rp_filter = 1\n") == "1:1 error dot-in-interface");
}

TEST_CASE("values that the kernel refuses, alters or reads in part") {
    CHECK(found("net.ipv4.tcp_tw_reuse = 7\n") == "1:25 error refused");
    CHECK(found("net.ipv4.tcp_fin_timeout = 30;\n") == "1:28 error text-behind-number");
    CHECK(fixes("net.ipv4.tcp_fin_timeout = 30;\n") == "1: net.ipv4.tcp_fin_timeout = 30");
    CHECK(found("net.ipv4.tcp_fin_timeout = 010\n") == "1:28 error altered");
    CHECK(found("net.ipv4.tcp_fin_timeout = 30 # c\nnet.ipv4.tcp_sack = 1 # d\n") ==
          "1:28 info text-after-value");
    CHECK(found("net.ipv4.tcp_congestion_control = bbr # c\n") == "1:35 error comment-after-text");
}

TEST_CASE("rules speak of values, with what the text sets around them") {
    CHECK(found("net.ipv4.tcp_fin_timeout = 4\n") == "1:28 warning net.ipv4.tcp_fin_timeout/short");
    CHECK(found("net.ipv4.tcp_fin_timeout = 77\n") ==
          "1:28 warning net.ipv4.tcp_fin_timeout/needs-reuse");
    CHECK(found("net.ipv4.tcp_fin_timeout = 77\nnet.ipv4.tcp_tw_reuse = 1\n").empty());
    CHECK(found("net.ipv4.tcp_fin_timeout = 77\nnet.ipv4.tcp_tw_reuse = {{ reuse }}\n").empty());
}

TEST_CASE("a comment counts against the line that it belongs to") {
    const std::string myth = "net.ipv4.tcp_fin_timeout/time-wait";
    CHECK(found("# for TIME_WAIT\nnet.ipv4.tcp_fin_timeout = 30\n") == "2:1 warning " + myth);
    CHECK(found("# for TIME_WAIT\n\nnet.ipv4.tcp_fin_timeout = 30\n").empty());
    CHECK(found("# for TIME_WAIT\n#vm.swappiness = 1\nnet.ipv4.tcp_fin_timeout = 30\n").empty());
    CHECK(found("# for TIME_WAIT\n#net.ipv4.tcp_fin_timeout = 30\n").empty());
}

TEST_CASE("of two lines the last one wins, and the finding stands at the other") {
    CHECK(found("vm.swappiness = 1\nvm.swappiness = 2\n") == "1:1 warning duplicate");
    CHECK(found("vm.swappiness = 1\nvm/swappiness =  1\n") == "1:1 info duplicate");
    CHECK(fixes("vm.swappiness = 1\nvm.swappiness = 2\n") == "1: -");
    CHECK(fixes("net.ipv4.tcp_tw_reuse = 1\nnet.ipv4.tcp_tw_reuse = 9\n").empty());
    CHECK(found("vm.swappiness = 1\n-vm.swappiness\n") ==
          "1:1 warning excluded-later; 2:1 info newer-grammar");
}

TEST_CASE("templates: lines with marks are left alone, branches do not fight") {
    const std::string text =
        "{% if a %}\nvm.swappiness = 1\n{% else %}\nvm.swappiness = 2\n{% endif %}\n"
        "net.ipv4.tcp_fin_timeout = {{ x }}\nnet.ipv4.tcp_tw_reuse = 7\n";
    const auto report = rules().judge(text);
    CHECK(report.files.at(0).kind == TextKind::template_text);
    CHECK(report.files.at(0).not_judged == 4);
    CHECK(found(report) == "7:25 error refused");
    CHECK(found("<% if a %>\nnet.ipv4.tcp_tw_recycle = 1\n<% end %>\n").empty());
    CHECK(found("# {{{ fold\nvm.swappiness = 1\nvm.swappiness = 1\n") == "2:1 info duplicate");
}

TEST_CASE("commands of a shell are judged alone, and are errors in a sysctl file") {
    const auto report = rules().judge(
        "sysctl -w net.ipv4.tcp_tw_reuse=7\necho 4 > /proc/sys/net/ipv4/tcp_fin_timeout\n", "-");
    CHECK(report.files.at(0).kind == TextKind::shell);
    CHECK(found(report) == "1:11 error refused; 2:10 warning net.ipv4.tcp_fin_timeout/short");
    CHECK(found("sysctl -w vm.swappiness = 1\n", "-") == "1:11 error spaces-around-equals");
    CHECK(found("sysctl vm.swappiness=1 2\n", "-") == "1:8 error no-quotes");
    CHECK(found("sudo echo 1 > /proc/sys/vm/swappiness\n", "-") == "1:15 error sudo-redirection");
    CHECK(found("sudo sysctl -w vm.swappiness=1\n") == "1:1 error shell-command");
    CHECK(fixes("sudo sysctl -w vm.swappiness=1\n") == "1: vm.swappiness = 1");
}

TEST_CASE("a file of another system, or no sysctl file, gets one finding") {
    CHECK(found("kern.ipc.a = 1\nnet.inet.b = 2\nfoo\n") == "0:0 error not-linux");
    CHECK(found("[server]\nport = 80\n") == "0:0 info no-sysctl-file");
    CHECK(found("vm.swappiness = 1\nprose\nmore prose\n").find("no-sysctl-file") ==
          std::string::npos);
}

TEST_CASE("keys to drop are taken out, and nothing else has a fix then") {
    const std::string text = "vm.swappiness = 1\nnet.ipv4.tcp_sack 1\nvm/swappiness = 1\n";
    CHECK(fixes(text, {"vm.swappiness"}) == "1: -; 3: -");
}

TEST_CASE("judging takes time in proportion to the text") {
    const auto seconds = [](std::size_t times) {
        std::string text;
        for (std::size_t i = 0; i < times; ++i)
            text += "vm.swappiness = 1\nvm.swappiness = 2\n";
        text += "net.ipv4.tcp_sack = 1 # " + std::string(times * 20, 'x') + "\n";
        const auto begin = std::chrono::steady_clock::now();
        // Of so many the first ten thousand are told.
        CHECK(rules().judge(std::move(text)).findings.size() >=
              std::min<std::size_t>(times, 10001));
        return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
    };
    const double small = seconds(2'000), large = seconds(20'000);
    CHECK(large < 60 * small + 1);
}

TEST_CASE("what one text is told has an end, and the end says how severe the rest is") {
    std::string text = "net.ipv4.tcp_tw_recycle = 1\n";
    for (int i = 0; i < 10050; ++i)
        text += "net.core.somaxcon = 1\n";
    const Report report = rules().judge(text);
    CHECK(report.findings.size() == 10001);
    CHECK(report.findings.back().rule_id == "lint/too-many");
    CHECK(report.findings.back().severity == Severity::error);
}

TEST_CASE("a comment that was right on the target kernel is left alone") {
    const std::string text = "# claimed wrongly since 5.4\nnet.ipv4.tcp_fin_timeout = 60\n";
    const auto on = [&](tcptune::KernelVersion kernel) {
        return found(rules().judge(text, "a.conf", {}, kernel));
    };
    CHECK(on({6, 1, 0}).find("/late-myth") != std::string::npos);
    CHECK(on({4, 19, 0}).find("/late-myth") == std::string::npos);
}

TEST_CASE("a line that others may have followed is told, and not taken out by itself") {
    CHECK(fixes("vm.swappiness = 1\nvm.swappiness = 2\n") == "1: -");
    const std::string linked =
        "net.ipv4.conf.default.rp_filter = 1\nnet.ipv4.conf.default.rp_filter = 2\n";
    CHECK(found(linked) == "1:1 warning duplicate");
    CHECK(fixes(linked).empty());
}

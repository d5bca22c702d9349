// SPDX-License-Identifier: Apache-2.0
#include "sample_diagnosis.hpp"
#include "sample_plan.hpp"

#include <tcptune/report/diagnosis_report.hpp>

#include <doctest/doctest.h>

using namespace tcptune;

namespace {

bool has(const std::string& text, std::string_view part) {
    return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("a ticket has what is wrong, the destinations, findings, cures and folded evidence") {
    const std::string text = report::markdown_diagnosis(sample::full(), false);
    CHECK(text.starts_with(
        "**tcptune diagnose**: CRITICAL: Closed connections (TIME\\_WAIT) hold every local port "
        "towards a destination (and 1 more finding) (Linux 6.18.44, one dump of the socket "
        "table)\n"));
    CHECK(has(text,
              "| `10.0.0.5 -> 10.0.3.7:5432` | 28,232 | 28,232 | exhausted | 470/s | 470/s | now | "
              "TIME\\_WAIT 28,230, ESTABLISHED 2, CLOSE\\_WAIT 0 | by php-fpm (pids 812, 813, "
              "php-fpm.service): inferred from 2 live sockets |\n"));
    CHECK(has(text, "\nand 1 more that has room\n"));
    CHECK(has(text,
              "- **critical** Closed connections (TIME\\_WAIT) hold every local port towards "
              "a destination: `10.0.0.5 -> 10.0.3.7:5432`\n"));
    CHECK(has(text, "1. program: **Keep connections to the server open** A pool"));
    CHECK(has(text, "3. sysctl: `net.ipv4.tcp_tw_reuse` `2` to `1`. Ports serve again"));
    CHECK(has(text, "<details>\n<summary>Evidence</summary>\n\n"));
    CHECK(has(text, "  - `socket.tcp.close_wait >= 100`: `512 >= 100`, yes\n"));
    CHECK(has(text, "  - java (pid 99, container aaaaaaaaaaaa)\n"));
    CHECK(has(text, "| `TIME_WAIT` | 28,230 | closed here first"));
}

TEST_CASE("a ticket names the host only when asked for") {
    CHECK_FALSE(has(report::markdown_diagnosis(sample::full(), false), "proxy-1"));
    CHECK(has(report::markdown_diagnosis(sample::full(), true), "diagnose on `proxy-1`**"));
}

TEST_CASE("a ticket answers a question before anything else") {
    const std::string text = report::markdown_diagnosis(sample::asked(), false);
    CHECK(has(text, "\n**EADDRNOTAVAIL** Cannot assign requested address\n"));
    CHECK(has(text, "\nAsked: `java.net.ConnectException: Cannot assign requested address`\n"));
    CHECK(has(text, "- not here: The address is not here; Open connections hold every port\n"));
    CHECK(text.find("EADDRNOTAVAIL**") < text.find("| destination |"));
}

TEST_CASE("a ticket about a host without trouble has no empty parts") {
    const std::string text = report::markdown_diagnosis(sample::calm(), false);
    CHECK(
        text.starts_with("**tcptune diagnose**: Nothing is wrong with the ports (Linux 6.18.44, "
                         "socket counters, no dump)\n"));
    CHECK(has(text, "so the socket table was not dumped."));
    CHECK_FALSE(has(text, "| destination |"));
    CHECK_FALSE(has(text, "Findings"));
    CHECK_FALSE(has(text, "cures"));
    CHECK_FALSE(has(text, "Not known"));
}

TEST_CASE("a ticket says that no sysctl would help") {
    diagnosis::Diagnosis diagnosis = sample::full();
    diagnosis.steps.clear();
    CHECK(has(report::markdown_diagnosis(diagnosis, false),
              "\n3. sysctl: No sysctl would help here.\n"));
}

TEST_CASE("a ticket says what is not known and which namespaces were left out") {
    diagnosis::Diagnosis diagnosis = sample::asked();
    diagnosis.host.other_netns = 3;
    const std::string text = report::markdown_diagnosis(diagnosis, false);
    CHECK(has(text, "\n- bound-only: the socket table lacks them\n"));
    CHECK(has(text, "\n3 other network namespaces were not looked at.\n"));
}

TEST_CASE("text of the host cannot become markup or a mention in a ticket") {
    const std::string text = report::markdown_diagnosis(sample::hostile_diagnosis(), true);
    CHECK_FALSE(has(text, "\x1b"));
    CHECK_FALSE(has(text, "\r"));
    CHECK_FALSE(has(text, "\u202e"));
    bool in_code = false;
    std::string outside;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '`' && (i == 0 || text[i - 1] != '\\')) in_code = !in_code;
        if (!in_code) outside += text[i];
    }
    CHECK_FALSE(in_code);
    CHECK_FALSE(has(outside, "<script"));
    CHECK_FALSE(has(outside, "@all"));
    CHECK(has(outside, "&lt;script>"));
}

TEST_CASE("every row of a ticket's tables has as many columns as its head") {
    for (const diagnosis::Diagnosis& diagnosis : {sample::full(), sample::hostile_diagnosis()}) {
        std::size_t columns = 0;
        for (const std::string& line :
             sample::lines_of(report::markdown_diagnosis(diagnosis, true))) {
            if (!line.starts_with('|')) {
                columns = 0;
                continue;
            }
            std::size_t bars = 0;
            for (std::size_t i = 0; i < line.size(); ++i) {
                if (line[i] == '|' && (i == 0 || line[i - 1] != '\\')) ++bars;
            }
            if (columns == 0) columns = bars;
            CHECK(bars == columns);
        }
    }
}

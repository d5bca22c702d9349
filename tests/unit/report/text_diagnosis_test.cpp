// SPDX-License-Identifier: Apache-2.0
#include "sample_diagnosis.hpp"
#include "sample_plan.hpp"

#include <tcptune/report/diagnosis_report.hpp>

#include <algorithm>

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

diagnosis::DestinationView with_share(double share, std::uint16_t port) {
    diagnosis::DestinationView view = sample::full().destinations.back();
    view.destination.remote_port = port;
    view.forecast.share = share;
    return view;
}

}  // namespace

TEST_CASE("the diagnosis of a full destination has ports, stage, rate, limit, states and owner") {
    const std::string text = shown(sample::full());
    CHECK(says(text,
               "10.0.0.5 -> 10.0.3.7:5432 ############ 28,232 of 28,232 exhausted 470/s "
               "470/s 235/s now"));
    CHECK(says(text, "TIME_WAIT 28,230, ESTABLISHED 2, CLOSE_WAIT 0"));
    CHECK(says(text, "by php-fpm (pids 812, 813, php-fpm.service): inferred from 2 live sockets"));
    CHECK(says(text,
               "Inferred: TIME_WAIT has no owner; these have live sockets of the same "
               "tuple."));
}

TEST_CASE("the diagnosis says what is wrong before anything else and fits one screen") {
    const std::string text = shown(sample::full());
    CHECK(says(text,
               "CRITICAL: Closed connections (TIME_WAIT) hold every local port towards a "
               "destination (and 1 more finding). Destinations"));
    CHECK(sample::lines_of(text).size() <= 50);
}

TEST_CASE("the parts of a diagnosis come in the order in which they are needed") {
    const std::string text = shown(sample::asked());
    const std::vector<std::string> order{
        "CRITICAL:",  "\nEADDRNOTAVAIL:", "\nDestinations,",      "\nTCP sockets by state",
        "\nFindings", "\nWhat cures it",  "\nWhat does not help", "\nNot known",
        "\nNext: "};
    for (std::size_t i = 1; i < order.size(); ++i)
        CHECK(at(text, order[i - 1]) < at(text, order[i]));
}

TEST_CASE("a destination with room is no news beside one that has none") {
    const std::string text = shown(sample::full());
    CHECK_FALSE(says(text, "10.0.3.8:443"));
    CHECK(says(text, "and 1 more that has room (--format=json)"));
}

TEST_CASE("a destination is shown from a tenth of its ports on, or when it will be full") {
    diagnosis::Diagnosis diagnosis = sample::full();
    diagnosis.destinations = {with_share(0.1, 1001), with_share(0.02, 1002),
                              with_share(0.0999, 1003)};
    diagnosis.destinations[1].forecast.seconds_left = 50;
    const std::string text = shown(diagnosis);
    CHECK(says(text, "10.0.3.8:1001"));
    CHECK(says(text, "10.0.3.8:1002"));
    CHECK_FALSE(says(text, "10.0.3.8:1003"));
}

TEST_CASE("of many full destinations five are shown and all are counted") {
    diagnosis::Diagnosis diagnosis = sample::full();
    const diagnosis::DestinationView full = diagnosis.destinations.front();
    diagnosis.destinations.assign(7, full);
    diagnosis.more_destinations = 99000;
    const std::string text = shown(diagnosis);
    CHECK(says(text, "and 99,002 more (--format=json)"));
    std::size_t rows = 0;
    for (const std::string& line : sample::lines_of(text)) {
        if (line.starts_with("  ############ ")) ++rows;
    }
    CHECK(rows == 5);
}

TEST_CASE("a host without trouble says so, and why no dump was needed") {
    const std::string text = shown(sample::calm());
    CHECK(says(text,
               "Nothing is wrong with the ports. Destinations No destination can be past "
               "half of its ports: the counters show too few sockets for that, so the "
               "socket table was not dumped."));
    CHECK_FALSE(says(text, "Findings"));
    CHECK_FALSE(says(text, "cure"));
}

TEST_CASE("when all destinations have room one sentence names the fullest") {
    diagnosis::Diagnosis diagnosis = sample::full();
    diagnosis.findings.clear();
    diagnosis.destinations.erase(diagnosis.destinations.begin());
    const std::string text = shown(diagnosis);
    CHECK(says(text,
               "All have room: 1 in all, and the fullest, 10.0.0.5 -> 10.0.3.8:443, uses "
               "40 of 28,232 ports (<1 %)."));
    diagnosis.destinations.clear();
    diagnosis.only_pid = 812;
    CHECK(says(shown(diagnosis), "No outbound connection of process 812 holds a local port."));
}

TEST_CASE("a destination that was asked for is shown however empty it is") {
    diagnosis::Diagnosis diagnosis = sample::full();
    diagnosis.destinations.erase(diagnosis.destinations.begin());
    diagnosis.only_destination = "10.0.3.8";
    CHECK(says(shown(diagnosis), "10.0.0.5 -> 10.0.3.8:443 #"));
    CHECK(says(shown(diagnosis), "by java (pid 99, container aaaaaaaaaaaa): 40 sockets"));
    CHECK(says(shown(diagnosis), "only sockets towards 10.0.3.8"));
}

TEST_CASE("a socket table that could not be read is never called healthy") {
    diagnosis::Diagnosis diagnosis = sample::calm();
    diagnosis.method = facts::SocketMethod::none;
    diagnosis.sources = {{.name = "sock_diag",
                          .status = facts::SourceStatus::absent,
                          .detail = "no inet_diag module"}};
    const std::string text = shown(diagnosis);
    CHECK_FALSE(says(text, "Nothing is wrong"));
    CHECK(says(text, "Nothing can be said about ports: the socket table could not be read."));
    CHECK(says(text, "- sock_diag: not there (no inet_diag module)"));
    CHECK_FALSE(says(text, "Destinations"));
}

TEST_CASE("without a port range the ports are not called healthy either") {
    diagnosis::Diagnosis diagnosis = sample::calm();
    diagnosis.budget.reset();
    diagnosis.budget_missing = "permission denied: net.ipv4.ip_local_port_range";
    CHECK(says(shown(diagnosis),
               "How full the ports are is not known: permission denied: "
               "net.ipv4.ip_local_port_range."));
}

TEST_CASE("the tally counts what netstat counts, most first, and says what a state means") {
    const std::string text = shown(sample::full());
    CHECK(at(text, "TIME_WAIT         28,230  closed here first; outbound ones hold a port 60 s") <
          at(text, "CLOSE_WAIT           512  the peer has closed, the program here has not"));
    CHECK(at(text, "CLOSE_WAIT           512") < at(text, "ESTABLISHED           42\n"));
    CHECK_FALSE(says(shown(sample::calm()), "CLOSE_WAIT"));
}

TEST_CASE("a state that a facts file made up is shown in characters that the screen has") {
    diagnosis::Diagnosis diagnosis = sample::calm();
    diagnosis.by_state = {{"caf\u00e9", 7}};
    CHECK(says(shown(diagnosis), "caf\\u{e9} 7"));
    CHECK(says(shown(diagnosis, {.width = 80, .colour = false, .unicode = true}), "caf\u00e9 7"));
}

TEST_CASE("who made TIME_WAITs without a live socket is not made up") {
    diagnosis::Diagnosis diagnosis = sample::full();
    facts::Destination& destination = diagnosis.destinations.front().destination;
    destination.owners.clear();
    CHECK_FALSE(says(shown(diagnosis), "inferred"));
    destination.states[static_cast<std::size_t>(facts::TcpState::established)] = 0;
    CHECK(
        says(shown(diagnosis), "owner not known: TIME_WAIT has none, and no socket to it is live"));
}

TEST_CASE("live sockets of a process that could not be looked at have an unknown owner") {
    diagnosis::Diagnosis diagnosis = sample::full();
    diagnosis.destinations.front().destination.owners.clear();
    diagnosis.owners_unknown = "permission denied: 12 processes";
    CHECK(says(shown(diagnosis), "by a process that is not known (see Not known)"));
}

TEST_CASE("many workers of one program are one owner, many programs are counted") {
    diagnosis::Diagnosis diagnosis = sample::full();
    facts::Destination& destination = diagnosis.destinations.front().destination;
    destination.owners.clear();
    diagnosis.processes.clear();
    for (std::int64_t pid = 1; pid <= 9; ++pid) {
        facts::Process process;
        process.pid = pid;
        process.command = pid <= 5 ? "nginx" : "job-" + std::to_string(pid);
        diagnosis.processes.push_back(process);
        destination.owners.push_back({.pid = pid, .sockets = 3, .inferred = false});
    }
    CHECK(says(shown(diagnosis),
               "by nginx (pids 1, 2, 3 and 2 more): 15 sockets; job-6 (pid 6): "
               "3 sockets; job-7 (pid 7): 3 sockets; and 2 more"));
}

TEST_CASE("no line of a diagnosis is wider than the screen, whatever the texts are") {
    for (const std::size_t width : {80U, 60U, 40U}) {
        for (const bool unicode : {false, true}) {
            CAPTURE(width);
            CAPTURE(unicode);
            const report::TextStyle style{.width = width, .colour = false, .unicode = unicode};
            CHECK(sample::widest(shown(sample::hostile_diagnosis(), style)) <= width);
            CHECK(sample::widest(shown(sample::asked(), style)) <= width);
            CHECK(sample::widest(shown(sample::calm(), style)) <= width);
        }
    }
}

TEST_CASE("nothing of the host reaches the terminal as a control character in a diagnosis") {
    for (const bool unicode : {false, true}) {
        const std::string text =
            shown(sample::hostile_diagnosis(), {.width = 80, .colour = false, .unicode = unicode});
        CHECK(std::ranges::none_of(
            text, [](char c) { return (c >= 0 && c < 0x20 && c != '\n') || c == 0x7f; }));
        CHECK(text.find("\u202e") == std::string::npos);
    }
}

TEST_CASE("colour adds nothing but colour to a diagnosis") {
    std::string coloured = shown(sample::asked(), {.width = 80, .colour = true});
    CHECK(coloured.find("\x1b[1;31m") != std::string::npos);
    for (std::size_t found = coloured.find('\x1b'); found != std::string::npos;
         found = coloured.find('\x1b')) {
        coloured.erase(found, coloured.find('m', found) - found + 1);
    }
    CHECK(coloured == shown(sample::asked()));
}

TEST_CASE("a narrow screen has sentences instead of columns") {
    const std::string text = shown(sample::full(), {.width = 60});
    CHECK(says(text,
               "28,232 of 28,232 ports (100 %), exhausted, 470/s closed, port limit 470/s, "
               "slow above 235/s"));
    CHECK(says(text, "CLOSE_WAIT 512: the peer has closed, the program here has not"));
    CHECK_FALSE(says(text, "in use of usable"));
}

TEST_CASE("the diagnosis ends with its verdict and one command") {
    const std::string text = shown(sample::full());
    CHECK(sample::folded(text).ends_with(
        sample::folded(diagnosis::verdict_sentence(sample::full())) + " Next: tcptune plan"));
}

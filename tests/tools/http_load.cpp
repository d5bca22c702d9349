// SPDX-License-Identifier: Apache-2.0
// http_load ADDR PORT CONNECTIONS SECONDS MEASURE_AFTER: keeps that many connections to an HTTP
// server open and asks for / on each as soon as the last answer is there. Ends with one JSON line:
// answers by status that came after MEASURE_AFTER seconds. Answers need a Content-Length.
#include <tcptune/base/unique_fd.hpp>

#include <arpa/inet.h>
#include <array>
#include <cerrno>
#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <map>
#include <netinet/in.h>
#include <string>
#include <string_view>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <vector>

namespace {

using tcptune::UniqueFd;

constexpr std::string_view question =
    "GET / HTTP/1.1\r\nHost: upstream\r\nUser-Agent: http_load\r\n\r\n";

struct Connection {
    UniqueFd fd;
    std::string received;
};

struct Tally {
    std::map<int, long> by_status;
    long broken = 0;  ///< ended in the middle of an answer, or no answer that could be read
};

double now() {
    timespec time{};
    (void)::clock_gettime(CLOCK_MONOTONIC, &time);
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) / 1e9;
}

[[noreturn]] void fail(const char* what) {
    (void)std::fprintf(stderr, "http_load: %s: %s\n", what, std::strerror(errno));
    std::exit(1);
}

int number_after(std::string_view text, std::string_view name) {
    const std::size_t at = text.find(name);
    int number = -1;
    if (at == std::string_view::npos) return number;
    text.remove_prefix(at + name.size());
    (void)std::from_chars(text.data(), text.data() + text.size(), number);
    return number;
}

/// Bytes of the answer at the front, 0 while it is not complete, -1 when it cannot be read.
long whole_answer(std::string_view text) {
    const std::size_t end = text.find("\r\n\r\n");
    if (end == std::string_view::npos) return 0;
    const int body = number_after(text.substr(0, end), "Content-Length: ");
    if (body < 0) return -1;
    const std::size_t size = end + 4 + static_cast<std::size_t>(body);
    return text.size() >= size ? static_cast<long>(size) : 0;
}

class Load {
public:
    Load(sockaddr_in to, std::size_t connections)
        : to_(to), poller_(::epoll_create1(EPOLL_CLOEXEC)), connections_(connections) {
        for (std::size_t i = 0; i < connections; ++i)
            open(i);
    }

    void run(double until) {
        std::array<epoll_event, 64> events{};
        while (now() < until) {
            const int ready = ::epoll_wait(poller_.get(), events.data(), events.size(), 100);
            for (int i = 0; i < ready; ++i)
                read(events[static_cast<std::size_t>(i)].data.u64);
        }
    }

    Tally tally;

private:
    void open(std::size_t index) {
        Connection& connection = connections_[index];
        connection.received.clear();
        connection.fd.reset(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
        const void* const address = &to_;
        if (!connection.fd ||
            ::connect(connection.fd.get(), static_cast<const sockaddr*>(address), sizeof to_) != 0)
            fail("connect");
        epoll_event event{};
        event.events = EPOLLIN;
        event.data.u64 = index;
        if (::epoll_ctl(poller_.get(), EPOLL_CTL_ADD, connection.fd.get(), &event) != 0)
            fail("epoll");
        ask(connection);
    }

    static void ask(const Connection& connection) {
        // A server that has closed is seen by the next read.
        (void)!::send(connection.fd.get(), question.data(), question.size(), MSG_NOSIGNAL);
    }

    void read(std::size_t index) {
        Connection& connection = connections_[index];
        std::array<char, 8192> buffer{};
        const ssize_t got = ::recv(connection.fd.get(), buffer.data(), buffer.size(), MSG_DONTWAIT);
        if (got < 0 && (errno == EAGAIN || errno == EINTR)) return;
        if (got > 0) connection.received.append(buffer.data(), static_cast<std::size_t>(got));
        const long size = got > 0 ? whole_answer(connection.received) : -1;
        if (size < 0) {
            // An idle connection that the server ends between two answers is no failure, but one
            // that has been asked is: each of these has been.
            ++tally.broken;
            open(index);
        } else if (size > 0) {
            ++tally.by_status[number_after(connection.received, "HTTP/1.1 ")];
            connection.received.erase(0, static_cast<std::size_t>(size));
            ask(connection);
        }
    }

    sockaddr_in to_;
    UniqueFd poller_;
    std::vector<Connection> connections_;
};

}  // namespace

int main(int argc, char** argv) {
    sockaddr_in to{};
    to.sin_family = AF_INET;
    if (argc != 6 || ::inet_pton(AF_INET, argv[1], &to.sin_addr) != 1) {
        (void)std::fputs("usage: http_load ADDR PORT CONNECTIONS SECONDS MEASURE_AFTER\n", stderr);
        return 64;
    }
    const long connections = std::strtol(argv[3], nullptr, 10);
    const double length = std::strtod(argv[4], nullptr);
    const double before = std::strtod(argv[5], nullptr);
    if (connections < 1 || connections > 1000 || !(length > before) || !(length <= 900) ||
        !(before >= 0)) {
        (void)std::fputs("http_load: numbers out of bounds\n", stderr);
        return 64;
    }
    to.sin_port = htons(static_cast<std::uint16_t>(std::strtol(argv[2], nullptr, 10)));
    (void)::alarm(static_cast<unsigned>(length) + 10);
    const double start = now();
    Load load(to, static_cast<std::size_t>(connections));
    load.run(start + before);
    load.tally = {};
    const double from = now();
    load.run(start + length);
    const double measured = now() - from;
    std::string statuses;
    for (const auto& [status, times] : load.tally.by_status) {
        if (!statuses.empty()) statuses += ", ";
        statuses += '"' + std::to_string(status) + "\": " + std::to_string(times);
    }
    (void)std::printf("{\"seconds\": %.3f, \"status\": {%s}, \"broken\": %ld}\n", measured,
                      statuses.c_str(), load.tally.broken);
    return 0;
}

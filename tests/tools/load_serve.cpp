// SPDX-License-Identifier: Apache-2.0
#include "load_modes.hpp"

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <map>
#include <sys/epoll.h>

#include <fcntl.h>

namespace port_load {
namespace {

/// Takes what there is; true when the client has closed.
bool client_closed(int fd) {
    std::array<char, 4096> buffer{};
    while (true) {
        const ssize_t got = ::recv(fd, buffer.data(), buffer.size(), MSG_DONTWAIT);
        if (got == 0) return true;
        if (got < 0) return errno != EAGAIN && errno != EINTR;
    }
}

class Server {
public:
    Server(const Options& options, UniqueFd listener)
        : options_(options),
          listener_(std::move(listener)),
          poller_(::epoll_create1(EPOLL_CLOEXEC)) {
        watch(listener_.get());
    }

    void run(double until) {
        std::array<epoll_event, 256> events{};
        while (now_seconds() < until) {
            const int count = ::epoll_wait(poller_.get(), events.data(), events.size(), 200);
            for (int i = 0; i < count; ++i) {
                const int fd = events[static_cast<std::size_t>(i)].data.fd;
                if (fd == listener_.get())
                    accept_all();
                else if (client_closed(fd))
                    clients_.erase(fd);
            }
        }
    }

private:
    void watch(int fd) {
        epoll_event event{};
        event.events = EPOLLIN;
        event.data.fd = fd;
        (void)::epoll_ctl(poller_.get(), EPOLL_CTL_ADD, fd, &event);
    }

    void accept_all() {
        while (true) {
            UniqueFd fd(::accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK));
            if (!fd) return;
            if (options_.server_closes) continue;
            if (!options_.keep_open) {
                if (client_closed(fd.get())) continue;
                watch(fd.get());
            }
            const int number = fd.get();
            clients_[number] = std::move(fd);
        }
    }

    const Options& options_;
    UniqueFd listener_;
    UniqueFd poller_;
    std::map<int, UniqueFd> clients_;
};

}  // namespace

int serve(const Options& options) {
    UniqueFd listener = listen_on(options.to);
    if (!listener) {
        (void)std::fprintf(stderr, "port_load: cannot listen: %s\n", std::strerror(errno));
        return 1;
    }
    const int flags = ::fcntl(listener.get(), F_GETFL);
    (void)::fcntl(listener.get(), F_SETFL, flags | O_NONBLOCK);
    Server server(options, std::move(listener));
    (void)std::printf("ready serving port %u\n", static_cast<unsigned>(options.to.port()));
    (void)std::fflush(stdout);
    server.run(now_seconds() + options.seconds);
    return 0;
}

}  // namespace port_load

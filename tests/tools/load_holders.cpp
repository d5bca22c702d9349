// SPDX-License-Identifier: Apache-2.0
#include "load_modes.hpp"

#include <array>
#include <cerrno>
#include <netinet/tcp.h>

namespace port_load {
namespace {

/// Reads until the other side's end of data; false when it did not come.
bool read_end(int fd) {
    std::array<char, 512> buffer{};
    while (true) {
        const ssize_t got = ::recv(fd, buffer.data(), buffer.size(), 0);
        if (got == 0) return true;
        if (got < 0 && errno != EINTR) return false;
    }
}

/// The client closes first. The server's end is waited for, so that the state is final when the
/// next connection is made.
bool finish_time_wait(UniqueFd client, UniqueFd server) {
    if (server) {
        client.reset();
        server.reset();
        return true;
    }
    return ::shutdown(client.get(), SHUT_WR) == 0 && read_end(client.get());
}

/// Sockets that have shut their side down; the other side's acknowledgement may be delayed, so all
/// are waited for together at the end.
class Closing {
public:
    [[nodiscard]] bool add(UniqueFd fd) {
        if (::shutdown(fd.get(), SHUT_WR) != 0) return false;
        descriptors_.push_back(std::move(fd));
        return true;
    }

    /// Waits until every one is in FIN_WAIT_2; gives them up, so that they become orphans, or back.
    [[nodiscard]] std::vector<UniqueFd> finish(bool keep) {
        const double end = now_seconds() + 2;
        for (const UniqueFd& fd : descriptors_) {
            while (!is_fin_wait2(fd.get()) && now_seconds() < end)
                sleep_seconds(0.002);
        }
        if (!keep) descriptors_.clear();
        return std::move(descriptors_);
    }

private:
    static bool is_fin_wait2(int fd) {
        tcp_info info{};
        socklen_t size = sizeof info;
        return ::getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &size) != 0 ||
               info.tcpi_state == TCP_FIN_WAIT2;
    }

    std::vector<UniqueFd> descriptors_;
};

bool settle(const Options& options, Held& held, Closing& closing, UniqueFd client,
            UniqueFd server) {
    switch (options.mode) {
        case Mode::time_wait:
            return finish_time_wait(std::move(client), std::move(server));
        case Mode::fin_wait2:
            if (!closing.add(std::move(client))) return false;
            break;
        case Mode::close_wait:
            if (!closing.add(std::move(server))) return false;
            break;
        default:
            break;
    }
    if (client) held.descriptors.push_back(std::move(client));
    if (server) held.descriptors.push_back(std::move(server));
    return true;
}

bool make_bound(const Options& options, Held& held) {
    Endpoint any = options.local.from.value_or(Endpoint{});
    if (!options.local.from) any.storage.ss_family = options.to.storage.ss_family;
    UniqueFd fd(::socket(any.storage.ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0));
    if (!fd || ::bind(fd.get(), any.address(), any.size()) != 0) return false;
    held.descriptors.push_back(std::move(fd));
    return true;
}

bool make_one(const Options& options, Held& held, Closing& closing, int listener) {
    if (options.mode == Mode::bound) return make_bound(options, held);
    const auto turn = static_cast<std::uint32_t>(held.made % options.destinations);
    const Endpoint to = advanced(options.to, turn);
    UniqueFd client = connect_to(to, options.local, options.mode == Mode::syn_sent);
    if (!client) return false;
    UniqueFd server;
    if (listener >= 0 && !options.never_accept) {
        server.reset(::accept4(listener, nullptr, nullptr, SOCK_CLOEXEC));
        if (!server) return false;
    }
    return settle(options, held, closing, std::move(client), std::move(server));
}

}  // namespace

Held hold(const Options& options) {
    Held held;
    UniqueFd listener;
    if (options.server_in_process && options.mode != Mode::bound) {
        listener = options.local.mapped ? listen_everywhere(mapped(options.to))
                                        : listen_everywhere(options.to);
        if (!listener) {
            held.first_error = errno;
            held.failed = options.count;
            return held;
        }
    }
    // A few failures in a row mean that no further port will be found.
    constexpr int give_up_after = 20;
    int failures = 0;
    Closing closing;
    const double start = now_seconds();
    while (held.made < options.count && failures < give_up_after) {
        if (options.rate > 0)
            sleep_seconds(start + static_cast<double>(held.made) / options.rate - now_seconds());
        if (make_one(options, held, closing, listener.get())) {
            ++held.made;
            failures = 0;
            continue;
        }
        if (held.first_error == 0) held.first_error = errno;
        ++held.failed;
        ++failures;
    }
    for (UniqueFd& fd : closing.finish(options.mode == Mode::fin_wait2 && options.shutdown_only))
        held.descriptors.push_back(std::move(fd));
    if (listener) held.descriptors.push_back(std::move(listener));
    return held;
}

}  // namespace port_load

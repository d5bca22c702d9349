// SPDX-License-Identifier: Apache-2.0
#include "probe/netlink_socket.hpp"

#include <tcptune/base/unique_fd.hpp>

#include <cerrno>
#include <linux/netlink.h>
#include <sys/socket.h>
#include <system_error>
#include <vector>

#include <poll.h>

namespace tcptune::probe {
namespace {

using Clock = std::chrono::steady_clock;

// The kernel never fills more than this for one recv, and larger buffers only add page faults.
constexpr std::size_t buffer_bytes = 32UL * 1024UL;

DumpEnd refused(int error) {
    const std::string text = std::generic_category().message(error);
    switch (error) {
        case EPERM:
        case EACCES:
            return {DumpStatus::denied, "permission denied", false, false};
        case ENOENT:
        case EPROTONOSUPPORT:
        case EAFNOSUPPORT:
        case EOPNOTSUPP:
            return {DumpStatus::absent, "the kernel has no socket diagnosis here (" + text + ")",
                    false, false};
        default:
            return {DumpStatus::malformed, text, false, false};
    }
}

/// Waits for data; false when the time is over.
bool wait_for(int fd, Clock::time_point end) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(end - Clock::now());
    pollfd poll_fd{fd, POLLIN, 0};
    return left.count() > 0 && ::poll(&poll_fd, 1, static_cast<int>(left.count())) > 0;
}

DumpEnd receive(int fd, const DumpLimits& limits, const RecordSink& sink) {
    std::vector<std::byte> buffer(buffer_bytes);
    const Clock::time_point end = Clock::now() + limits.time;
    std::size_t total = 0;
    std::size_t rows = 0;
    bool interrupted = false;
    SocketRecord record;
    while (true) {
        sockaddr_nl from{};
        iovec part{buffer.data(), buffer.size()};
        msghdr message{};
        message.msg_name = &from;
        message.msg_namelen = sizeof from;
        message.msg_iov = &part;
        message.msg_iovlen = 1;
        const ssize_t got = ::recvmsg(fd, &message, MSG_DONTWAIT);
        if (Clock::now() >= end)
            return {DumpStatus::limit, "stopped: the dump takes too long", interrupted, false};
        if (got < 0) {
            if (errno == EINTR) continue;
            if ((errno == EAGAIN || errno == EWOULDBLOCK) && wait_for(fd, end)) continue;
            if (errno == EAGAIN || errno == EWOULDBLOCK)
                return {DumpStatus::limit, "stopped: the dump takes too long", interrupted, false};
            return refused(errno);
        }
        // Only the kernel has port 0.
        if (from.nl_pid != 0) continue;
        if ((message.msg_flags & MSG_TRUNC) != 0)
            return {DumpStatus::malformed, "a message was cut off", interrupted, false};
        total += static_cast<std::size_t>(got);
        if (total > limits.bytes)
            return {DumpStatus::limit, "stopped: the dump is too large", interrupted, false};
        DiagReader reader({buffer.data(), static_cast<std::size_t>(got)});
        DiagReader::Step step = reader.next(record);
        for (; step == DiagReader::Step::record; step = reader.next(record)) {
            sink(record);
            ++rows;
        }
        interrupted = interrupted || reader.interrupted();
        if (step == DiagReader::Step::done) return {DumpStatus::ok, {}, interrupted, false};
        if (step == DiagReader::Step::failed) return refused(reader.error());
        if (step == DiagReader::Step::malformed)
            return {DumpStatus::malformed, "the kernel's answer cannot be read", interrupted,
                    false};
        if (limits.rows > 0 && rows >= limits.rows) return {DumpStatus::ok, {}, interrupted, true};
    }
}

}  // namespace

DumpEnd dump_sockets(std::span<const std::byte> request, const DumpLimits& limits,
                     const RecordSink& sink) {
    const UniqueFd fd(::socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_SOCK_DIAG));
    if (!fd) return refused(errno);
    sockaddr_nl kernel{};
    kernel.nl_family = AF_NETLINK;
    const auto* const to = static_cast<const sockaddr*>(static_cast<const void*>(&kernel));
    if (::sendto(fd.get(), request.data(), request.size(), 0, to, sizeof kernel) < 0)
        return refused(errno);
    return receive(fd.get(), limits, sink);
}

}  // namespace tcptune::probe

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <arpa/inet.h>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <initializer_list>
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/sock_diag.h>
#include <span>
#include <string_view>
#include <sys/socket.h>
#include <vector>

namespace tcptune::unit {

/// Writes answers of the kernel to a socket dump, byte by byte.
class Datagram {
public:
    struct Row {
        std::uint8_t family = AF_INET;
        std::uint8_t state = 6;
        std::uint8_t timer = 3;
        std::uint16_t local_port = 0;
        std::uint16_t remote_port = 0;
        const char* local = "127.0.0.1";
        const char* remote = "127.0.0.1";
        std::uint32_t expires_ms = 0;
    };

    /// `extra` bytes of attributes follow the row.
    void add(const Row& row, std::size_t extra = 0, std::uint16_t flags = NLM_F_MULTI) {
        inet_diag_msg message{};
        message.idiag_family = row.family;
        message.idiag_state = row.state;
        message.idiag_timer = row.timer;
        message.id.idiag_sport = htons(row.local_port);
        message.id.idiag_dport = htons(row.remote_port);
        // The kernel leaves the rest of an IPv4 address as it is; make sure nobody reads it.
        std::memset(message.id.idiag_src, 0xaa, sizeof message.id.idiag_src);
        std::memset(message.id.idiag_dst, 0xaa, sizeof message.id.idiag_dst);
        (void)::inet_pton(row.family, row.local, message.id.idiag_src);
        (void)::inet_pton(row.family, row.remote, message.id.idiag_dst);
        message.idiag_expires = row.expires_ms;
        std::vector<std::byte> body(sizeof message + extra);
        std::memcpy(body.data(), &message, sizeof message);
        add_message(TCPDIAG_GETSOCK, body, flags);
    }

    void add_message(std::uint16_t type, std::span<const std::byte> body,
                     std::uint16_t flags = NLM_F_MULTI) {
        nlmsghdr head{};
        head.nlmsg_len = static_cast<std::uint32_t>(sizeof head + body.size());
        head.nlmsg_type = type;
        head.nlmsg_flags = flags;
        const std::size_t at = bytes_.size();
        bytes_.resize(at + NLMSG_ALIGN(head.nlmsg_len));
        std::memcpy(bytes_.data() + at, &head, sizeof head);
        if (!body.empty()) std::memcpy(bytes_.data() + at + sizeof head, body.data(), body.size());
    }

    void add_number(std::uint16_t type, int number) {
        std::vector<std::byte> body(type == NLMSG_ERROR ? sizeof(nlmsgerr) : sizeof number);
        std::memcpy(body.data(), &number, sizeof number);
        add_message(type, body);
    }

    [[nodiscard]] std::vector<std::byte>& bytes() { return bytes_; }

private:
    std::vector<std::byte> bytes_;
};

}  // namespace tcptune::unit

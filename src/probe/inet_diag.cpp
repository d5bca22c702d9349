// SPDX-License-Identifier: Apache-2.0
#include <tcptune/probe/inet_diag.hpp>

#include <algorithm>
#include <bit>
#include <cerrno>
#include <cstring>
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/sock_diag.h>
#include <netinet/in.h>
#include <sys/socket.h>

namespace tcptune::probe {
namespace {

template <class T>
void append(std::vector<std::byte>& bytes, const T& value) {
    const std::size_t at = bytes.size();
    bytes.resize(at + sizeof(T));
    std::memcpy(bytes.data() + at, &value, sizeof(T));
}

/// Reads a structure at the front; the caller has looked that there is enough. A copy, so that no
/// alignment or aliasing rule is in question.
template <class T>
T read_front(std::span<const std::byte> bytes) {
    T value;
    std::memcpy(&value, bytes.data(), sizeof(T));
    return value;
}

std::uint16_t from_network(std::uint16_t value) {
    if constexpr (std::endian::native == std::endian::little)
        return static_cast<std::uint16_t>((value >> 8U) | (value << 8U));
    return value;
}

nlmsghdr header(std::size_t size, std::uint16_t type) {
    nlmsghdr head{};
    head.nlmsg_len = static_cast<std::uint32_t>(size);
    head.nlmsg_type = type;
    head.nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
    head.nlmsg_seq = 1;
    return head;
}

using Filter = std::vector<inet_diag_bc_op>;

// Jumps are in bytes.
constexpr std::uint8_t one_entry = sizeof(inet_diag_bc_op);
constexpr std::uint8_t comparison = 2 * one_entry;

/// A comparison is two entries: the operation with its jumps, then the port.
void add_comparison(Filter& code, std::uint8_t operation, std::uint16_t port, std::uint16_t no) {
    code.push_back({operation, comparison, no});
    code.push_back({0, 0, port});
}

/// "local port >= low and <= high" in the kernel's filter language. To the end means "yes", past it
/// "no".
Filter inside_filter(PortRange ports) {
    Filter code;
    add_comparison(code, INET_DIAG_BC_S_GE, ports.low, 2 * comparison + one_entry);
    add_comparison(code, INET_DIAG_BC_S_LE, ports.high, comparison + one_entry);
    return code;
}

/// "local port < low or > high". The kernel refuses a jump to where no chain of "yes" leads, so
/// that "or" needs a jump of its own between its halves.
Filter outside_filter(PortRange ports) {
    Filter code;
    if (ports.high < UINT16_MAX) {
        add_comparison(code, INET_DIAG_BC_S_GE, static_cast<std::uint16_t>(ports.high + 1),
                       comparison + one_entry);
        code.push_back({INET_DIAG_BC_JMP, one_entry, one_entry + comparison});
    }
    // Nothing has port 0: with it as the lowest this half is never true.
    add_comparison(code, INET_DIAG_BC_S_LE,
                   static_cast<std::uint16_t>(ports.low - (ports.low > 0 ? 1 : 0)),
                   comparison + one_entry);
    return code;
}

/// The kernel fills the first four bytes only for IPv4; the others are whatever they are.
Address to_address(const std::uint32_t (&words)[4], bool v6) {
    Address address{};
    if (v6) {
        std::memcpy(address.data(), words, address.size());
    } else {
        address[10] = 0xff;
        address[11] = 0xff;
        std::memcpy(address.data() + 12, words, 4);
    }
    return address;
}

}  // namespace

std::vector<std::byte> tcp_dump_request(std::uint32_t mask, std::optional<PortRange> local_ports) {
    inet_diag_req request{};
    // Of this version of the request the kernel ignores the family: it answers with both.
    request.idiag_family = AF_INET;
    request.idiag_states = mask;
    Filter filter;
    if (local_ports)
        filter = local_ports->outside ? outside_filter(*local_ports) : inside_filter(*local_ports);
    const std::size_t filter_bytes = filter.size() * one_entry;
    std::vector<std::byte> bytes;
    std::size_t size = sizeof(nlmsghdr) + sizeof request;
    if (local_ports) size += sizeof(nlattr) + filter_bytes;
    bytes.reserve(size);
    append(bytes, header(size, TCPDIAG_GETSOCK));
    append(bytes, request);
    if (local_ports) {
        nlattr attribute{};
        attribute.nla_len = static_cast<std::uint16_t>(sizeof attribute + filter_bytes);
        attribute.nla_type = INET_DIAG_REQ_BYTECODE;
        append(bytes, attribute);
        for (const inet_diag_bc_op& entry : filter)
            append(bytes, entry);
    }
    return bytes;
}

std::vector<std::byte> udp_dump_request(std::uint8_t family) {
    inet_diag_req_v2 request{};
    request.sdiag_family = family;
    request.sdiag_protocol = IPPROTO_UDP;
    request.idiag_states = ~0U;
    std::vector<std::byte> bytes;
    append(bytes, header(sizeof(nlmsghdr) + sizeof request, SOCK_DIAG_BY_FAMILY));
    append(bytes, request);
    return bytes;
}

DiagReader::Step DiagReader::next(SocketRecord& record) {
    // Acknowledgements and unknown messages are stepped over.
    while (rest_.size() >= sizeof(nlmsghdr)) {
        const auto head = read_front<nlmsghdr>(rest_);
        if (head.nlmsg_len < sizeof head || head.nlmsg_len > rest_.size()) return Step::malformed;
        const auto body = rest_.subspan(sizeof head, head.nlmsg_len - sizeof head);
        const std::size_t padded = (head.nlmsg_len + NLMSG_ALIGNTO - 1) & ~(NLMSG_ALIGNTO - 1U);
        rest_ = rest_.subspan(std::min(padded, rest_.size()));
        interrupted_ = interrupted_ || (head.nlmsg_flags & NLM_F_DUMP_INTR) != 0;
        if (head.nlmsg_type == NLMSG_DONE) {
            // A dump that fails after its start ends with a negative errno instead of zero.
            const int status = body.size() >= sizeof(int) ? read_front<int>(body) : 0;
            if (status >= 0) return Step::done;
            error_ = status == INT32_MIN ? EPROTO : -status;
            return Step::failed;
        }
        if (head.nlmsg_type == NLMSG_ERROR) {
            if (body.size() < sizeof(nlmsgerr)) return Step::malformed;
            const int status = read_front<nlmsgerr>(body).error;
            if (status == 0) continue;
            error_ = status == INT32_MIN || status > 0 ? EPROTO : -status;
            return Step::failed;
        }
        if (head.nlmsg_type != TCPDIAG_GETSOCK && head.nlmsg_type != SOCK_DIAG_BY_FAMILY) continue;
        if (body.size() < sizeof(inet_diag_msg)) return Step::malformed;
        const auto message = read_front<inet_diag_msg>(body);
        const bool v6 = message.idiag_family == AF_INET6;
        record.state = message.idiag_state;
        record.timer = message.idiag_timer;
        record.local_port = from_network(message.id.idiag_sport);
        record.remote_port = from_network(message.id.idiag_dport);
        record.local = to_address(message.id.idiag_src, v6);
        record.remote = to_address(message.id.idiag_dst, v6);
        record.expires_ms = message.idiag_expires;
        record.receive_queue = message.idiag_rqueue;
        record.send_queue = message.idiag_wqueue;
        record.inode = message.idiag_inode;
        return Step::record;
    }
    return rest_.empty() ? Step::exhausted : Step::malformed;
}

}  // namespace tcptune::probe

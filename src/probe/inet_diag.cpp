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

/// "local port >= low and <= high" in the kernel's filter language. Each comparison is two
/// entries: the operation with its jumps (in bytes; past the end means "no"), then the port.
std::array<inet_diag_bc_op, 4> port_filter(PortRange ports) {
    constexpr std::uint8_t comparison = 2 * sizeof(inet_diag_bc_op);
    std::array<inet_diag_bc_op, 4> code{};
    code[0].code = INET_DIAG_BC_S_GE;
    code[0].yes = comparison;
    code[0].no = 2 * comparison + sizeof(inet_diag_bc_op);
    code[1].no = ports.low;
    code[2].code = INET_DIAG_BC_S_LE;
    code[2].yes = comparison;
    code[2].no = comparison + sizeof(inet_diag_bc_op);
    code[3].no = ports.high;
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
    std::vector<std::byte> bytes;
    std::size_t size = sizeof(nlmsghdr) + sizeof request;
    if (local_ports) size += sizeof(nlattr) + sizeof(port_filter(*local_ports));
    bytes.reserve(size);
    append(bytes, header(size, TCPDIAG_GETSOCK));
    append(bytes, request);
    if (local_ports) {
        nlattr attribute{};
        attribute.nla_len = sizeof attribute + sizeof(port_filter(*local_ports));
        attribute.nla_type = INET_DIAG_REQ_BYTECODE;
        append(bytes, attribute);
        append(bytes, port_filter(*local_ports));
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

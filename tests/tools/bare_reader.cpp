// SPDX-License-Identifier: Apache-2.0
// bare_reader [LOW-HIGH]: what looking at the TCP sockets of this network namespace costs at the
// least. One dump (IPv4 and IPv6 together), 32 KiB at a time, counted per local address, remote
// address and remote port; with LOW-HIGH the kernel leaves out other local ports. It shares no code
// with the program that is compared with it.
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/sock_diag.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <vector>

#include <unistd.h>

namespace {

constexpr std::size_t buffer_size = 32768;
constexpr unsigned time_wait = 6;
// ESTABLISHED to CLOSING without CLOSE and LISTEN: whatever has a port towards somewhere.
constexpr std::uint32_t states = 0x0b7e;

struct Group {
    std::uint32_t local[4];
    std::uint32_t remote[4];
    std::uint32_t remote_port;
    std::uint32_t sockets;
    std::uint32_t time_waits;
};

/// Open addressing; a group without sockets is a free place.
struct Table {
    std::vector<Group> places = std::vector<Group>(256);
    std::size_t used = 0;

    Group& find(const Group& key) {
        std::uint64_t hash = key.remote_port;
        for (int i = 0; i < 4; ++i)
            hash = (hash ^ key.local[i] ^ (std::uint64_t{key.remote[i]} << 32U)) *
                   0x9e3779b97f4a7c15ULL;
        for (std::size_t at = hash >> 32U;; ++at) {
            Group& place = places[at & (places.size() - 1)];
            if (place.sockets == 0 || std::memcmp(&place, &key, offsetof(Group, sockets)) == 0)
                return place;
        }
    }

    void add(const Group& key, bool is_time_wait) {
        Group& place = find(key);
        if (place.sockets == 0) {
            place = key;
            ++used;
        }
        ++place.sockets;
        place.time_waits += is_time_wait ? 1 : 0;
        if (used * 2 > places.size()) grow();
    }

    void grow() {
        std::vector<Group> old(places.size() * 2);
        old.swap(places);
        for (const Group& group : old)
            if (group.sockets != 0) find(group) = group;
    }
};

struct Request {
    nlmsghdr head;
    inet_diag_req body;
    nlattr attribute;
    inet_diag_bc_op code[4];
};

[[noreturn]] void fail(const char* what) {
    std::perror(what);
    std::exit(1);
}

/// "local port >= low and <= high": a jump past the end of the code says no.
void set_filter(Request& request, unsigned low, unsigned high) {
    request.attribute.nla_len = sizeof request.attribute + sizeof request.code;
    request.attribute.nla_type = INET_DIAG_REQ_BYTECODE;
    request.code[0] = {INET_DIAG_BC_S_GE, 8, 20};
    request.code[1].no = static_cast<std::uint16_t>(low);
    request.code[2] = {INET_DIAG_BC_S_LE, 8, 12};
    request.code[3].no = static_cast<std::uint16_t>(high);
}

void count(const inet_diag_msg& row, Table& table) {
    Group key{};
    if (row.idiag_family == AF_INET6) {
        std::memcpy(key.local, row.id.idiag_src, sizeof key.local);
        std::memcpy(key.remote, row.id.idiag_dst, sizeof key.remote);
    } else {
        key.local[2] = key.remote[2] = htonl(0xffff);
        key.local[3] = row.id.idiag_src[0];
        key.remote[3] = row.id.idiag_dst[0];
    }
    key.remote_port = row.id.idiag_dport;
    table.add(key, row.idiag_state == time_wait);
}

/// One buffer of messages; false when the dump is complete.
bool read_messages(const char* at, std::size_t size, Table& table) {
    while (size >= sizeof(nlmsghdr)) {
        nlmsghdr head;
        std::memcpy(&head, at, sizeof head);
        if (head.nlmsg_type == NLMSG_DONE) return false;
        if (head.nlmsg_type == NLMSG_ERROR || head.nlmsg_len < sizeof head ||
            head.nlmsg_len > size) {
            errno = EPROTO;
            fail("bare_reader");
        }
        inet_diag_msg row;
        std::memcpy(&row, at + sizeof head, sizeof row);
        count(row, table);
        const std::size_t step = NLMSG_ALIGN(head.nlmsg_len);
        if (step >= size) break;
        at += step;
        size -= step;
    }
    return true;
}

}  // namespace

int main(int argc, char** argv) {
    unsigned low = 0;
    unsigned high = 0;
    const bool filtered = argc == 2 && std::sscanf(argv[1], "%u-%u", &low, &high) == 2;
    if (argc > 2 || (argc == 2 && !filtered)) {
        (void)std::fputs("usage: bare_reader [LOW-HIGH]\n", stderr);
        return 64;
    }
    Request request{};
    request.head.nlmsg_len = filtered ? sizeof request : offsetof(Request, attribute);
    request.head.nlmsg_type = TCPDIAG_GETSOCK;
    request.head.nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
    request.body.idiag_family = AF_INET;
    request.body.idiag_states = states;
    if (filtered) set_filter(request, low, high);

    const int fd = ::socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_SOCK_DIAG);
    if (fd < 0 || ::send(fd, &request, request.head.nlmsg_len, 0) < 0) fail("bare_reader");
    std::vector<char> buffer(buffer_size);
    Table table;
    while (true) {
        const ssize_t got = ::recv(fd, buffer.data(), buffer.size(), 0);
        if (got <= 0) fail("bare_reader");
        if (!read_messages(buffer.data(), static_cast<std::size_t>(got), table)) break;
    }
    std::uint64_t sockets = 0;
    std::uint64_t time_waits = 0;
    for (const Group& group : table.places) {
        sockets += group.sockets;
        time_waits += group.time_waits;
    }
    (void)std::printf("%llu sockets, %llu TIME_WAIT, %zu destinations\n",
                      static_cast<unsigned long long>(sockets),
                      static_cast<unsigned long long>(time_waits), table.used);
    return ::close(fd);
}

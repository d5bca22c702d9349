// SPDX-License-Identifier: Apache-2.0
#include "network.hpp"

#include <arpa/inet.h>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <net/if.h>
#include <netinet/in.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <system_error>
#include <vector>

#include <fcntl.h>
#include <sched.h>
#include <spawn.h>
#include <unistd.h>

namespace tcptune::netns_test {

namespace {

[[noreturn]] void skip(const std::string& what) {
    throw Skipped(what + ": " + std::generic_category().message(errno));
}

/// errno of the failed step, or 0.
int write_file(const std::string& path, const std::string& text) {
    const UniqueFd file(::open(path.c_str(), O_WRONLY | O_CLOEXEC));
    if (!file) return errno;
    const ssize_t written = ::write(file.get(), text.data(), text.size());
    if (written < 0) return errno;
    return static_cast<std::size_t>(written) == text.size() ? 0 : EMSGSIZE;
}

ifreq request_for(const char* interface) {
    ifreq request{};
    std::strncpy(request.ifr_name, interface, IFNAMSIZ - 1);
    return request;
}

void raise_interface(const char* interface) {
    const UniqueFd socket(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
    ifreq request = request_for(interface);
    if (::ioctl(socket.get(), SIOCGIFFLAGS, &request) != 0) skip("interface flags");
    request.ifr_flags = static_cast<short>(request.ifr_flags | IFF_UP);
    if (::ioctl(socket.get(), SIOCSIFFLAGS, &request) != 0) skip("interface up");
}

void run_ip(std::vector<std::string> arguments) {
    std::string program = "ip";
    std::vector<char*> argv{program.data()};
    for (std::string& argument : arguments)
        argv.push_back(argument.data());
    argv.push_back(nullptr);
    pid_t child = 0;
    errno = ::posix_spawnp(&child, "ip", nullptr, nullptr, argv.data(), environ);
    if (errno != 0) skip("ip(8)");
    int status = 0;
    if (::waitpid(child, &status, 0) != child || status != 0)
        throw Skipped("ip(8) could not join two namespaces by a veth pair");
}

UniqueFd open_namespace() {
    UniqueFd result(::open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC));
    if (!result) skip("/proc/self/ns/net");
    return result;
}

/// The list is one write of less than a page here; longer ones need a loop.
std::string to_text(const capacity::PortSet& ports) {
    std::string text;
    for (std::size_t port = 0; port < ports.size(); ++port) {
        if (!ports.test(port)) continue;
        const std::size_t first = port;
        while (port + 1 < ports.size() && ports.test(port + 1))
            ++port;
        if (!text.empty()) text += ',';
        text += std::to_string(first);
        if (port > first) text += "-" + std::to_string(port);
    }
    return text;
}

}  // namespace

void enter_new_network() {
    const uid_t uid = ::getuid();
    const gid_t gid = ::getgid();
    if (::unshare(CLONE_NEWUSER | CLONE_NEWNET) == 0) {
        (void)write_file("/proc/self/setgroups", "deny");
        const int maps = write_file("/proc/self/uid_map", "0 " + std::to_string(uid) + " 1") |
                         write_file("/proc/self/gid_map", "0 " + std::to_string(gid) + " 1");
        if (maps != 0) throw Skipped("user ids cannot be mapped in a user namespace");
    } else if (::unshare(CLONE_NEWNET) != 0) {
        skip("no new network namespace");
    }
    raise_interface("lo");
}

bool write_key(const std::string& key, const std::string& value) {
    const int error = write_file("/proc/sys/net/ipv4/" + key, value + "\n");
    if (error == ENOENT) return false;
    if (error == EROFS || error == EACCES || error == EPERM)
        throw Skipped("net.ipv4." + key + " cannot be written here");
    if (error != 0)
        throw std::runtime_error("net.ipv4." + key + " = " + value + ": " +
                                 std::generic_category().message(error));
    return true;
}

void apply(const capacity::PortSettings& settings) {
    write_key("ip_local_port_range",
              std::to_string(settings.low) + " " + std::to_string(settings.high));
    write_key("ip_local_reserved_ports", to_text(settings.reserved));
    write_key("tcp_timestamps", settings.timestamps ? "1" : "0");
    const auto delay_ms = static_cast<int>(settings.reuse_delay_s * 1000);
    if (!write_key("tcp_tw_reuse_delay", std::to_string(delay_ms)) && delay_ms != 1000)
        throw Skipped("this kernel has no tcp_tw_reuse_delay");
    write_key("tcp_tw_reuse", std::to_string(settings.tw_reuse));
    // A limit by buckets would drop TIME_WAITs and free ports early.
    write_key("tcp_max_tw_buckets", "1000000");
}

capacity::KernelModel running_model() {
    utsname name{};
    int major = 0;
    int minor = 0;
    if (::uname(&name) != 0 || std::sscanf(name.release, "%d.%d", &major, &minor) != 2)
        throw Skipped("no kernel version");
    const int version = major * 1000 + minor;
    capacity::KernelModel model;
    model.low_parity_first = version >= 4006;
    if (version >= 4008) model.time_wait_lag_s = 1.44;
    if (version < 6014) model.reuse_floor_s = version >= 4018 ? 1 : 2;
    return model;
}

void add_loopback_address(const std::string& address) {
    const UniqueFd socket(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
    ifreq request = request_for("lo:1");
    sockaddr_in where{};
    where.sin_family = AF_INET;
    if (::inet_pton(AF_INET, address.c_str(), &where.sin_addr) != 1)
        throw std::runtime_error("not an address: " + address);
    std::memcpy(&request.ifr_addr, &where, sizeof where);
    if (::ioctl(socket.get(), SIOCSIFADDR, &request) != 0) skip("address of an alias");
}

VethPair::VethPair(const std::string& client_address, const std::string& server_address)
    : client_(open_namespace()) {
    if (::unshare(CLONE_NEWNET) != 0) skip("no second network namespace");
    raise_interface("lo");
    server_ = open_namespace();
    enter_client();
    const std::string other =
        "/proc/" + std::to_string(::getpid()) + "/fd/" + std::to_string(server_.get());
    run_ip({"link", "add", "near", "type", "veth", "peer", "name", "far", "netns", other});
    run_ip({"address", "add", client_address + "/30", "dev", "near"});
    raise_interface("near");
    enter_server();
    run_ip({"address", "add", server_address + "/30", "dev", "far"});
    raise_interface("far");
    enter_client();
}

void VethPair::enter_server() const {
    if (::setns(server_.get(), CLONE_NEWNET) != 0) skip("setns");
}

void VethPair::enter_client() const {
    if (::setns(client_.get(), CLONE_NEWNET) != 0) skip("setns");
}

}  // namespace tcptune::netns_test

// SPDX-License-Identifier: Apache-2.0
#include "namespace.hpp"

#include <tcptune/base/unique_fd.hpp>

#include <cerrno>
#include <cstring>
#include <net/if.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <system_error>

#include <fcntl.h>
#include <sched.h>
#include <unistd.h>

namespace tcptune::probe_test {
namespace {

bool write_file(const std::string& path, const std::string& text) {
    const UniqueFd fd(::open(path.c_str(), O_WRONLY | O_CLOEXEC));
    return fd && ::write(fd.get(), text.data(), text.size()) == static_cast<ssize_t>(text.size());
}

[[noreturn]] void fail(const std::string& what) {
    throw std::system_error(errno, std::generic_category(), what);
}

void raise_loopback() {
    const UniqueFd fd(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
    ifreq request{};
    std::memcpy(request.ifr_name, "lo", 3);
    request.ifr_flags = IFF_UP | IFF_RUNNING;
    if (::ioctl(fd.get(), SIOCSIFFLAGS, &request) != 0) fail("lo");
}

}  // namespace

bool enter_user_namespace() {
    const std::string uid = std::to_string(::getuid());
    const std::string gid = std::to_string(::getgid());
    // The network namespace is only tried here: each test makes one of its own.
    if (::unshare(CLONE_NEWUSER | CLONE_NEWNET) != 0) return false;
    return write_file("/proc/self/setgroups", "deny") &&
           write_file("/proc/self/uid_map", "0 " + uid + " 1") &&
           write_file("/proc/self/gid_map", "0 " + gid + " 1");
}

void enter_network_namespace() {
    if (::unshare(CLONE_NEWNET) != 0) fail("new network namespace");
    raise_loopback();
    // The default 2 lets loopback take TIME_WAITs over after a second: counts would not be exact.
    set_sysctl("tcp_tw_reuse", "0");
}

void set_sysctl(const std::string& name, const std::string& value) {
    if (!write_file("/proc/sys/net/ipv4/" + name, value)) fail(name);
}

}  // namespace tcptune::probe_test

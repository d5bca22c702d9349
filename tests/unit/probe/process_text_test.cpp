// SPDX-License-Identifier: Apache-2.0
#include "probe/process_text.hpp"

#include <string>

#include <doctest/doctest.h>

using namespace tcptune::probe;

namespace {

const std::string id(64, 'a');

}  // namespace

TEST_CASE("a service of systemd is named from its control group") {
    CHECK(parse_cgroup("0::/system.slice/nginx.service\n") == Belonging{"nginx.service", ""});
    CHECK(parse_cgroup("0::/user.slice/user-1000.slice/user@1000.service/app.slice/app.service") ==
          Belonging{"app.service", ""});
    // Version 1: a line for each controller, and the unit in the one of systemd.
    CHECK(parse_cgroup("12:pids:/\n1:name=systemd:/system.slice/cron.service\n") ==
          Belonging{"cron.service", ""});
}

TEST_CASE("a container is named by the first digits of its id, whoever runs it") {
    const std::string shown(12, 'a');
    for (const std::string& path :
         {"/system.slice/docker-" + id + ".scope", "/docker/" + id,
          "/kubepods.slice/kubepods-burstable.slice/cri-containerd-" + id + ".scope",
          "/machine.slice/libpod-" + id + ".scope/container"})
        CHECK(parse_cgroup("0::" + path + "\n").container == shown);
}

TEST_CASE("what is neither names nothing") {
    for (const std::string& text :
         {std::string(), std::string("0::/\n"), std::string("0::/init.scope\n"),
          std::string("garbage"), "0::/x" + id, "0::/docker-" + std::string(64, 'g') + ".scope"})
        CHECK(parse_cgroup(text) == Belonging{});
}

TEST_CASE("the soft limit of open files is the first number of its line") {
    CHECK(parse_open_files_limit("Limit Soft Hard Units\n"
                                 "Max processes             95911    95911    processes\n"
                                 "Max open files            1024     524288   files\n") == 1024);
    CHECK_FALSE(parse_open_files_limit("Max open files   unlimited  unlimited files\n"));
    CHECK_FALSE(parse_open_files_limit("Max processes 1 1 processes\n"));
    CHECK_FALSE(parse_open_files_limit(""));
}

TEST_CASE("only the link of a socket has an inode") {
    CHECK(parse_socket_link("socket:[12345]") == 12345U);
    for (const char* text : {"socket:[]", "socket:[0]", "socket:[-1]", "socket:[99999999999]",
                             "socket:[12", "pipe:[12]", "/dev/null", ""})
        CHECK_FALSE(parse_socket_link(text));
}

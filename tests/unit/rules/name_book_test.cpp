// SPDX-License-Identifier: Apache-2.0
#include <tcptune/rules/name_book.hpp>

#include <chrono>
#include <string>
#include <vector>

#include <doctest/doctest.h>

namespace tcptune::rules {
namespace {

NameBook small_book() {
    NameBook book;
    for (const char* key : {"fs.file-max",
                            "fs.nr_open",
                            "kernel.pid_max",
                            "net.core.somaxconn",
                            "net.ipv4.ip_forward",
                            "net.ipv4.tcp_fack",
                            "net.ipv4.tcp_fin_timeout",
                            "net.ipv4.tcp_mem",
                            "net.ipv4.tcp_rmem",
                            "net.ipv4.tcp_sack",
                            "net.ipv4.tcp_dsack",
                            "net.ipv4.tcp_tw_recycle",
                            "net.ipv4.tcp_tw_reuse",
                            "net.ipv4.udp_mem",
                            "net.ipv6.bindv6only",
                            "vm.swappiness",
                            "net.ipv4.conf.*.rp_filter",
                            "net.ipv4.conf.*.arp_filter",
                            "net.ipv6.conf.*.accept_ra",
                            "net.ipv6.conf.*.disable_ipv6",
                            "net.ipv4.conf.*.forwarding",
                            "net.ipv6.conf.*.forwarding",
                            "net.ipv4.neigh.*.gc_thresh1"})
        book.add(key);
    book.add({.key = "net.ipv4.tcp_low_latency",
              .no_effect = true,
              .since = {4, 14, 0},
              .text = "x",
              .mend = "y"});
    book.add({.key = "kernel.sched_domain.*.*.flags", .since = {5, 13, 0}});
    book.add_complete("net.ipv4");
    book.add_complete("net.ipv4.conf.*");
    book.add_foreign("FreeBSD", "kern.");
    book.add_foreign("FreeBSD", "net.inet.");
    book.add_foreign("OpenBSD", "net.inet.ip.");
    book.add_foreign("macOS", "net.ipv4.tcp_s");
    return book;
}

std::string near(std::string_view key) {
    return small_book().near(key).value_or("");
}

TEST_CASE("a name is known by itself or by the pattern of its interface") {
    const NameBook book = small_book();
    CHECK(book.knows("net.ipv4.tcp_sack"));
    CHECK(book.knows("net.ipv4.conf.eth0.rp_filter"));
    CHECK(book.knows("net.ipv4.conf.eth0/100.rp_filter"));
    CHECK(book.knows("net.ipv4.conf.*.rp_filter"));
    CHECK(book.knows("net.ipv4.tcp_low_latency"));
    CHECK_FALSE(book.knows("net.ipv4.tcp_sacks"));
    CHECK_FALSE(book.knows("net.ipv4.conf.rp_filter"));
    CHECK_FALSE(book.knows("net.ipv4.conf.eth0.100.rp_filter"));
    CHECK_FALSE(book.knows("net.ipv4"));
    CHECK_FALSE(book.knows(""));
    CHECK_FALSE(book.knows(".."));
}

TEST_CASE("what became of a key that is gone is found, also by a pattern") {
    const NameBook book = small_book();
    REQUIRE(book.gone("net.ipv4.tcp_low_latency"));
    CHECK(book.gone("net.ipv4.tcp_low_latency")->no_effect);
    CHECK(book.gone("net.ipv4.tcp_low_latency")->since == KernelVersion{4, 14, 0});
    REQUIRE(book.gone("kernel.sched_domain.cpu0.domain1.flags"));
    CHECK_FALSE(book.gone("kernel.sched_domain.cpu0.domain1.flags")->no_effect);
    CHECK_FALSE(book.gone("net.ipv4.tcp_sack"));
}

TEST_CASE("a complete directory answers for what lies directly in it") {
    const NameBook book = small_book();
    CHECK(book.complete("net.ipv4.anything"));
    CHECK(book.complete("net.ipv4.conf.eth0.anything"));
    CHECK_FALSE(book.complete("net.ipv4.route.anything"));
    CHECK_FALSE(book.complete("net.core.anything"));
    CHECK_FALSE(book.complete("alone"));
}

TEST_CASE("a foreign name tells its system, the longest prefix first, and a known name is ours") {
    const NameBook book = small_book();
    CHECK(book.foreign("kern.ipc.somaxconn") == "FreeBSD");
    CHECK(book.foreign("net.inet.tcp.msl") == "FreeBSD");
    CHECK(book.foreign("net.inet.ip.ttl") == "OpenBSD");
    CHECK(book.foreign("net.ipv4.tcp_sack") == "");
    CHECK(book.foreign("net.ipv4.tcp_smoke") == "macOS");
    CHECK(book.foreign("kernel.pid_max") == "");
}

TEST_CASE("slips of typing find the name that was meant") {
    CHECK(near("net.ipv4.tcp_tw_resue") == "net.ipv4.tcp_tw_reuse");  // swapped
    CHECK(near("net.ipv4.tcp_tw_reus") == "net.ipv4.tcp_tw_reuse");
    CHECK(near("net.ipv4.tcp_tw_recyle") == "net.ipv4.tcp_tw_recycle");
    CHECK(near("net.ipv4.tcp_fin_time_out") == "net.ipv4.tcp_fin_timeout");
    CHECK(near("net.ipv4tcp_tw_reuse") == "net.ipv4.tcp_tw_reuse");
    CHECK(near("net.core.somaxcon") == "net.core.somaxconn");
    CHECK(near("net.ipv4.conf.eth0.rp_fliter") == "net.ipv4.conf.eth0.rp_filter");
    CHECK(near("net.ipv4.confs.ETH0.rp_filter") == "net.ipv4.conf.ETH0.rp_filter");
    CHECK(near("kernel.pid_mx") == "kernel.pid_max");
    CHECK(near("net.ipv4.tcp_low_latencies") == "");  // three slips
}

TEST_CASE("upper case and hyphens are slips too") {
    CHECK(near("Net.IPv4.TCP_SACK") == "net.ipv4.tcp_sack");
    CHECK(near("fs.file_max") == "fs.file-max");
    CHECK(near("net.ipv4.tcp-tw-reuse") == "net.ipv4.tcp_tw_reuse");
}

TEST_CASE("two names that are equally near are no answer") {
    CHECK(near("net.ipv4.tcp_xack") == "");  // tcp_fack, tcp_sack
    CHECK(near("net.ipv4.tcp_dsak") == "net.ipv4.tcp_dsack");
    CHECK(near("net.ipv4.conf.all.xrp_filter") == "");  // rp_filter, arp_filter
    CHECK(near("net.ipv4.xdp_mem") == "net.ipv4.udp_mem");
}

TEST_CASE("half a name is as near as a slip") {
    NameBook book = small_book();
    book.add("net.ipv4.udp_rmem_min");
    book.add("net.ipv4.udp_rmem_max");
    CHECK(book.near("net.ipv4.udp_rmem").value_or("") == "");  // udp_mem, udp_rmem_min, ...
    CHECK(near("net.ipv4.tcp_fin") == "net.ipv4.tcp_fin_timeout");
    CHECK(near("net.ipv4.tcp_tw") == "");  // reuse, recycle
}

TEST_CASE("a short name must be nearer than a long one") {
    CHECK(near("net.ipv4.tcp_me") == "net.ipv4.tcp_mem");
    CHECK(near("net.ipv4.tcp_xmem") == "");  // tcp_mem, tcp_rmem
    CHECK(near("kernel.pad_mix") == "");
}

TEST_CASE("a component that is missing, doubled or another one is put right") {
    CHECK(near("net.ipv4.net.ipv4.tcp_tw_reuse") == "net.ipv4.tcp_tw_reuse");
    CHECK(near("sys.net.ipv4.tcp_sack") == "net.ipv4.tcp_sack");
    CHECK(near("proc.sys.net.ipv4.tcp_sack") == "net.ipv4.tcp_sack");
    CHECK(near("ipv4.tcp_sack") == "net.ipv4.tcp_sack");
    CHECK(near("net.tcp_tw_reuse") == "net.ipv4.tcp_tw_reuse");
    CHECK(near("net.ipv4.somaxconn") == "net.core.somaxconn");
    CHECK(near("somaxconn") == "net.core.somaxconn");
    CHECK(near("net.ipv4.conf.conf.eth0.rp_filter") == "net.ipv4.conf.eth0.rp_filter");
    CHECK(near("net.ipv4.eth0.arp_filter") == "net.ipv4.conf.eth0.arp_filter");
    CHECK(near("net.ipv4.eth0.forwarding") == "net.ipv4.conf.eth0.forwarding");
    CHECK(near("net.eth0.forwarding") == "");
}

TEST_CASE("a setting of IPv4 is not what a setting of IPv6 was meant to be") {
    CHECK(near("net.ipv6.tcp_sack") == "net.ipv4.tcp_sack");
    CHECK(near("net.ipv6.udp_mem") == "net.ipv4.udp_mem");
    CHECK(near("net.ipv6.ip_forward") == "");
    CHECK(near("net.ipv6.conf.all.rp_filter") == "");
    CHECK(near("net.ipv4.conf.all.accept_ra") == "net.ipv6.conf.all.accept_ra");
    CHECK(near("net.ipv4.conf.all.disable_ipv6") == "net.ipv6.conf.all.disable_ipv6");
    CHECK(near("net.ipv4.bindv6only") == "net.ipv6.bindv6only");
}

TEST_CASE("what is known, or is like nothing, has no name near it") {
    CHECK(near("net.ipv4.tcp_sack") == "");
    CHECK(near("net.ipv4.conf.eth0.rp_filter") == "");
    CHECK(near("") == "");
    CHECK(near(".") == "");
    CHECK(near("...") == "");
    CHECK(near("vendor.turbo") == "");
    CHECK(near("\xff\xfe\x01") == "");
    CHECK(near(std::string(100000, 'a')) == "");
    CHECK(near("net.ipv4." + std::string(200, 'x')) == "");
    std::string deep = "net";
    for (int i = 0; i < 100; ++i)
        deep += ".ipv4";
    CHECK(near(deep) == "");
}

TEST_CASE("a name is looked for among fifteen hundred in microseconds") {
    NameBook book;
    for (int i = 0; i < 1200; ++i)
        book.add("net.ipv4.tcp_number_" + std::to_string(i) + "_of_many");
    for (int i = 0; i < 300; ++i)
        book.add("net.ipv4.conf.*.setting_" + std::to_string(i));
    const auto start = std::chrono::steady_clock::now();
    std::size_t found = 0;
    for (int i = 0; i < 2000; ++i)
        found += book.near("net.ipv4.unheard_of_thing_" + std::to_string(i)).has_value() ? 1 : 0;
    const auto spent = std::chrono::steady_clock::now() - start;
    CHECK(found == 0);
    CHECK(spent < std::chrono::seconds(4));  // two milliseconds each, under any sanitizer
    MESSAGE((std::chrono::duration<double, std::micro>(spent).count() / 2000) << " us each");
}

}  // namespace
}  // namespace tcptune::rules

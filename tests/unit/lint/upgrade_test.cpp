// SPDX-License-Identifier: Apache-2.0
#include <tcptune/lint/upgrade.hpp>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include <doctest/doctest.h>

namespace tcptune::lint {
namespace {

std::vector<rules::RuleSource> toml_files(const std::string& folder) {
    std::vector<rules::RuleSource> sources;
    for (const auto& entry : std::filesystem::directory_iterator(folder)) {
        if (entry.path().extension() != ".toml") continue;
        std::ifstream stream(entry.path(), std::ios::binary);
        sources.push_back(
            {.file = entry.path().string(), .text = {std::istreambuf_iterator<char>(stream), {}}});
    }
    return sources;
}

/// The shipped rules: what they say of kernels is what an upgrade is judged by.
const rules::RuleSet& shipped() {
    static const rules::LoadedRules loaded = rules::load_rules(
        toml_files(std::string(TCPTUNE_SOURCE_DIR) + "/rules"), rules::Parts::knowledge);
    REQUIRE(loaded.diagnostics.empty());
    return loaded.rules;
}

rules::NameBook names() {
    rules::NameBook book;
    book.add({.key = "net.ipv4.tcp_low_latency",
              .no_effect = true,
              .since = {4, 14, 0},
              .text = "The prequeue is gone.",
              .mend = "Remove the line."});
    book.add({.key = "net.ipv4.conf.*.rt_gone",
              .since = {5, 0, 0},
              .text = "Nobody used it.",
              .mend = "Remove it."});
    return book;
}

constexpr KernelVersion v4_1{4, 1, 0}, v4_9{4, 9, 0}, v4_18{4, 18, 0}, v6_1{6, 1, 0},
    v6_18{6, 18, 0};

std::vector<UpgradeFinding> set(const std::string& key, const std::string& value,
                                const KernelVersion& from, const KernelVersion& to) {
    const std::vector<HostSetting> settings{{key, value, "/etc/sysctl.d/50-x.conf", 7}};
    return upgrade_findings(shipped(), names(), from, to, settings, {});
}

std::vector<UpgradeFinding> unset(const std::string& key, const std::string& value,
                                  const KernelVersion& from, const KernelVersion& to) {
    const std::vector<UnsetKey> keys{{key, value}};
    return upgrade_findings(shipped(), names(), from, to, {}, keys);
}

std::string kinds(const std::vector<UpgradeFinding>& findings) {
    std::string text;
    for (const UpgradeFinding& finding : findings)
        text += (text.empty() ? "" : " ") + std::string(to_string(finding.kind));
    return text;
}

TEST_CASE("a key that the target has no more vanishes") {
    const auto found = set("net.ipv4.tcp_tw_recycle", "1", v4_9, v6_1);
    REQUIRE(kinds(found) == "vanishes");
    CHECK(found[0].file == "/etc/sysctl.d/50-x.conf");
    CHECK(found[0].line == 7);
    CHECK(found[0].sentence == "Linux 6.1 has no net.ipv4.tcp_tw_recycle: it is gone since 4.12.");
    CHECK(found[0].mend == "Take the line out.");
    CHECK(kinds(set("net.ipv4.tcp_tw_recycle", "1", v6_1, v6_18)) == "");
    CHECK(kinds(set("net.ipv4.conf.all.rt_gone", "1", v4_9, v6_1)) == "vanishes");
    CHECK(set("net.ipv4.conf.all.rt_gone", "1", v4_9, v6_1)[0].mend == "Remove it.");
    CHECK(kinds(set("net.ipv4.conf.all.rt_gone", "1", v6_1, v6_18)) == "");
}

TEST_CASE("a key that does nothing any more is named with what became of it") {
    const auto found = set("net.ipv4.tcp_low_latency", "1", v4_9, v6_1);
    REQUIRE(kinds(found) == "no-effect");
    CHECK(found[0].sentence == "The prequeue is gone.");
    CHECK(found[0].mend == "Remove the line.");
    CHECK(kinds(set("net.ipv4.tcp_low_latency", "1", v6_1, v6_18)) == "");
}

TEST_CASE("a key that the target has and this kernel has not begins to work") {
    CHECK(kinds(set("net.ipv4.tcp_tw_reuse_delay", "500", v6_1, v6_18)) == "appears");
    CHECK(kinds(set("net.ipv4.tcp_tw_reuse_delay", "500", v6_18, v6_1)) == "vanishes");
    CHECK(set("net.ipv4.tcp_tw_reuse_delay", "500", v6_18, v6_1)[0].sentence ==
          "Linux 6.1 has no net.ipv4.tcp_tw_reuse_delay yet: it is there since 6.14.");
}

TEST_CASE("a line that holds the old default on purpose is told of the new one") {
    const auto found = set("net.core.somaxconn", "128", v4_18, v6_1);
    REQUIRE(kinds(found) == "default-changes");
    CHECK(found[0].from == "128");
    CHECK(found[0].to == "4096");
    CHECK(kinds(set("net.core.somaxconn", "1024", v4_18, v6_1)) == "");
    CHECK(kinds(set("net.core.somaxconn", "4096", v4_18, v6_1)) == "");
    CHECK(kinds(set("net.core.somaxconn", "128", v6_1, v6_18)) == "");
}

TEST_CASE("a key that nobody sets gets the new default") {
    const auto found = unset("net.ipv4.tcp_tw_reuse", "0", v4_9, v6_1);
    REQUIRE(kinds(found) == "default-changes");
    CHECK(found[0].from == "0");
    CHECK(found[0].to == "2");
    CHECK(found[0].file.empty());
    CHECK(found[0].sentence ==
          "No file sets it, and its default is 2 (for loopback addresses only) on Linux 6.1 "
          "instead of 0 (never).");
    CHECK(found[0].mend == "To keep the old value, set net.ipv4.tcp_tw_reuse = 0.");
    const auto range = unset("net.ipv4.ip_local_port_range", "32768\t61000", v4_1, v6_1);
    REQUIRE(kinds(range) == "default-changes");
    CHECK(range[0].from == "32768 61000");
    CHECK(range[0].to == "32768 60999");
    CHECK(kinds(unset("net.core.somaxconn", "128", v4_18, v6_1)) == "default-changes");
    CHECK(kinds(unset("net.core.somaxconn", "4096", v4_18, v6_1)) == "");
    CHECK(kinds(unset("net.ipv4.tcp_fin_timeout", "60", v4_18, v6_1)) == "");
    CHECK(unset("net.core.somaxconn", "511", v4_18, v6_1)[0].sentence.ends_with(
        "Now it is 511, which something set that is no file."));
}

TEST_CASE("a number that means nothing on one of the kernels changes its meaning") {
    const auto up = set("net.ipv4.tcp_tw_reuse", "2", v4_9, v4_18);
    REQUIRE(kinds(up).starts_with("meaning-changes"));
    CHECK(up[0].from == "nothing");
    CHECK(up[0].to == "for loopback addresses only");
    const auto down = set("net.ipv4.tcp_tw_reuse", "2", v4_18, v4_9);
    REQUIRE(kinds(down).starts_with("meaning-changes"));
    CHECK(down[0].to == "nothing");
}

TEST_CASE("what the kernel does about the key may change without its value") {
    const auto found = set("net.ipv4.tcp_tw_reuse", "1", v6_1, v6_18);
    REQUIRE(kinds(found) == "meaning-changes");
    CHECK(found[0].to.find("tcp_tw_reuse_delay") != std::string::npos);
    CHECK(kinds(set("net.ipv4.tcp_tw_reuse", "1", v4_18, v6_1)) == "");
}

TEST_CASE("a value that the target refuses is refused, one that both refuse is not its matter") {
    const rules::RuleSource source{
        .file = "net.core.somaxconn.toml",
        .text =
            "schema = 1\n[parameter]\nkey = \"net.core.somaxconn\"\nsummary = \"x\"\n"
            "type = \"int\"\nscope = \"netns\"\naccess = \"apply\"\n"
            "[[parameter.kernel]]\nparser = \"integer\"\nmin = 0\nmax = 65535\n"
            "until = \"5.0\"\n"
            "[[parameter.kernel]]\nparser = \"integer\"\nmin = 0\nsince = \"5.0\"\n"};
    const rules::LoadedRules loaded = rules::load_rules({&source, 1}, rules::Parts::knowledge);
    REQUIRE(loaded.diagnostics.empty());
    const auto judged = [&](const std::string& value, const KernelVersion& from,
                            const KernelVersion& to) {
        const std::vector<HostSetting> settings{{"net.core.somaxconn", value, "f", 1}};
        return upgrade_findings(loaded.rules, names(), from, to, settings, {});
    };
    const auto down = judged("70000", v6_1, v4_9);
    REQUIRE(kinds(down) == "refused");
    CHECK(down[0].sentence.starts_with("Linux 4.9 does not take 70000: "));
    const auto up = judged("70000", v4_9, v6_1);
    REQUIRE(kinds(up) == "meaning-changes");
    CHECK(up[0].from == "refused");
    CHECK(kinds(judged("-1", v4_9, v6_1)) == "");
    CHECK(kinds(judged("many", v4_9, v6_1)) == "");
    CHECK(kinds(judged("128", v4_9, v6_1)) == "");
}

TEST_CASE("findings come by file and line, and nothing is said of what nobody knows") {
    const std::vector<HostSetting> settings{
        {"net.ipv4.tcp_tw_recycle", "0", "/b", 1},
        {"net.core.somaxconn", "128", "/a", 9},
        {"net.ipv4.tcp_low_latency", "1", "/a", 2},
        {"vendor.unheard_of", "1", "/a", 1},
        {"", "", "", 0},
        {"net.ipv4.tcp_fin_timeout", std::string(10000, '9'), "/a", 3},
    };
    const std::vector<UnsetKey> keys{{"net.ipv4.tcp_tw_reuse", "0"},
                                     {"net.ipv4.ip_local_port_range", "\xff"},
                                     {"vendor.unheard_of", ""}};
    const auto found = upgrade_findings(shipped(), names(), v4_1, v6_1, settings, keys);
    std::vector<std::string> order;
    for (const UpgradeFinding& finding : found)
        order.push_back(finding.key);
    CHECK(order == std::vector<std::string>{
                       "net.ipv4.tcp_low_latency", "net.core.somaxconn", "net.ipv4.tcp_tw_recycle",
                       "net.ipv4.ip_local_port_range", "net.ipv4.tcp_tw_reuse"});
    CHECK(upgrade_findings(shipped(), names(), v6_1, v6_1, settings, keys).empty());
}

TEST_CASE("a release that reads no sysctl.conf at boot leaves its lines unset") {
    const std::vector<HostSetting> settings{{"net.core.somaxconn", "1024", "/etc/sysctl.conf", 3},
                                            {"vm.swappiness", "1", "/etc/sysctl.d/1.conf", 1},
                                            {"a.b", "1", "/etc/sysctl.d/99-sysctl.conf", 1}};
    const rules::Release reads{.id = "debian-12", .name = "Debian 12", .kernel = v6_1};
    CHECK(unread_findings(reads, settings).empty());
    rules::Release does_not = reads;
    does_not.name = "Debian 13";
    does_not.sysctl_conf_at_boot = false;
    const auto found = unread_findings(does_not, settings);
    REQUIRE(kinds(found) == "not-read not-read");
    CHECK(found[0].key == "net.core.somaxconn");
    CHECK(found[0].line == 3);
    CHECK(found[0].sentence == "Debian 13 does not read /etc/sysctl.conf at boot.");
    CHECK(found[1].key == "a.b");
}

TEST_CASE("the shipped releases are read, with the one that reads no sysctl.conf") {
    Diagnostics diagnostics;
    const auto releases = rules::read_releases(
        toml_files(std::string(TCPTUNE_SOURCE_DIR) + "/rules/names"), diagnostics);
    CHECK(diagnostics.empty());
    CHECK(releases.size() >= 12);
    const auto debian = std::ranges::find(releases, "debian-13", &rules::Release::id);
    REQUIRE(debian != releases.end());
    CHECK(debian->kernel == KernelVersion{6, 12, 0});
    CHECK_FALSE(debian->sysctl_conf_at_boot);
    CHECK(std::ranges::count(releases, false, &rules::Release::sysctl_conf_at_boot) == 1);
}

}  // namespace
}  // namespace tcptune::lint

// SPDX-License-Identifier: Apache-2.0
#include <tcptune/conf/statements.hpp>
#include <tcptune/probe/boot_probe.hpp>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <string>

#include <doctest/doctest.h>
#include <unistd.h>

using namespace tcptune;

namespace {

/// A root of files that goes away again.
class Root {
public:
    Root() {
        std::string name =
            (std::filesystem::temp_directory_path() / "tcptune-boot-XXXXXX").string();
        REQUIRE(::mkdtemp(name.data()) != nullptr);
        path_ = name;
    }
    Root(const Root&) = delete;
    Root& operator=(const Root&) = delete;
    ~Root() { std::filesystem::remove_all(path_); }

    Root& file(const std::string& where, const std::string& text) {
        const auto path = path_ / where;
        std::filesystem::create_directories(path.parent_path());
        std::ofstream(path, std::ios::binary) << text;
        return *this;
    }
    Root& link(const std::string& where, const std::string& target) {
        const auto path = path_ / where;
        std::filesystem::create_directories(path.parent_path());
        std::filesystem::create_symlink(target, path);
        return *this;
    }
    [[nodiscard]] conf::BootTree read() const {
        return probe::read_boot_tree(host::RootedFileTree(path_.string()));
    }

private:
    std::filesystem::path path_;
};

bool says(const conf::BootTree& tree, std::string_view words) {
    return std::ranges::any_of(tree.cannot_judge, [&](const std::string& sentence) {
        return sentence.find(words) != std::string::npos;
    });
}

}  // namespace

TEST_CASE("a root's files are read with what is behind each name") {
    Root root;
    root.file("etc/sysctl.d/a.conf", "x.y=1\n")
        .file("etc/sysctl.conf", "x.y=2\n")
        .link("etc/sysctl.d/99-sysctl.conf", "../sysctl.conf")
        .link("etc/sysctl.d/gone.conf", "nothing")
        .link("etc/sysctl.d/null.conf", "/dev/null")
        .file("etc/sysctl.d/README", "x.y=3\n")
        .file("etc/sysctl.d/d.conf/inside", "")
        .file("proc/cmdline", "quiet sysctl.x.y=4\n");
    const conf::BootTree tree = root.read();
    REQUIRE(tree.entries.size() == 5);
    CHECK(tree.entries[0].real_path == "/etc/sysctl.conf");
    CHECK(tree.entries[1].text == "x.y=1\n");
    CHECK(tree.entries[2].status == conf::EntryStatus::directory);
    CHECK(tree.entries[3].status == conf::EntryStatus::dangling);
    CHECK(tree.entries[4].status == conf::EntryStatus::text);
    CHECK(tree.entries[4].text.empty());
    REQUIRE(tree.main);
    CHECK(tree.command_line == "quiet sysctl.x.y=4");
    CHECK_FALSE(tree.has_systemd);
    CHECK(tree.late.empty());
}

TEST_CASE("the merged /usr is read once, and a /lib of its own beside it") {
    Root merged;
    merged.file("usr/lib/sysctl.d/a.conf", "").link("lib", "usr/lib");
    CHECK(merged.read().entries.size() == 1);
    Root split;
    split.file("usr/lib/sysctl.d/a.conf", "").file("lib/sysctl.d/b.conf", "");
    CHECK(split.read().entries.size() == 2);
}

TEST_CASE("ufw counts when it is switched on, with the file that it names") {
    Root root;
    root.file("etc/ufw/ufw.conf", "# off\nENABLED=no\n")
        .file("etc/default/ufw", "IPT_SYSCTL=\"/etc/ufw/mine.conf\"\n")
        .file("etc/ufw/mine.conf", "net/ipv4/tcp_fin_timeout=30\n");
    CHECK(root.read().late.empty());
    root.file("etc/ufw/ufw.conf", "ENABLED=yes\n");
    const conf::BootTree tree = root.read();
    REQUIRE(tree.late.size() == 1);
    CHECK(tree.late[0].path == "/etc/ufw/mine.conf");
    const auto said = conf::late_statements(tree.late[0]);
    REQUIRE(said.size() == 1);
    CHECK(said[0].name == "net.ipv4.tcp_fin_timeout");
}

TEST_CASE("a TuneD profile is read after the ones that it includes, line for line") {
    Root root;
    root.file("etc/tuned/active_profile", "mine\n")
        .file("etc/tuned/mine/tuned.conf",
              "[main]\ninclude=base\n[sysctl]\n# why\nx.y = 2   # remark\nx.up = >5\n")
        .file("usr/lib/tuned/base/tuned.conf",
              "[main]\ninclude=mine\n[sysctl]\nx.y=1\n[vm]\nx.no=1\n");
    const conf::BootTree tree = root.read();
    REQUIRE(tree.late.size() == 2);
    CHECK(tree.late[0].path == "/usr/lib/tuned/base/tuned.conf");
    CHECK_FALSE(tree.late[0].reapplies_files);
    CHECK(tree.late[1].reapplies_files);
    const auto said = conf::late_statements(tree.late[1]);
    REQUIRE(said.size() == 1);
    CHECK(said[0].value == "2");
    CHECK(said[0].line == 5);
    CHECK(says(tree, "/etc/tuned/mine/tuned.conf:6 sets x.up"));
    root.file("etc/tuned/tuned-main.conf", "reapply_sysctl = 0\n");
    CHECK_FALSE(root.read().late[1].reapplies_files);
}

TEST_CASE("what cannot be judged is named") {
    Root root;
    root.file("usr/lib/systemd/system/cloud-init.service", "[Unit]\n")
        .file("etc/cni/net.d/10-x.conflist", "{}\n")
        .file("etc/systemd/system/tune.service",
              "[Service]\nExecStart=/usr/sbin/sysctl -w net.core.somaxconn=1\n")
        .file("etc/systemd/system/other.service",
              "[Service]\n# sysctl -w x=1\nExecStart=/bin/true\n");
    const conf::BootTree tree = root.read();
    CHECK(tree.cannot_judge.size() == 3);
    CHECK(says(tree, "cloud-init"));
    CHECK(says(tree, "CNI"));
    CHECK(says(tree, "/etc/systemd/system/tune.service"));
}

// SPDX-License-Identifier: Apache-2.0
#include "probe/boot_late.hpp"

#include <tcptune/base/text.hpp>

#include <algorithm>
#include <array>

namespace tcptune::probe {

namespace {

struct UnitNotice {
    std::string_view unit;
    std::string_view sentence;
};

constexpr std::array<UnitNotice, 5> unit_notices{{
    {"cloud-init.service", "cloud-init may write sysctl.d files and run commands at boot"},
    {"kubelet.service", "kubelet sets sysctls of the host and of pods when it starts"},
    {"docker.service", "Docker sets net.ipv4.ip_forward and sysctls of its bridges when it starts"},
    {"k3s.service", "k3s sets sysctls of the host when it starts"},
    {"NetworkManager.service",
     "NetworkManager sets sysctls of the interfaces that it manages when it brings them up"},
}};

constexpr std::array<std::string_view, 3> unit_directories{
    "/etc/systemd/system/", "/usr/lib/systemd/system/", "/lib/systemd/system/"};

// More units of one's own than this are not looked into.
constexpr std::size_t most_units = 500;

bool has_unit(const host::FileTree& tree, std::string_view unit) {
    return std::ranges::any_of(unit_directories, [&](std::string_view directory) {
        return tree.read(std::string(directory) + std::string(unit)).ok();
    });
}

/// A line that is no remark and names a sysctl's file or the program.
bool writes_sysctls(std::string_view text) {
    for (const std::string_view raw : split(text, '\n')) {
        const std::string_view line = trim(raw);
        if (line.empty() || line[0] == '#' || line[0] == ';') continue;
        if (line.find("/proc/sys/") != std::string_view::npos) return true;
        const std::size_t at = line.find("sysctl ");
        const bool word = at != std::string_view::npos &&
                          (at == 0 || line[at - 1] == '/' || line[at - 1] == ' ' ||
                           line[at - 1] == '=' || line[at - 1] == '\'' || line[at - 1] == '"');
        if (word) return true;
    }
    return false;
}

void find_own_units(const host::FileTree& tree, conf::BootTree& boot) {
    constexpr std::string_view directory = "/etc/systemd/system/";
    std::size_t looked_at = 0;
    for (const std::string& name : tree.list("/etc/systemd/system").names) {
        if (!name.ends_with(".service") || ++looked_at > most_units) continue;
        const std::string path = std::string(directory) + name;
        if (writes_sysctls(tree.read(path).text))
            boot.cannot_judge.push_back("the unit " + path + " sets sysctls by itself");
    }
}

}  // namespace

void find_unjudged(const host::FileTree& tree, conf::BootTree& boot) {
    if (tree.list("/usr/lib/dracut").ok()) {
        boot.cannot_judge.emplace_back(
            "an initrd made by dracut holds copies of sysctl.d files and loads them first: what "
            "only the copies set stays until the initrd is made again");
    }
    for (const UnitNotice& notice : unit_notices)
        if (has_unit(tree, notice.unit)) boot.cannot_judge.emplace_back(notice.sentence);
    if (!tree.list("/etc/cni/net.d").names.empty())
        boot.cannot_judge.emplace_back("network plug-ins of containers (CNI) set sysctls later");
    if (writes_sysctls(tree.read("/etc/rc.local").text))
        boot.cannot_judge.emplace_back("/etc/rc.local sets sysctls by itself");
    find_own_units(tree, boot);
}

}  // namespace tcptune::probe

// SPDX-License-Identifier: Apache-2.0
#include "probe/boot_late.hpp"

#include <utility>

namespace tcptune::probe {

bool starts_at_boot(const host::FileTree& tree, const std::string& unit) {
    const std::string wants = "/etc/systemd/system/multi-user.target.wants";
    return !tree.list(wants).ok() || tree.read_link(wants + "/" + unit).ok();
}

void find_ufw(const host::FileTree& tree, conf::BootTree& boot) {
    const host::FileText switched = tree.read("/etc/ufw/ufw.conf");
    const std::string enabled = shell_value(switched.text, "ENABLED");
    if ((enabled != "yes" && enabled != "YES") || !starts_at_boot(tree, "ufw.service")) return;
    const host::FileText settings = tree.read("/etc/default/ufw");
    if (!settings.ok()) {
        boot.cannot_judge.push_back(
            "ufw is switched on, and /etc/default/ufw, which names its "
            "sysctl file, cannot be read: " +
            settings.reason);
        return;
    }
    std::string path = shell_value(settings.text, "IPT_SYSCTL");
    if (path.empty()) return;
    host::FileText file = tree.read(path);
    if (file.status == host::FileStatus::absent || (file.ok() && file.text.empty())) return;
    if (!file.ok()) {
        boot.cannot_judge.push_back("ufw loads " + path + ", which cannot be read: " + file.reason);
        return;
    }
    boot.late.push_back({"ufw", std::move(path),
                         "when ufw.service starts: as a rule after systemd-sysctl, though systemd "
                         "does not put the two in order",
                         std::move(file.text), false});
}

}  // namespace tcptune::probe

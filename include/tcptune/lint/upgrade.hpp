// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <tcptune/base/kernel_version.hpp>
#include <tcptune/rules/name_book.hpp>
#include <tcptune/rules/rule_set.hpp>

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace tcptune::lint {

/// What another kernel makes of a setting.
///  vanishes         the key is not there any more: the line fails
///  no_effect        the key is there and does nothing any more
///  refused          the kernel does not take the value any more
///  meaning_changes  the value means something else, or the kernel behaves differently about the
///  key default_changes  the line holds an old default, or nobody sets the key and its default is
///  another appears          the key is not there now: the line begins to work not_read         the
///  release does not read the file at boot
enum class UpgradeKind {
    vanishes,
    no_effect,
    refused,
    meaning_changes,
    default_changes,
    appears,
    not_read,
};
[[nodiscard]] std::string_view to_string(UpgradeKind kind);  ///< "default-changes"

/// One line of a host's configuration.
struct HostSetting {
    std::string key;  ///< dotted
    std::string value;
    std::string file;
    std::uint32_t line = 0;
};

/// A key that is there and that no file sets.
struct UnsetKey {
    std::string key;
    std::string value;  ///< what it is now
};

struct UpgradeFinding {
    std::string key;
    UpgradeKind kind = UpgradeKind::vanishes;
    std::string file;  ///< "" when no file sets the key
    std::uint32_t line = 0;
    std::string from;      ///< what is now: a value or what it means
    std::string to;        ///< what will be
    std::string sentence;  ///< what changes; it may be several
    std::string mend;      ///< what to do; may be empty
};

/// What the step from one kernel to another changes about these settings; rules are read with
/// Parts::knowledge. By file and line, then the keys that nobody sets, by name. Vendors' kernels
/// have more than their number tells: a finding is what mainline does.
[[nodiscard]] std::vector<UpgradeFinding> upgrade_findings(const rules::RuleSet& rules,
                                                           const rules::NameBook& names,
                                                           const KernelVersion& from,
                                                           const KernelVersion& to,
                                                           std::span<const HostSetting> settings,
                                                           std::span<const UnsetKey> unset);

/// The settings in /etc/sysctl.conf, or in the link to it, when the release does not read that file
/// at boot.
[[nodiscard]] std::vector<UpgradeFinding> unread_findings(const rules::Release& release,
                                                          std::span<const HostSetting> settings);

}  // namespace tcptune::lint

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <tcptune/base/kernel_version.hpp>
#include <tcptune/conf/boot_oracle.hpp>
#include <tcptune/conf/comparison.hpp>
#include <tcptune/report/boot_report.hpp>
#include <tcptune/rules/rule_set.hpp>

#include <string>
#include <string_view>
#include <vector>

/// What a forecast of the next boot is made from: the files of this host or of an image, what runs,
/// and what the kernel would begin with.
namespace tcptune::cli {

struct BootInputs {
    conf::BootTree tree;
    rules::RuleSet rules;
    sysctl::ParameterCatalog catalog;  ///< of the rules
    KernelVersion kernel;
    std::vector<std::string> keys;  ///< all that lies below /proc/sys; of an image none
    report::BootScene scene;
};

/// `root`: "" for this host. The kernel of an image is the newest one that has modules there.
/// Throws Error where the root cannot be opened or a rule file has a mistake; what cannot be read
/// is named in the scene.
[[nodiscard]] BootInputs read_boot_inputs(const std::string& root,
                                          const std::vector<std::string>& rules);

/// The kernel's default, where it is a constant that is known. Refers to the inputs.
[[nodiscard]] sysctl::KernelState defaults_of(const BootInputs& inputs);

/// Refers to the inputs.
[[nodiscard]] conf::Ground ground_of(const BootInputs& inputs);

/// The files that would decide and cannot be read, each with its reason.
[[nodiscard]] std::vector<std::string> unreadable_in(const conf::BootTree& tree);

/// What runs in this network namespace. A component of `key` may hold slashes, which stand for
/// dots.
[[nodiscard]] conf::Reading running_reading(std::string_view key);
/// The names of all files below /proc/sys, as running_reading() takes them.
[[nodiscard]] std::vector<std::string> all_running_keys();

}  // namespace tcptune::cli

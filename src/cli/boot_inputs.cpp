// SPDX-License-Identifier: Apache-2.0
#include "cli/boot_inputs.hpp"

#include "cli/context.hpp"

#include <tcptune/host/file_tree.hpp>
#include <tcptune/probe/boot_probe.hpp>
#include <tcptune/sysctl/value.hpp>

#include <optional>
#include <sys/utsname.h>
#include <utility>

namespace tcptune::cli {
namespace {

std::optional<KernelVersion> running_kernel() {
    utsname name{};
    if (::uname(&name) != 0) return std::nullopt;
    return KernelVersion::parse(name.release);
}

struct FoundKernel {
    KernelVersion version;
    std::string source;
};

/// An image boots the newest kernel that it has; without one, as a container image, it runs on
/// ours.
FoundKernel kernel_of(const host::FileTree& tree, const std::string& root) {
    FoundKernel found{running_kernel().value_or(KernelVersion{}), "running"};
    if (root.empty()) return found;
    for (const char* const directory : {"/lib/modules", "/usr/lib/modules"}) {
        std::optional<KernelVersion> newest;
        for (const std::string& name : tree.list(directory).names) {
            const std::optional<KernelVersion> version = KernelVersion::parse(name);
            if (version && (!newest || *newest < *version)) newest = version;
        }
        if (newest) return {*newest, root + directory};
    }
    found.source = "running; " + root + " has no kernel of its own";
    return found;
}

bool is_closed(conf::EntryStatus status) {
    return status == conf::EntryStatus::unreadable || status == conf::EntryStatus::other;
}

}  // namespace

std::vector<std::string> unreadable_in(const conf::BootTree& tree) {
    std::vector<std::string> list;
    for (const conf::UnreadableDirectory& directory : tree.unreadable)
        list.push_back(directory.directory + " (" + directory.reason + ")");
    const auto add = [&](const conf::TreeEntry& entry, const std::string& path) {
        if (is_closed(entry.status)) list.push_back(path + " (" + entry.reason + ")");
    };
    for (const conf::TreeEntry& entry : tree.entries)
        add(entry, entry.path());
    if (tree.main) add(*tree.main, tree.main->path());
    if (tree.credential) add(*tree.credential, tree.credential->path());
    return list;
}

BootInputs read_boot_inputs(const std::string& root, const std::vector<std::string>& rules) {
    const host::RootedFileTree files(root.empty() ? "/" : root);
    BootInputs inputs;
    inputs.rules = load_rule_set(rules, rules::Parts::declaration);
    inputs.catalog = inputs.rules.catalog();
    inputs.tree = probe::read_boot_tree(files);
    FoundKernel kernel = kernel_of(files, root);
    inputs.kernel = kernel.version;
    if (root.empty()) inputs.keys = all_running_keys();
    inputs.scene = {.root = root,
                    .kernel = kernel.version.to_string(),
                    .kernel_source = std::move(kernel.source),
                    .has_systemd = inputs.tree.has_systemd,
                    .late = inputs.tree.late,
                    .unreadable = unreadable_in(inputs.tree),
                    .cannot_judge = inputs.tree.cannot_judge};
    return inputs;
}

sysctl::KernelState defaults_of(const BootInputs& inputs) {
    return [&inputs](std::string_view key) -> std::optional<std::string> {
        const sysctl::Parameter* const parameter = inputs.catalog.find(key);
        if (!parameter || !parameter->kernels.contains(inputs.kernel)) return std::nullopt;
        const std::optional<sysctl::Value> value = parameter->default_on(inputs.kernel);
        if (!value) return std::nullopt;
        return sysctl::display_text(parameter->type, *value);
    };
}

conf::Ground ground_of(const BootInputs& inputs) {
    return {.catalog = inputs.catalog,
            .kernel = inputs.kernel,
            .initial = defaults_of(inputs),
            .keys = inputs.keys};
}

}  // namespace tcptune::cli

// SPDX-License-Identifier: Apache-2.0
#include "conf/late_writers.hpp"

#include <algorithm>

namespace tcptune::conf {

namespace {

/// TuneD reads /run/sysctl.d, /etc/sysctl.d and /etc/sysctl.conf again, and of equal names the
/// first in this order.
std::vector<const TreeEntry*> files_read_again(const BootTree& tree) {
    std::vector<const TreeEntry*> files;
    for (const TreeEntry& entry : tree.entries) {
        const bool read = entry.directory == "/run/sysctl.d" || entry.directory == "/etc/sysctl.d";
        if (read && entry.name.ends_with(".conf")) files.push_back(&entry);
    }
    // "/run" sorts behind "/etc".
    std::ranges::sort(files, [](const TreeEntry* left, const TreeEntry* right) {
        if (left->name != right->name) return left->name < right->name;
        return left->directory > right->directory;
    });
    const auto doubled = std::ranges::unique(files, {}, &TreeEntry::name);
    files.erase(doubled.begin(), doubled.end());
    if (tree.main) files.push_back(&*tree.main);
    std::erase_if(files, [](const TreeEntry* entry) {
        return entry->status == EntryStatus::dangling || entry->status == EntryStatus::directory;
    });
    return files;
}

/// It knows neither patterns nor exclusions, nor the leading dash.
Script reapplied_files(const BootTree& tree, NameTable& names) {
    Script script;
    script.loader = Loader::procps;
    script.reapplied = true;
    append_files(script, files_read_again(tree), names);
    for (ScriptLine& line : script.lines) {
        const bool understood = !line.glob && !line.exclusion && !line.ignore_errors;
        if (!understood && line.flaw == Flaw::none) line.flaw = Flaw::dash;
        line.exclusion = false;
    }
    script.has_gap_anywhere = !script.gaps.empty();
    script.first_left_out = script.lines.size();
    return script;
}

}  // namespace

std::deque<Script> late_scripts(const BootTree& tree, NameTable& names) {
    std::deque<Script> scripts;
    for (const LateWriter& writer : tree.late) {
        Script& own = scripts.emplace_back();
        own.loader = Loader::procps;
        append_text(own, writer.path, writer.text, names);
        own.first_left_out = own.lines.size();
        if (writer.reapplies_files) scripts.push_back(reapplied_files(tree, names));
    }
    return scripts;
}

}  // namespace tcptune::conf

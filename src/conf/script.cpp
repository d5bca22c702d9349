// SPDX-License-Identifier: Apache-2.0
#include "conf/script.hpp"

#include "conf/raw_lines.hpp"

#include <utility>

namespace tcptune::conf {

namespace {

// The first kernel that reads sysctl.KEY= on its command line.
constexpr KernelVersion reads_words{5, 8, 0};

void append_line(Script& script, const RawLine& raw, Loader grammar, NameTable& names) {
    const LoaderName name = loader_name(raw.name, grammar);
    if (name.dotted.empty()) return;
    ScriptLine& line = script.lines.emplace_back();
    line.file = static_cast<std::uint32_t>(script.files.size() - 1);
    line.line = raw.line;
    line.name = names.id_of(name.dotted);
    if (!name.odd.empty()) line.odd = script.spellings.id_of(name.odd);
    line.value = raw.value;
    line.flaw = name.flaw;
    line.exclusion = raw.exclusion;
    line.glob = name.glob;
    line.ignore_errors = raw.ignore_errors;
}

void append_words(Script& script, std::string_view command_line, NameTable& names) {
    script.words = kernel_words(command_line);
    if (script.words.empty()) return;
    script.files.push_back({"/proc/cmdline", Fate::wins, {}});
    for (const KernelWord& word : script.words) {
        append_line(script, {word.name, word.value, 1, false, false}, Loader::procps, names);
    }
}

}  // namespace

void append_text(Script& script, std::string path, std::string_view text, NameTable& names) {
    script.files.push_back({std::move(path), Fate::wins, {}});
    for (const RawLine& raw : raw_lines(text, script.loader))
        append_line(script, raw, script.loader, names);
}

void append_files(Script& script, const std::vector<const TreeEntry*>& files, NameTable& names) {
    for (const TreeEntry* const entry : files) {
        if (entry->status == EntryStatus::text) {
            append_text(script, entry->path(), entry->text, names);
            continue;
        }
        const std::string reason = entry->reason.empty() ? "it cannot be read" : entry->reason;
        script.gaps.push_back({script.lines.size(), entry->path() + " may set it: " + reason});
    }
}

Script make_script(const BootTree& tree, Loader loader, const KernelVersion& kernel,
                   NameTable& names) {
    Script script;
    script.loader = loader;
    if (kernel >= reads_words) append_words(script, tree.command_line, names);
    script.first_file_line = script.lines.size();
    const FileOrder order = file_order(tree, loader);
    append_files(script, order.opened, names);
    // Its files may stand anywhere, and hide others.
    for (const UnreadableDirectory& hidden : tree.unreadable)
        script.gaps.push_back(
            {script.lines.size(), hidden.directory + " cannot be listed: " + hidden.reason});
    script.has_gap_anywhere = !script.gaps.empty();
    script.first_left_out = script.lines.size();
    for (const LeftOut& left_out : order.left_out) {
        append_text(script, left_out.entry->path(), left_out.entry->text, names);
        script.files.back().fate = left_out.fate;
        script.files.back().why = left_out.why;
    }
    return script;
}

}  // namespace tcptune::conf

// SPDX-License-Identifier: Apache-2.0
#include "conf/replay.hpp"

#include <tcptune/base/text.hpp>

/// procps writes every line, one after the other. What is said of a key by name anywhere, as long
/// as it is spelled as glob(3) spells the match, keeps patterns away from it; an exclusion does
/// nothing else.
namespace tcptune::conf {

namespace {

/// The path that glob(3) makes of a pattern with odd separators for a key that it matches.
std::string respelled(std::string_view pattern, const std::string& dotted) {
    const std::string path = swapped(dotted);
    const std::vector<std::string_view> names = split(path, '/');
    std::string spelled;
    std::size_t at = 0;
    bool first = true;
    for (const std::string_view component : split(pattern, '/')) {
        if (!first) spelled += '/';
        first = false;
        const bool says_nothing = component.empty() || component == ".";
        spelled += says_nothing || at >= names.size() ? component : names[at++];
    }
    return spelled;
}

}  // namespace

std::uint32_t Replay::procps_guard(const ScriptLine& pattern, NameId key) const {
    if (pattern.odd == no_index) return guards_[key];
    const std::string spelled =
        respelled(script_.spellings.name(pattern.odd), keys_.names.name(key));
    const auto id = script_.spellings.find(spelled);
    return id ? odd_guards_[*id] : no_index;
}

bool Replay::upward_path_exists(const ScriptLine& line) const {
    std::string path;
    for (const std::string_view component : split(script_.spellings.name(line.odd), '/')) {
        if (component.empty() || component == ".") continue;
        if (component == "..") {
            if (path.empty() || !keys_.is_directory(swapped(path))) return false;
            path.erase(path.find('/') == std::string::npos ? 0 : path.rfind('/'));
            continue;
        }
        if (!path.empty()) path += '/';
        path += component;
    }
    return true;
}

void Replay::run_procps() {
    guards_.assign(keys_.names.size(), no_index);
    odd_guards_.assign(script_.spellings.size(), no_index);
    const auto begin = static_cast<std::uint32_t>(script_.first_file_line);
    const auto end = static_cast<std::uint32_t>(script_.first_left_out);
    for (std::uint32_t at = begin; at < end; ++at) {
        const ScriptLine& line = script_.lines[at];
        std::uint32_t& guard = line.odd == no_index ? guards_[line.name] : odd_guards_[line.odd];
        const bool says_more =
            guard == no_index || (line.exclusion && !script_.lines[guard].exclusion);
        if (says_more) guard = at;
    }
    for (std::uint32_t at = begin; at < end; ++at) {
        pass_gaps(at);
        apply_procps(at);
    }
}

void Replay::apply_procps(std::uint32_t at) {
    const ScriptLine& line = script_.lines[at];
    if (line.exclusion) {
        return note_for_all_keys(at, Fate::excluded, no_index,
                                 "it keeps patterns away from the key, and no other line");
    }
    const bool follows = line.flaw == Flaw::upwards && !line.glob && upward_path_exists(line);
    if (line.flaw != Flaw::none && !follows) {
        const std::string_view why = sentence_of(line.flaw, Loader::procps);
        if (line.flaw == Flaw::upwards) {
            if (!line.glob) memory_.doubt(line.name, why);
            if (line.glob)
                for (const NameId key : matches(line))
                    memory_.doubt(key, why);
        }
        return note_for_all_keys(at, Fate::absent, no_index, why);
    }
    if (!line.glob) return write(at, line.name);
    for (const NameId key : matches(line)) {
        const std::uint32_t named = procps_guard(line, key);
        if (named == no_index)
            write(at, key);
        else if (script_.lines[named].exclusion)
            note({at, key, Fate::excluded, named, {}});
        else
            note({at, key, Fate::explicit_elsewhere, named, {}});
    }
}

}  // namespace tcptune::conf
